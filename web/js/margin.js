// The talk beside the paper: it follows the page that is read, and shows on the page which passages people spoke of. The server sends both;
// this asks for them, and never takes away what somebody is typing.
import htmx from "../vendor/htmx-4.0.1/htmx.esm.min.js";
import { make, on, icon, words } from "./dom.js";
import { announce } from "./thread.js";

// focus tries until it is there: a panel that comes into sight takes none at first.
async function focus(node) {
  for (let i = 0; i < 40 && document.activeElement !== node; i++) {
    if (i) await new Promise((done) => setTimeout(done, 20));
    node.focus({ preventScroll: true });
  }
}

const narrow = matchMedia("(max-width: 1180px)");

export class Margin {
  constructor(viewer) {
    this.viewer = viewer;
    this.data = viewer.data;
    this.spots = new Map(); // of pages, as promises
    this.panel = viewer.node.querySelector(".panel");
    this.said = this.part?.querySelector(".margin-list").dataset.said;
    this.listen();
    this.arrive();
  }

  get part() {
    return this.panel.querySelector("#margin");
  }

  listen() {
    on("click", "[data-passage]", (event, link) => this.toPassage(event, link.dataset.passage));
    on("click", ".said-pin", (_, pin) => this.open(pin.dataset.id));
    on("click", "[data-speak-unquote]", (_, button) => this.quote(button.closest("form"), ""));
    const about = `document:${this.data.talk.split("/")[2]}`;
    document.addEventListener("live:post", (event) => event.detail === about && this.soon());
    document.addEventListener("live:talk", (event) => document.getElementById(`talk-${event.detail}`) && this.soon());
    document.addEventListener("live:missed", () => this.soon());
    setInterval(() => document.hidden || this.fresh(), 60000);
    // What was said is swapped in by htmx: the passages on the page are then other ones too.
    new MutationObserver((changes) => changes.some((c) => [...c.addedNodes].some((n) => n.id === "margin" || n.classList?.contains("margin-list"))) && this.changed())
      .observe(this.panel, { childList: true, subtree: true });
  }

  // arrive shows the comment that the address names.
  arrive() {
    const [, kind, id] = location.hash.match(/^#(talk|comment)-(\w+)$/) ?? [];
    if (kind === "talk") this.open(id);
    const comment = kind === "comment" && document.getElementById(`comment-${id}`);
    if (comment) this.open(comment.closest(".remark").id.slice("post-".length), comment);
  }

  // turned follows the reader to another page, once they stay there.
  turned(n) {
    for (const a of this.viewer.node.querySelectorAll("[data-share]")) a.href = a.dataset.share.replace("{n}", n);
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.part?.querySelector(".margin-list").dataset.page === String(this.viewer.page) || this.look(), 250);
  }

  // soon waits a moment, for what comes together.
  soon() {
    clearTimeout(this.heard);
    this.heard = setTimeout(() => this.fresh(), 100 + Math.random() * 900);
  }

