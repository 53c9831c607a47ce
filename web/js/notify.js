// The bell: its number is live, what is new is said once, and on a wide window it opens a panel instead of the page.
import { on } from "./dom.js";
import { toast } from "./toast.js";

const bell = document.querySelector("[data-bell]");
const panel = document.querySelector("[data-bell-panel]");
const wide = matchMedia("(min-width: 761px)");
let since = "";
let waiting = 0;

async function refresh() {
  waiting = 0;
  const answer = await fetch(`${bell.dataset.news}?since=${encodeURIComponent(since)}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const news = await answer.json();
  const count = bell.querySelector("[data-bell-count]");
  count.textContent = news.count;
  count.hidden = news.count === "";
  bell.querySelector("[data-bell-said]").textContent = news.count === "" ? "" : news.said;
  if (!news.text) return;
  since = news.at;
  if (new URL(news.url, location.href).pathname !== location.pathname) toast(news.text, { url: news.url }); // what is open says it itself
}

// soon waits a moment, for what comes together, and because everybody who hears it asks.
function soon() {
  if (document.hidden) waiting = -1;
  else if (waiting <= 0) waiting = setTimeout(refresh, 100 + Math.random() * 900);
}

function show(yes) {
  panel.hidden = !yes;
  bell.setAttribute("aria-expanded", String(yes));
}

if (bell && panel) {
  bell.setAttribute("aria-haspopup", "dialog");
  bell.setAttribute("aria-expanded", "false");
  document.addEventListener("live:notify", soon);
  document.addEventListener("live:missed", soon);
  document.addEventListener("visibilitychange", () => document.hidden || waiting !== -1 || soon());
  bell.addEventListener("click", (event) => {
    if (!wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (panel.hidden) panel.dispatchEvent(new Event("open")); // htmx fetches it
    else show(false);
  });
  new MutationObserver(() => {
    show(true);
    panel.querySelector("a, button")?.focus();
  }).observe(panel, { childList: true });
  on("click", "[data-bell-close]", () => {
    show(false);
    bell.focus();
  });
  on("click", "*", (event) => panel.hidden || event.target.closest("[data-bell-panel], [data-bell]") || show(false));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    show(false);
    bell.focus();
  });
}
