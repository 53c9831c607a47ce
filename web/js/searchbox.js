// The search box: "/" and Ctrl-K reach it from anywhere; the quick results below it are a list box walked with the
// arrows while the focus stays in the box. htmx fetches the list; this shows, walks and hides it.
import { on, typing } from "./dom.js";

const box = document.getElementById("q");
const list = document.getElementById("quick");

addEventListener("keydown", (event) => {
  const slash = event.key === "/" && !typing(event);
  const ctrlK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  if ((slash || ctrlK) && box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

if (box && list) {
  const options = () => [...list.querySelectorAll("[role=option]")];
  const show = (yes) => {
    list.hidden = !yes;
    box.setAttribute("aria-expanded", String(yes));
    if (!yes) choose(null);
  };
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.removeAttribute("aria-selected");
    box.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", option.id);
  };
  const ready = () => box.value.trim().length > 1;

  // The list is filled by htmx; seeing it change is all that is needed to show it.
  new MutationObserver(() => {
    options().forEach((option, i) => (option.id ||= `quick-${i}`));
    show(document.activeElement === box && ready() && list.childElementCount > 0);
  }).observe(list, { childList: true });

  box.addEventListener("input", () => ready() || show(false));
  box.addEventListener("focus", () => ready() && list.childElementCount > 0 && show(true));
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown") choose(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") choose(all[(at + (at < 0 ? 0 : -1) + all.length) % all.length]);
    else if (event.key === "Escape") show(false);
    else if (event.key === "Enter" && at >= 0) all[at].click();
    else return;
    event.preventDefault();
  });
  on("click", "*", (event) => event.target.closest(".search-wrap") || show(false));
  addEventListener("focusin", (event) => event.target.closest?.(".search-wrap") || show(false));
}
