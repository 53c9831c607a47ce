// The pages of a PDF, drawn by pdf.js from byte ranges of the original: only what is looked at is fetched. Every page
// has a box of its size from the start; a box is drawn when it comes near and emptied when it is far, so memory stays
// flat. Until the first page is drawn the server's image of it stays in sight, and when pdf.js cannot open the file the
// images remain.
import { Sheet } from "./sheet.js";
import { make } from "./dom.js";
import { toast } from "./toast.js";

const keep = 12; // boxes drawn at most
const zooms = [0.5, 0.67, 0.8, 0.9, 1, 1.15, 1.35, 1.6, 2, 2.6, 3.5];

export class Paper {
  static async open(viewer) {
    try {
      const paper = new Paper(viewer);
      await paper.load();
      return paper;
    } catch (error) {
      console.warn("pdf.js could not open the document", error);
      toast(viewer.data.tFailed);
      return null;
    }
  }

  constructor(viewer) {
    this.viewer = viewer;
    this.box = viewer.node.querySelector("[data-sheet]");
    this.factor = 1;
    this.drawn = [];
  }

  async load() {
    const vendor = this.viewer.data.pdfjs;
    const pdfjs = await import(`${vendor}pdf.min.mjs`);
    pdfjs.GlobalWorkerOptions.workerSrc = `${vendor}pdf.worker.min.mjs`;
    this.pdfjs = pdfjs;
    this.document = await pdfjs.getDocument({
      url: this.viewer.data.file,
      cMapUrl: `${vendor}cmaps/`,
      standardFontDataUrl: `${vendor}standard_fonts/`,
      wasmUrl: `${vendor}wasm/`,
      iccUrl: `${vendor}iccs/`,
      disableAutoFetch: true,
      disableStream: true,
      rangeChunkSize: 131072,
      enableXfa: false,
      isEvalSupported: false,
    }).promise;
    this.viewer.pages = this.document.numPages;
    const first = await this.document.getPage(this.viewer.page);
    this.base = first.getViewport({ scale: 1 });
    this.build();
    await this.sheets[this.viewer.page - 1].draw(this.scale);
    this.put();
  }

  // build makes the boxes beside the image that is on show.
  build() {
    this.sheets = Array.from({ length: this.document.numPages }, (_, i) => new Sheet(this, i + 1));
    this.list = make("div", { class: "pages" });
    this.scale = this.fit();
    for (const s of this.sheets) s.size(this.scale);
    this.list.append(...this.sheets.map((s) => s.node));
  }

  // put swaps the image for the boxes, with the page in sight where the image was.
  put() {
    this.box.replaceChildren(this.list);
    this.scrollTo(this.viewer.page, true);
    this.watch();
    this.label();
  }

  fit() {
    const room = this.box.clientWidth - (this.box.clientWidth < 600 ? 18 : 46);
    return Math.min(room, 900) / this.base.width;
  }

  watch() {
    this.near = new IntersectionObserver((entries) => {
      for (const e of entries) if (e.isIntersecting) this.draw(this.sheets[e.target.dataset.n - 1]);
    }, { root: this.box, rootMargin: "600px 0px" });
    for (const s of this.sheets) this.near.observe(s.node);
    this.box.addEventListener("scroll", () => this.where(), { passive: true });
    document.addEventListener("said", () => this.drawn.forEach((s) => s.saidAgain()));
    document.addEventListener("said:show", (event) => this.drawn.forEach((s) => s.saidShow(event.detail)));
    let width = this.box.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.box.clientWidth - width) < 4) return;
      width = this.box.clientWidth;
      this.rescale();
    }).observe(this.box);
  }

  async draw(sheet) {
    this.drawn = this.drawn.filter((s) => s !== sheet);
    this.drawn.push(sheet);
    while (this.drawn.length > keep) this.drawn.shift().clear();
    await sheet.draw(this.scale).catch((error) => console.warn("page", sheet.n, error));
  }

  // where tells the viewer which page fills the upper half of the paper.
  where() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      const line = this.box.scrollTop + this.box.clientHeight / 3;
      let low = 0, high = this.sheets.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (this.top(middle) <= line) low = middle;
        else high = middle - 1;
      }
      this.viewer.reached(low + 1);
    });
  }

  top(i) {
    return this.sheets[i].node.offsetTop - this.list.offsetTop;
  }

  // scrollTo brings a page to the top, or its first mark into sight.
  scrollTo(n, first = false) {
    const sheet = this.sheets[n - 1];
    const marked = sheet.firstMark();
    const inside = marked == null ? -14 : Math.max(-14, marked * sheet.node.clientHeight - this.box.clientHeight / 3);
    this.box.scrollTop = this.top(n - 1) + this.list.offsetTop + inside;
    if (!first) this.viewer.reached(n);
  }

  // show brings a height of a page into sight, as a fraction of the page.
  show(n, y) {
    if (y == null) return this.scrollTo(n);
    this.box.scrollTop = this.top(n - 1) + this.list.offsetTop + y * this.sheets[n - 1].node.clientHeight - this.box.clientHeight / 3;
    this.viewer.reached(n);
  }

  zoom(name) {
    const at = zooms.findIndex((z) => z >= this.factor - 0.001);
    if (name === "zoom-fit") this.factor = 1;
    if (name === "zoom-in") this.factor = zooms[Math.min(zooms.length - 1, at + 1)];
    if (name === "zoom-out") this.factor = zooms[Math.max(0, at - 1)];
    this.rescale();
  }

  rescale() {
    const n = this.viewer.page;
    const inside = (this.box.scrollTop - this.top(n - 1)) / this.scale;
    this.scale = this.fit() * this.factor;
    for (const s of this.sheets) s.size(this.scale);
    this.box.scrollTop = this.top(n - 1) + inside * this.scale;
    for (const s of [...this.drawn]) s.draw(this.scale);
    this.label();
  }

  label() {
    const label = this.viewer.node.querySelector("[data-zoom-label]");
    if (label) label.textContent = `${Math.round(this.factor * 100)}%`;
  }
}
