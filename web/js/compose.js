// The composer: keeps a draft on the server while one types, takes pictures, and shows questions that were asked before. Without it the form
// is a form.
import { parts, words } from "./dom.js";
import { sharedHere, taken } from "./sharein.js";
import { toast } from "./toast.js";

// refusal is why the server did not take a file, in its own words.
function refusal(text) {
  try {
    const problem = JSON.parse(text);
    return problem.errors?.[0]?.detail ?? problem.detail;
  } catch {
    return null; // it did not answer, or another did
  }
}

const quiet = 1500; // milliseconds after the last key before the draft is kept

for (const form of document.querySelectorAll("[data-composer]")) {
  const body = form.elements.body;
  const kept = form.querySelector("[data-kept]");
  const photos = form.querySelector("[data-photos]");
  let timer = 0, saving = null;

  // typed is all that the form says, but of which draft it is.
  const typed = () => new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "id")).toString();
  const said = () => body.value.trim() || form.elements.title?.value.trim();
  let last = typed();

  const published = !form.querySelector('[name="audience"]');

  // keep sends what is typed; one at a time, so that one draft comes of it.
  const keep = async () => {
    await saving;
    saving = send().finally(() => (saving = null));
    return saving;
  };
  const send = async () => {
    const now = typed();
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(`${now}&id=${form.elements.id.value}`) }).catch(() => null);
    if (!answer?.ok) {
      kept.textContent = form.dataset.tFailed;
      return null;
    }
    const draft = await answer.json();
    form.elements.id.value = draft.id;
    last = now;
    kept.textContent = form.dataset.tKept;
    return draft;
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    kept.textContent = "";
    if (published) return;
    timer = setTimeout(() => said() && typed() !== last && keep(), quiet);
    similar();
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  form.addEventListener("focusin", () => (form.dataset.open = "")); // and stays open while one chooses in it

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
  photos.addEventListener("click", async (event) => { // and what is typed stays
    const button = event.target.closest("button[formaction]");
    if (!button) return;
    event.preventDefault();
    const answer = await fetch(button.formAction, { method: "POST", headers: { "HX-Request": "true" } }).catch(() => null);
    if (answer?.ok) photos.replaceChildren(...parts(await answer.text()));
    else toast(document.getElementById("toasts").dataset.tFailed, { bad: true });
  });
  for (const input of form.querySelectorAll("[data-photo-input]")) {
    input.addEventListener("change", () => {
      add([...input.files]);
      input.value = "";
    });
  }

  // Files go ahead of the post, so that its form stays small; each comes back as a line that says it goes along.
  const sending = form.querySelector("[data-sending]");
  const enclosed = form.querySelector("[data-enclosed]");
  let waiting = Promise.resolve();
  const enclose = (file) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.dataset.fileUrl);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      sending.textContent = words(form.dataset.tSending, { name: file.name, percent: Math.round((event.loaded / event.total) * 100) });
    };
    request.onloadend = () => resolve(request);
    const data = new FormData();
    data.append("file", file, file.name);
    request.send(data);
  });
  const addFile = async (file) => {
    form.dataset.open = "";
    const answer = await enclose(file);
    sending.textContent = "";
    if (answer.status !== 201) return toast(refusal(answer.responseText) ?? form.dataset.tFile, { bad: true });
    enclosed.hidden = false;
    enclosed.querySelector("[data-enclosed-list]").append(...parts(answer.responseText));
    if (!published && body.value.trim()) await keep();
  };
  let busy = 0;
  const addFiles = (files) => {
    for (const file of files) {
      busy++;
      waiting = waiting.then(() => addFile(file)).finally(() => busy--);
    }
  };
  const files = form.querySelector("[data-file-input]");
  if (files) {
    files.removeAttribute("name");
    files.addEventListener("change", () => {
      addFiles([...files.files]);
      files.value = "";
    });
  }
  // What was shared from the phone: pictures as photos, the rest as files.
  if (!form.classList.contains("composer-small") && !published) {
    sharedHere().then(async (found) => {
      if (!found) return;
      if (found.text && !body.value) {
        body.value = found.text;
        await keep();
      }
      const photo = (f) => /^image\/(jpeg|png|webp)$/.test(f.type);
      addFiles(found.files.filter((f) => !photo(f)));
      await waiting;
      if (found.files.some(photo)) await add(found.files.filter(photo));
      taken();
    });
  }
  form.enctype = "application/x-www-form-urlencoded";
  form.addEventListener("submit", (event) => { // not without what is still on its way
    if (!busy) return;
    event.preventDefault();
    waiting.then(() => form.requestSubmit(event.submitter));
  });
  body.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files].filter((f) => f.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    add(files);
  });
}
