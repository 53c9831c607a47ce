// The strip of small pages. The server sends a window around the page that was opened; the rest is added here when
// somebody scrolls near an end, so a document of thousands of pages opens as quickly as a short one.
import { make } from "./dom.js";

const step = 60;

export class Strip {
  constructor(view, viewer) {
    this.viewer = viewer;
    this.node = view.querySelector("[data-strip]");
    if (!this.node) return;
    this.list = this.node.querySelector("ol");
    this.image = view.dataset.image;
    this.node.addEventListener("scroll", () => this.fill(), { passive: true });
    this.node.addEventListener("click", (event) => this.click(event));
    this.bring(this.current(), "center");
    this.fill();
  }

  click(event) {
    const item = event.target.closest("li");
    if (!item || !this.viewer.paper || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.viewer.turnTo(Number(item.dataset.n));
  }

  current() {
    return this.list.querySelector("[aria-current]")?.closest("li");
  }

  show(n) {
    if (!this.node) return;
    this.current()?.firstElementChild.removeAttribute("aria-current");
    let item = this.list.querySelector(`[data-n="${n}"]`);
    if (!item) {
      this.list.replaceChildren(...this.items(Math.max(1, n - step), Math.min(this.viewer.pages, n + step)));
      item = this.list.querySelector(`[data-n="${n}"]`);
    }
    item.firstElementChild.setAttribute("aria-current", "page");
    this.bring(item, "nearest");
  }

  // bring scrolls only the strip: scrollIntoView would move the page around it too.
  bring(item, where) {
    if (!item) return;
    const top = item.offsetTop - this.node.offsetTop;
    const low = top < this.node.scrollTop + 20;
    const high = top + item.offsetHeight > this.node.scrollTop + this.node.clientHeight - 20;
    if (where === "center" || low || high) this.node.scrollTop = top - (this.node.clientHeight - item.offsetHeight) / 2;
  }

  fill() {
    if (!this.image) return;
    const first = Number(this.list.firstElementChild.dataset.n);
    const last = Number(this.list.lastElementChild.dataset.n);
    if (last < this.viewer.pages && this.node.scrollTop + 2 * this.node.clientHeight > this.node.scrollHeight) {
      this.list.append(...this.items(last + 1, Math.min(this.viewer.pages, last + step)));
    }
    if (first > 1 && this.node.scrollTop < this.node.clientHeight) {
      const before = this.node.scrollHeight;
      this.list.prepend(...this.items(Math.max(1, first - step), first - 1));
      this.node.scrollTop += this.node.scrollHeight - before;
    }
  }

  items(from, to) {
    const made = [];
    for (let n = from; n <= to; n++) made.push(this.item(n));
    return made;
  }

  item(n) {
    const hit = this.viewer.hits.includes(n);
    const image = make("img", { src: `${this.image.replace("{n}", n)}${this.image.includes("?") ? "&" : "?"}width=160`, alt: "", loading: "lazy", decoding: "async" });
    const label = make("small", { class: "tab" }, make("span", { class: "vh" }, `${this.viewer.data.tPage} `), String(n), hit ? make("span", { class: "hit-dot" }) : null);
    const link = make("a", { href: this.viewer.address(n), "aria-current": n === this.viewer.page ? "page" : null }, make("span", { class: "thumb", "aria-hidden": "true" }, image), label);
    return make("li", { "data-n": n }, link);
  }
}