  // fresh counts what is said now, and announces what is not in the list: who reads it is not moved.
  async fresh() {
    const n = this.viewer.page;
    const answer = await fetch(this.data.talk.replace("{n}", n)).catch(() => null);
    const list = this.part?.querySelector(".margin-list");
    if (!answer?.ok || !list || n !== this.viewer.page) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".margin-list");
    Object.assign(list.dataset, { said: now.dataset.said, marked: now.dataset.marked });
    this.changed();
    const added = [...now.querySelectorAll(".remark")].filter((r) => !document.getElementById(r.id));
    if (added.length && !list.querySelector(".remark")) return this.look();
    const notice = list.querySelector(":scope > .talk-new");
    announce(notice, added.length ? words(added.length === 1 ? notice.dataset.one : notice.dataset.many, { n: added.length }) : "");
    notice.onclick = () => {
      this.ask(list);
      this.whenThere(added[0].id.slice("post-".length)).then((talk) => talk && this.open(added[0].id.slice("post-".length)));
    };
  }

  // look asks for the talk beside the page in sight, unless somebody is typing an answer in it.
  look() {
    const list = this.part?.querySelector(".margin-list");
    if (list && ![...list.querySelectorAll("textarea")].some((t) => t.value.trim() || t === document.activeElement)) this.ask(list);
  }

  // ask has the list drawn anew; what is typed in it is kept.
  ask(list) {
    list.setAttribute("hx-get", this.data.talk.replace("{n}", this.viewer.page));
    list.dispatchEvent(new Event("look"));
    this.speakOf(this.viewer.page);
  }

  // speakOf points the field to a page, unless it holds something about another.
  speakOf(n) {
    const form = this.part?.querySelector("[data-speak]");
    const field = form?.elements.body;
    if (!form || field.value.trim() || form.elements.quote.value) return;
    form.elements.about.value = form.elements.about.value.replace(/\/\d+$/, `/${n}`);
    field.placeholder = field.labels[0].textContent = field.placeholder.replace(/\d+$/, n);
  }

  // changed draws the page and the counts anew where something else is said than before.
  changed() {
    const list = this.part?.querySelector(".margin-list");
    if (!list || (list.dataset.said === this.said && list.dataset.marked === this.data.marked)) return;
    this.data.marked = list.dataset.marked;
    this.said = list.dataset.said;
    this.spots.clear();
    document.dispatchEvent(new Event("said"));
    for (const place of this.viewer.node.querySelectorAll(".segments a:first-child, .panel-toggle")) {
      const count = place.querySelector(".tab") ?? place.appendChild(make("span", { class: "tab" }));
      count.textContent = this.said === "0" ? "" : this.said;
    }
  }

  // say brings a passage of a page into the field.
  async say(kind, quote, n) {
    await this.show();
    const form = this.part?.querySelector("[data-speak]");
    if (!form) return;
    form.elements.about.value = form.elements.about.value.replace(/\/\d+$/, `/${n}`);
    form.elements.kind.value = kind;
    this.quote(form, quote);
    await focus(form.elements.body);
  }

  quote(form, text) {
    form.elements.quote.value = text;
    const box = form.querySelector(".speak-quote");
    box.hidden = !text;
    box.querySelector("blockquote").textContent = text;
  }

  // show opens the panel at the talk.
  async show() {
    if (narrow.matches) this.viewer.node.classList.add("panel-open");
    if (this.part) return;
    const answer = await fetch(this.data.talk.replace("{n}", this.viewer.page)).catch(() => null);
    if (!answer?.ok) return;
    const body = this.panel.querySelector(".panel-body");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = page.querySelector("#margin");
    body.replaceWith(part);
    htmx.process(part);
    this.panel.querySelector(".segments [aria-current]")?.removeAttribute("aria-current");
    this.panel.querySelector(".segments a")?.setAttribute("aria-current", "true");
  }

  // open shows what was said, or one comment on it.
  async open(id, comment = null) {
    await this.show();
    const talk = document.getElementById(`talk-${id}`) ?? (await this.whenThere(id));
    const remark = talk?.closest(".remark");
    if (!remark) return;
    const folded = remark.closest("details");
    if (folded) folded.open = true;
    this.panel.querySelector(".remark.is-on")?.classList.remove("is-on");
    remark.classList.add("is-on");
    const node = comment ?? remark;
    node.tabIndex = -1;
    await focus(node);
    this.panel.scrollTop += node.getBoundingClientRect().top - this.panel.getBoundingClientRect().top - 16;
  }

  // whenThere waits a while for a comment that is being fetched.
  async whenThere(id) {
    for (let i = 0; i < 30; i++) {
      await new Promise((done) => setTimeout(done, 50));
      const talk = document.getElementById(`talk-${id}`);
      if (talk) return talk;
    }
    return null;
  }

  // at returns the passages of a page that people spoke of.
  at(n) {
    if (!this.data.marked.split(",").includes(String(n))) return Promise.resolve([]);
    if (!this.spots.has(n)) {
      const ask = async () => {
        const answer = await fetch(this.data.spots.replace("{n}", n), { headers: { Accept: "application/json" } });
        return answer.ok ? (await answer.json()).spots : [];
      };
      this.spots.set(n, ask().catch(() => [])); // the page is readable without
    }
    return this.spots.get(n);
  }

  // layer draws the passages of a page over it: a line under each, and beside it what opens the talk.
  async layer(n) {
    const spots = (await this.at(n)).filter((s) => s.lines.length);
    if (!spots.length) return null;
    const layer = make("div", { class: "said-layer" });
    const place = (node, r) => Object.assign(node.style, { left: `${r.x * 100}%`, top: `${r.y * 100}%`, width: `${r.w * 100}%`, height: `${r.h * 100}%` });
    for (const s of spots) {
      for (const r of s.lines) {
        const line = make("span", { class: "said-line", "data-id": s.id });
        place(line, r);
        layer.append(line);
      }
    }
    layer.append(...this.pins(spots));
    return layer;
  }

  // pins are one for each height at which passages begin.
  pins(spots) {
    const rows = [];
    for (const s of [...spots].sort((a, b) => a.lines[0].y - b.lines[0].y)) {
      const last = rows.at(-1);
      if (last && s.lines[0].y - last[0].lines[0].y < 0.03) last.push(s);
      else rows.push([s]);
    }
    return rows.map((row) => {
      const label = row.length > 1 ? words(this.data.tMany, { n: row.length }) : words(this.data.tSpot, { name: row[0].by });
      const pin = make("button", { type: "button", class: "said-pin", "data-id": row[0].id, "aria-label": label, title: label }, icon("comment"));
      if (row.length > 1) pin.append(make("span", { class: "tab", "aria-hidden": "true" }, String(row.length)));
      pin.style.top = `${row[0].lines[0].y * 100}%`;
      return pin;
    });
  }

  async toPassage(event, id) {
    if (event.ctrlKey || event.metaKey || !this.viewer.paper) return;
    const n = Number(new URL(event.target.closest("a").href).searchParams.get("page"));
    if (!n) return;
    event.preventDefault();
    if (narrow.matches) this.viewer.node.classList.remove("panel-open");
    const spot = (await this.at(n)).find((s) => s.id === id);
    this.viewer.paper.show(n, spot?.lines[0]?.y);
    document.dispatchEvent(new CustomEvent("said:show", { detail: id }));
  }
}
