// One page of a PDF: its box, and when it is near, its picture, selectable text, links and marks.
import { make, marks } from "./dom.js";
import { inside } from "./said.js";

export class Sheet {
  constructor(paper, n) {
    this.paper = paper;
    this.n = n;
    this.node = make("div", { class: "pdf-page is-blank", "data-n": n, role: "region", "aria-label": `${paper.viewer.data.tPage} ${n}`, onclick: (event) => this.pressed(event) });
  }

  // size sets the box to the page's size, or to that of the first page seen until the page's own is known.
  size(scale) {
    const base = this.base ?? this.paper.base;
    this.node.style.width = `${Math.floor(base.width * scale)}px`;
    this.node.style.height = `${Math.floor(base.height * scale)}px`;
    this.node.style.setProperty("--total-scale-factor", scale);
  }

  async draw(scale) {
    if (this.scale === scale) return;
    this.scale = scale;
    this.task?.cancel();
    const page = await this.paper.document.getPage(this.n);
    this.base = page.getViewport({ scale: 1 });
    this.size(scale);
    const viewport = page.getViewport({ scale });
    const canvas = await this.picture(page, viewport);
    if (this.scale !== scale) return;
    const layers = await Promise.all([this.text(page, viewport), this.links(page, viewport), this.marked(), this.paper.viewer.margin.layer(this.n)]);
    if (this.scale !== scale) return;
    this.node.classList.remove("is-blank");
    this.node.replaceChildren(canvas, ...layers.filter(Boolean));
  }

  async picture(page, viewport) {
    const dense = Math.min(devicePixelRatio || 1, 2.5, Math.sqrt(16e6 / (viewport.width * viewport.height)));
    const canvas = make("canvas", { width: Math.floor(viewport.width * dense), height: Math.floor(viewport.height * dense), "aria-hidden": "true" });
    this.task = page.render({ canvas, viewport, transform: [dense, 0, 0, dense, 0, 0] });
    try {
      await this.task.promise;
    } catch (error) {
      if (error?.name !== "RenderingCancelledException") throw error;
    }
    return canvas;
  }

  async text(page, viewport) {
    const layer = make("div", { class: "textLayer" });
    await new this.paper.pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: layer, viewport }).render();
    return layer;
  }

  // links draws what leads elsewhere in the document, such as a table of contents, and to web addresses.
  async links(page, viewport) {
    const layer = make("div", { class: "pdf-links" });
    for (const a of await page.getAnnotations()) {
      if (a.subtype !== "Link" || !(a.dest || a.url)) continue;
      const [x1, y1] = viewport.convertToViewportPoint(a.rect[0], a.rect[3]);
      const [x2, y2] = viewport.convertToViewportPoint(a.rect[2], a.rect[1]);
      const link = a.url ? make("a", { href: a.url, target: "_blank", rel: "noopener noreferrer", "aria-label": a.url }) : make("a", { href: "#", "aria-label": "→", onclick: (e) => this.follow(e, a.dest) });
      Object.assign(link.style, { left: `${Math.min(x1, x2)}px`, top: `${Math.min(y1, y2)}px`, width: `${Math.abs(x2 - x1)}px`, height: `${Math.abs(y2 - y1)}px` });
      layer.append(link);
    }
    return layer.childElementCount ? layer : null;
  }

  async follow(event, dest) {
    event.preventDefault();
    const list = typeof dest === "string" ? await this.paper.document.getDestination(dest) : dest;
    if (!list) return;
    const target = typeof list[0] === "number" ? list[0] : await this.paper.document.getPageIndex(list[0]);
    this.paper.viewer.turnTo(target + 1);
  }

  // marked asks the server where the words of the search stand on this page.
  async marked() {
    const { marks: address } = this.paper.viewer.data;
    if (!address || !this.paper.viewer.hits.includes(this.n)) return null;
    try {
      this.rects ??= (await (await fetch(address.replace("{n}", this.n))).json()).marks ?? [];
    } catch {
      return null; // the page is readable without its marks
    }
    return this.rects.length ? marks(this.rects) : null;
  }

  // saidAgain draws the passages that people spoke of anew.
  async saidAgain() {
    if (!this.scale) return;
    const layer = await this.paper.viewer.margin.layer(this.n);
    this.node.querySelector(".said-layer")?.remove();
    if (layer && this.scale) this.node.append(layer);
  }

  // saidShow makes one of them stand out.
  saidShow(id) {
    for (const line of this.node.querySelectorAll(".said-line")) line.classList.toggle("is-on", line.dataset.id === id);
  }

  // pressed opens the talk on the passage that was clicked.
  pressed(event) {
    if (!getSelection().isCollapsed || event.target.closest("a, button")) return;
    const line = [...this.node.querySelectorAll(".said-line")].find((l) => inside(l.getBoundingClientRect(), event));
    if (line) this.paper.viewer.margin.open(line.dataset.id);
  }

  firstMark() {
    return this.rects?.length ? Math.min(...this.rects.map((r) => r.y)) : null;
  }

  clear() {
    this.task?.cancel();
    this.scale = 0;
    this.node.replaceChildren();
    this.node.classList.add("is-blank");
  }
}
