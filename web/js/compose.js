// The composer: keeps a draft on the server while one types, takes pictures, and shows questions that were asked before. Without it the form
// is a form.
import { parts } from "./dom.js";
import { toast } from "./toast.js";

const quiet = 1500; // milliseconds after the last key before the draft is kept

for (const form of document.querySelectorAll("[data-composer]")) {
  const body = form.elements.body;
  const kept = form.querySelector("[data-kept]");
  const photos = form.querySelector("[data-photos]");
  let timer = 0, last = body.value, saving = null;

  const published = !form.querySelector('[name="audience"]');

  // keep sends what is typed; one at a time, so that one draft comes of it.
  const keep = async () => {
    await saving;
    saving = send().finally(() => (saving = null));
    return saving;
  };
  const send = async () => {
    const data = new URLSearchParams(new FormData(form));
    data.delete("photo");
    const answer = await fetch(form.dataset.draft, { method: "POST", body: data }).catch(() => null);
    if (!answer?.ok) {
      kept.textContent = form.dataset.tFailed;
      return null;
    }
    const draft = await answer.json();
    form.elements.id.value = draft.id;
    last = body.value;
    kept.textContent = form.dataset.tKept;
    return draft;
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    kept.textContent = "";
    if (published) return;
    timer = setTimeout(() => body.value.trim() && body.value !== last && keep(), quiet);
    similar();
  });
  form.addEventListener("submit", () => clearTimeout(timer));

  // Questions asked before, while one is typed.
  const found = form.querySelector("[data-similar-found]");
  let ask = 0;
  const similar = () => {
    clearTimeout(ask);
    if (form.elements.kind.value !== "question") return found.replaceChildren();
    ask = setTimeout(async () => {
      const answer = await fetch(`${form.dataset.similar}?body=${encodeURIComponent(body.value)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (answer?.ok) found.replaceChildren(...parts(await answer.text()));
    }, 500);
  };

  const add = async (files) => {
    const draft = published ? { photos: `${form.action}/photos` } : await keep();
    if (!draft) return;
    for (const file of files) {
      const data = new FormData();
      data.append("photo", file);
      const answer = await fetch(draft.photos, { method: "POST", body: data, headers: { "HX-Request": "true" } }).catch(() => null);
      if (answer?.ok) photos.replaceChildren(...parts(await answer.text()));
      else toast(form.dataset.tPhoto, { bad: true });
    }
    form.dataset.open = "";
  };
  form.querySelector("[data-photo-input]").addEventListener("change", (event) => {
    add([...event.target.files]);
    event.target.value = "";
  });
  body.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter((f) => f.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    add(files);
  });
}
