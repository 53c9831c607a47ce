// The document viewer: takes over the paper that the server sent. The server computed which pages have hits and where
// the words stand on each; this draws pages, marks and the strip, and keeps the address at the page that is read.
import { typing } from "./dom.js";
import { Margin } from "./margin.js";
import { inText, overImage } from "./said.js";
import { Selection } from "./selection.js";
import { Strip } from "./strip.js";

const view = document.querySelector("[data-viewer]");

class Viewer {
  constructor(node) {
    this.node = node;
    this.data = node.dataset;
    this.page = Number(node.dataset.page);
    this.pages = Number(node.dataset.pages);
    this.hits = node.dataset.hits ? node.dataset.hits.split(",").map(Number) : [];
    this.strip = new Strip(node, this);
    this.margin = new Margin(this);
    this.selection = new Selection(this);
  }

  // turnTo shows a page: in the paper where it is drawn here, else by its address.
  turnTo(n) {
    n = Math.min(this.pages, Math.max(1, n));
    if (this.paper) this.paper.scrollTo(n);
    else location.assign(this.address(n));
  }

  // reached is called when another page fills the paper.
  reached(n) {
    if (n === this.page) return;
    this.page = n;
    history.replaceState(history.state, "", this.address(n));
    const input = this.node.querySelector("[data-page-input]");
    if (input && document.activeElement !== input) input.value = n;
    this.strip.show(n);
    this.hitLabel();
    this.ends();
    this.margin.turned(n);
    for (const b of this.node.querySelectorAll("[data-copy]")) b.dataset.copy = this.address(n);
  }

  address(n) {
    return this.data.pageUrl.replace("{n}", n);
  }

  hitLabel() {
    const label = this.node.querySelector("[data-hit-label]");
    if (!label) return;
    const at = this.hits.indexOf(this.page) + 1 || this.hits.filter((h) => h < this.page).length;
    label.textContent = this.data.tHit.replace("{hit}", at).replace("{hits}", this.hits.length);
  }

  // ends dims the arrows that lead nowhere.
  ends() {
    const set = (name, can) => {
      const a = this.node.querySelector(`[data-do="${name}"]`);
      if (!a) return;
      if (can) a.removeAttribute("aria-disabled");
      else a.setAttribute("aria-disabled", "true");
    };
    set("previous", this.page > 1);
    set("next", this.page < this.pages);
    set("previous-hit", this.hits.some((h) => h < this.page));
    set("next-hit", this.hits.some((h) => h > this.page));
  }

  act(name) {
    const hit = { "next-hit": this.hits.find((h) => h > this.page), "previous-hit": this.hits.findLast((h) => h < this.page) };
    if (name in hit) return hit[name] && this.turnTo(hit[name]);
    if (name === "next") return this.turnTo(this.page + 1);
    if (name === "previous") return this.turnTo(this.page - 1);
    this.paper?.zoom(name);
  }
}

const keys = { n: "next-hit", p: "previous-hit", ArrowRight: "next", ArrowLeft: "previous", PageDown: "next", PageUp: "previous", "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", 0: "zoom-fit" };

function listen(viewer) {
  addEventListener("keydown", (event) => {
    if (typing(event) || document.querySelector("dialog[open]")) return;
    if (!(event.key in keys)) return;
    event.preventDefault();
    viewer.act(keys[event.key]);
  });
  viewer.node.addEventListener("click", (event) => {
    const control = event.target.closest("[data-do]");
    if (!control || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    viewer.act(control.dataset.do);
  });
  viewer.node.querySelector("[data-goto]")?.addEventListener("submit", (event) => {
    const n = Number(event.target.elements.page.value);
    if (!viewer.paper || !n) return;
    event.preventDefault();
    viewer.turnTo(n);
  });
}

function panel(node) {
  for (const toggle of node.querySelectorAll("[data-panel-toggle]")) {
    toggle.addEventListener("click", (event) => {
      event.preventDefault();
      if (node.classList.toggle("panel-open")) node.querySelector(".panel-close").focus();
    });
  }
  addEventListener("keydown", (event) => event.key === "Escape" && node.classList.remove("panel-open"));
}

// remember tells the server the page that was reached, for "continue reading".
function remember(viewer) {
  const opened = viewer.page;
  addEventListener("pagehide", () => {
    const { read } = viewer.data;
    if (read && viewer.page !== opened) navigator.sendBeacon(read, new URLSearchParams({ page: viewer.page }));
  });
}

if (view) {
  const viewer = new Viewer(view);
  remember(viewer);
  listen(viewer);
  panel(view);
  viewer.hitLabel();
  viewer.ends();
  if (view.dataset.viewer === "pdf") {
    const { Paper } = await import("./paper.js");
    viewer.paper = await Paper.open(viewer);
  } else if (view.dataset.viewer === "grid") {
    document.querySelector(".row-hit")?.scrollIntoView({ block: "center", inline: "nearest" });
  } else {
    document.querySelector("[data-sheet] mark")?.scrollIntoView({ block: "center" });
  }
  if (!viewer.paper) {
    const draw = () => (view.querySelector("figure.paper") ? overImage(viewer) : inText(viewer));
    document.addEventListener("said", draw);
    await draw();
  }
}
