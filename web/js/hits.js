// Walking a list of hits with j and k or the arrows; Enter opens, because the link itself has the focus.
import { typing } from "./dom.js";

addEventListener("keydown", (event) => {
  if (typing(event) || document.querySelector("dialog[open]")) return;
  const links = [...document.querySelectorAll("[data-hits] [data-hit-link]")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const inList = at >= 0;
  const down = event.key === "j" || (event.key === "ArrowDown" && inList);
  const up = event.key === "k" || (event.key === "ArrowUp" && inList);
  if (!down && !up) return;
  event.preventDefault();
  const next = links[Math.min(links.length - 1, Math.max(0, at + (down ? 1 : -1)))];
  next.focus({ preventScroll: true });
  next.closest("[data-hit]").scrollIntoView({ block: "nearest" });
});
