// Uploading: files dropped anywhere or chosen go to the upload sheet, are sent two at a time with progress, and are
// followed until they can be found. What went wrong stands beside the file; what went well is not lost with it.
import { on, typing } from "./dom.js";
import { Row } from "./uploadrow.js";
import { dropped } from "./dropped.js";
import { sharedHere, taken } from "./sharein.js";

const atOnce = 2;

class Uploader {
  constructor(node) {
    this.node = node;
    this.words = node.dataset;
    this.limit = Number(node.dataset.limit) || Infinity;
    this.list = node.querySelector("[data-list]");
    this.rows = [];
    this.into = { tender: "", group: "" };
    for (const input of node.querySelectorAll("[data-files]")) {
      input.addEventListener("change", () => {
        this.add([...input.files]);
        input.value = "";
      });
    }
  }

  add(files) {
    const fresh = files.filter((f) => f.name !== ".DS_Store" && f.name !== "Thumbs.db").map((f) => new Row(this, f));
    this.rows.push(...fresh);
    this.list.append(...fresh.map((r) => r.node));
    this.next();
    this.show();
  }

  // next starts what waits while fewer than two are on their way.
  next() {
    const busy = this.rows.filter((r) => r.state === "sending").length;
    this.rows.filter((r) => r.state === "waiting").slice(0, atOnce - busy).forEach((r) => r.send());
    if (!this.timer && this.rows.some((r) => r.following)) this.timer = setTimeout(() => this.follow(), 1500);
  }

  // follow asks where the received files are: being read, ready, failed, or much like another document.
  async follow() {
    const ids = this.rows.filter((r) => r.following).map((r) => r.id);
    try {
      const answer = await fetch(`/upload/status?ids=${ids.join(",")}`, { headers: { Accept: "application/json" } });
      if (answer.ok) for (const s of (await answer.json()).items) this.rows.find((r) => r.id === s.id)?.became(s);
    } catch { /* asked again below; the files are safe with the server */ }
    this.timer = null;
    this.next();
    this.show();
  }

  show() {
    const taken = this.rows.filter((r) => r.id && r.state !== "gone");
    const open = this.rows.some((r) => r.state === "waiting" || r.state === "sending");
    const foot = this.node.querySelector("[data-foot]");
    foot.hidden = this.rows.length === 0;
    const text = open ? this.words.tBusy : this.words.tDone;
    foot.querySelector("[data-summary]").textContent = text.replace("{done}", taken.length).replace("{total}", this.rows.length);
    const details = foot.querySelector("[data-details]");
    details.hidden = taken.length === 0 || open;
    details.href = `/upload/details?ids=${taken.map((r) => r.id).join(",")}${this.into.tender ? `&tender=${this.into.tender}` : ""}`;
  }

  get sending() {
    return this.rows.some((r) => r.state === "waiting" || r.state === "sending");
  }
}

const uploaders = [...document.querySelectorAll("[data-uploader]")].map((n) => new Uploader(n));
const sheet = document.getElementById("upload");
const inSheet = uploaders.find((u) => sheet?.contains(u.node));
const inPage = uploaders.find((u) => u !== inSheet);

if (inPage) {
  const asked = new URLSearchParams(location.search);
  inPage.into = { tender: asked.get("tender") ?? "", group: asked.get("group") ?? "" };
}

if (inPage) {
  sharedHere().then((found) => {
    if (!found?.files.length) return;
    inPage.add(found.files);
    taken();
  });
}

// open shows the sheet. What is added goes to the tender or group whose button opened it.
function open(into) {
  if (inPage) return inPage;
  if (!sheet.open) inSheet.into = into ?? { tender: "", group: "" };
  if (!sheet.open) sheet.showModal();
  return inSheet;
}

if (inSheet) {
  on("click", "[data-upload]", (event, link) => {
    if (event.ctrlKey || event.metaKey || inPage) return;
    event.preventDefault();
    open({ tender: link.dataset.uploadTender ?? "", group: link.dataset.uploadGroup ?? "" });
  });
  addEventListener("keydown", (event) => {
    if (event.key === "u" && !typing(event) && !document.querySelector("dialog[open]")) open();
  });
  drag();
}
addEventListener("beforeunload", (event) => uploaders.some((u) => u.sending) && event.preventDefault());

// drag shows where to let go, anywhere on the page.
function drag() {
  const hint = document.querySelector("[data-drop-hint]");
  const files = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const enter = (by) => hint.hidden = (depth = Math.max(0, depth + by)) === 0;
  addEventListener("dragenter", (event) => files(event) && enter(1));
  addEventListener("dragleave", (event) => files(event) && enter(-1));
  addEventListener("dragover", (event) => files(event) && event.preventDefault());
  addEventListener("drop", async (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    hint.hidden = true;
    const list = await dropped(event.dataTransfer);
    if (list.length) open().add(list);
  });
}
