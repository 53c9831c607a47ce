// What was shared from the phone's own share sheet: the service worker keeps it (sw.js) until the person has said where it goes. /share-in
// shows it; the form of a post and the page for uploads take it up.
import { icon, make } from "./dom.js";

const place = "aanpak-shared";
const mostAge = 60 * 60 * 1000; // milliseconds

// shared returns what waits: {files, text}, or null.
export async function shared() {
  if (!("caches" in window)) return null;
  const cache = await caches.open(place);
  const said = await (await cache.match("/share-in/said"))?.json();
  if (!said || Date.now() - said.at > mostAge) return null;
  const files = await Promise.all(said.files.map(async (f, i) => {
    const kept = await cache.match(`/share-in/${i}`);
    return kept && new File([await kept.blob()], f.name, { type: f.type });
  }));
  return { files: files.filter(Boolean), text: said.text };
}

// taken forgets what was shared, once it is where it goes.
export const taken = () => caches.delete(place);

// sharedHere is what waits, where the address of the page says that it is for here.
export async function sharedHere() {
  if (!new URLSearchParams(location.search).has("shared")) return null;
  history.replaceState(history.state, "", location.pathname); // not again when the page is loaded again
  return shared();
}

function line(file) {
  const node = make("li", { class: "shared-file" });
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) node.append(icon("file"));
  else node.append(make("img", { src: URL.createObjectURL(file), alt: "" }));
  node.append(make("span", {}, file.name));
  return node;
}

async function show(page) {
  const found = await shared();
  if (!found || !(found.files.length || found.text)) return;
  page.querySelector("[data-shared-files]").append(...found.files.map(line));
  const text = page.querySelector("[data-shared-text]");
  text.textContent = found.text;
  text.hidden = !found.text;
  page.querySelector("[data-shared-library]").hidden = !found.files.length;
  page.querySelector("[data-shared-some]").hidden = false;
  page.querySelector("[data-shared-none]").hidden = true;
  page.querySelector("[data-shared-drop]").addEventListener("click", () => taken().then(() => location.assign("/")));
}

const page = document.querySelector("[data-shared]");
if (page) show(page);
