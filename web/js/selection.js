// What can be done with text that is selected on the paper: a small bar beside it. Tab reaches it, Escape closes it.
import { toast } from "./toast.js";

const mostRunes = 2000;

export class Selection {
  constructor(viewer) {
    this.viewer = viewer;
    this.bar = viewer.node.querySelector("[data-select-bar]");
    this.paper = viewer.node.querySelector("[data-sheet]");
    if (!this.bar || !this.paper) return;
    let wait = 0;
    document.addEventListener("selectionchange", () => {
      clearTimeout(wait);
      wait = setTimeout(() => this.look(), 120);
    });
    addEventListener("pointerdown", (event) => (this.pressed = !this.bar.contains(event.target)));
    addEventListener("pointerup", () => {
      this.pressed = false;
      setTimeout(() => this.look());
    });
    addEventListener("pointercancel", () => (this.pressed = false)); // a phone takes the press over for its own selecting
    this.paper.addEventListener("scroll", () => this.bar.hidden || this.place(), { passive: true });
    addEventListener("keydown", (event) => this.key(event), true);
    this.bar.addEventListener("pointerdown", (event) => event.preventDefault()); // or the selection is gone
    this.bar.addEventListener("click", (event) => this.act(event.target.closest("button")));
  }

  // look shows the bar where something on the paper is selected.
  look() {
    if (this.pressed || this.bar.contains(document.activeElement)) return;
    const s = getSelection();
    const text = s.rangeCount && !s.isCollapsed && this.paper.contains(s.anchorNode) ? s.toString().trim() : "";
    this.range = text ? s.getRangeAt(0).cloneRange() : null;
    this.bar.hidden = !text;
    if (text) this.take(text);
  }

  // take keeps the text on one page: a passage is of the page where it begins.
  take(text) {
    const page = (node) => (node instanceof Element ? node : node.parentElement)?.closest(".pdf-page");
    const first = page(this.range.startContainer);
    if (first && page(this.range.endContainer) !== first) {
      this.range.setEnd(first.querySelector(".textLayer") ?? first, (first.querySelector(".textLayer") ?? first).childNodes.length);
      text = this.range.toString().trim();
    }
    this.text = [...text].slice(0, mostRunes).join("");
    this.page = first ? Number(first.dataset.n) : this.viewer.page;
    this.place();
  }

  // place puts the bar under the selection; above it for a finger, which covers what is below, and where there is no room.
  place() {
    const boxes = [...this.range.getClientRects()].filter((r) => r.width);
    if (!boxes.length) return;
    const top = Math.min(...boxes.map((r) => r.top)), bottom = Math.max(...boxes.map((r) => r.bottom));
    const left = Math.min(...boxes.map((r) => r.left)), right = Math.max(...boxes.map((r) => r.right));
    const { width, height } = this.bar.getBoundingClientRect();
    const area = this.paper.getBoundingClientRect();
    const above = matchMedia("(pointer: coarse)").matches || bottom + height + 12 > area.bottom;
    const y = above ? top - height - 10 : bottom + 8;
    const x = (left + right) / 2 - width / 2;
    this.bar.style.left = `${Math.min(Math.max(x, 8), innerWidth - width - 8)}px`;
    this.bar.style.top = `${Math.min(Math.max(y, area.top + 6), area.bottom - height - 6)}px`;
  }

  key(event) {
    if (this.bar.hidden) return;
    const buttons = [...this.bar.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") this.close(at >= 0);
    else if (event.key === "Tab" && at < 0 && !event.shiftKey) buttons[0].focus();
    else if (event.key === "ArrowRight" && at >= 0) buttons[(at + 1) % buttons.length].focus();
    else if (event.key === "ArrowLeft" && at >= 0) buttons.at(at - 1).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  close(back) {
    this.bar.hidden = true;
    getSelection().removeAllRanges();
    if (back) this.paper.focus();
  }

  act(button) {
    if (!button) return;
    const { text, page } = this;
    this.close(false);
    if (button.dataset.say) this.viewer.margin.say(button.dataset.say, text, page);
    else this.copy(button.dataset, text, page);
  }

  async copy({ quote, tCopied, tFailed }, text, page) {
    const address = new URL(this.viewer.address(page), location.href);
    address.searchParams.delete("q");
    const whole = quote.replace("{quote}", () => text.replace(/\s+/g, " ")).replace("{page}", page).replace("{url}", address.href);
    try {
      await navigator.clipboard.writeText(whole);
      toast(tCopied);
    } catch {
      toast(tFailed, { bad: true });
    }
  }
}
