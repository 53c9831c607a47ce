// Short messages at the foot of the page. They stay while the pointer or the focus is on them, and longer when there
// is something to undo, to look at or to mend.
import { make, on, icon } from "./dom.js";

export function toast(text, { bad = false, url = "", aside = false } = {}) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const node = make("div", { class: bad ? "toast toast-bad" : "toast", "data-toast": true }, url ? make("a", aside ? { href: url, target: "_blank" } : { href: url }, text) : make("span", {}, text));
  node.append(make("button", { type: "button", class: "btn btn-quiet btn-icon", "data-close-toast": true, "aria-label": "×" }, icon("x")));
  place.replaceChildren(node);
  leave(node);
}

function leave(node) {
  const wait = node.matches(".toast-bad, :has(form, .btn-small)") ? 12000 : 5000;
  let timer = setTimeout(() => node.remove(), wait);
  node.addEventListener("mouseenter", () => clearTimeout(timer));
  node.addEventListener("focusin", () => clearTimeout(timer));
  node.addEventListener("mouseleave", () => (timer = setTimeout(() => node.remove(), wait)));
}

on("click", "[data-close-toast]", (_, button) => button.closest("[data-toast]").remove());
document.querySelectorAll("[data-toast]").forEach(leave);

on("click", "[data-copy]", async (_, button) => {
  const said = document.querySelector("[data-t-copied]")?.dataset.tCopied;
  await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).protocol.startsWith("http") ? absolute(button.dataset.copy) : button.dataset.copy);
  toast(said ?? "✓");
});

// absolute makes a path of ours into an address to send; anything else, such as a token, stays as it is.
function absolute(text) {
  return text.startsWith("/") ? new URL(text, location.href).href : text;
}
