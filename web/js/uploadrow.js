// One file on its way in: its line in the list, its sending, and what came of it.
import { icon, make, words } from "./dom.js";

export class Row {
  constructor(uploader, file) {
    this.uploader = uploader;
    this.words = uploader.words;
    this.file = file;
    this.into = uploader.into;
    this.state = "waiting";
    this.name = make("span", { class: "name", title: file.webkitRelativePath || file.name }, file.name);
    this.text = make("span", { class: "state" }, this.words.tWaiting);
    this.bar = make("progress", { class: "thin", max: 100, value: 0, "aria-label": file.name, hidden: true });
    this.buttons = make("span", { class: "buttons" });
    this.face = make("span", {}, icon("file"));
    this.node = make("li", {}, this.face, this.name, this.text, this.bar, this.buttons);
    if (file.size === 0) this.fail(this.words.tEmpty, false);
    else if (file.size > uploader.limit) this.fail(this.words.tTooLarge, false);
  }

  get following() {
    return this.id && (this.state === "received" || this.state === "reading");
  }

  send() {
    this.state = "sending";
    this.bar.hidden = false;
    const form = new FormData();
    for (const [name, id] of Object.entries(this.into)) if (id) form.append(name, id);
    form.append("file", this.file, this.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", "/upload/file");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => this.progress(event.loaded / event.total);
    request.onload = () => this.answered(request.status, request.response);
    request.onerror = () => this.fail(this.words.tOffline, true);
    request.onabort = () => this.gone();
    this.offer(this.button(this.words.tCancel, () => request.abort()));
    request.send(form);
  }

  progress(part) {
    this.bar.value = part * 100;
    this.text.textContent = words(this.words.tSending, { percent: Math.round(part * 100) });
  }

  answered(status, answer) {
    if (status < 200 || status > 299) {
      this.fail(answer?.errors?.[0]?.detail ?? answer?.detail ?? this.words.tOffline, status >= 500 || status === 429);
      return;
    }
    this.id = answer.id;
    this.url = answer.url;
    this.offer();
    if (answer.copies?.length) this.copyOf(answer.copies[0]);
    this.became(answer);
    this.done();
  }

  // became shows a state the server told.
  became(s) {
    this.state = s.status;
    this.bar.hidden = true;
    this.node.classList.toggle("is-ready", s.status === "ready");
    const text = { received: this.words.tReceived, reading: this.words.tReading, ready: this.words.tReady };
    if (s.status === "failed") return this.fail(s.failure, false);
    this.text.textContent = text[s.status] ?? "";
    if (s.status !== "ready") return;
    this.face.replaceChildren(icon("check"));
    this.offer(make("a", { class: "btn btn-small", href: this.url }, this.words.tOpen));
    if (s.near?.length && !this.node.querySelector(".advice-line")) this.nearTo(s.near[0]);
  }

  fail(text, again) {
    this.state = "failed";
    this.bar.hidden = true;
    this.node.classList.add("is-failed");
    this.face.replaceChildren(icon("alert"));
    this.text.textContent = text;
    this.offer(again ? this.button(this.words.tRetry, () => this.again()) : null);
    this.done();
  }

  again() {
    this.node.classList.remove("is-failed");
    this.face.replaceChildren(icon("file"));
    this.text.textContent = this.words.tWaiting;
    this.state = "waiting";
    this.offer();
    this.uploader.next();
  }

  // copyOf says that the very same file is here already and lets the person choose.
  copyOf(copy) {
    const line = make("div", { class: "advice-line" }, this.words.tCopy + " ", make("a", { href: copy.url }, copy.title));
    line.append(this.button(this.words.tDrop, () => this.drop(line)), this.button(this.words.tKeep, () => line.remove()));
    this.node.append(line);
  }

  nearTo(near) {
    this.node.append(make("div", { class: "advice-line" }, this.words.tNear + " ", make("a", { href: near.url }, `${near.title} (${near.percent}%)`)));
  }

  async drop(line) {
    const answer = await fetch(`/documents/${this.id}/trash`, { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    line.remove();
    this.gone();
    this.text.textContent = this.words.tDropped;
  }

  gone() {
    this.state = "gone";
    this.bar.hidden = true;
    this.text.textContent = "";
    this.node.classList.add("is-gone");
    this.offer();
    this.done();
  }

  // done lets the next file start, after this one's row is in the list.
  done() {
    queueMicrotask(() => {
      this.uploader.next();
      this.uploader.show();
    });
  }

  offer(...buttons) {
    this.buttons.replaceChildren(...buttons.filter(Boolean));
  }

  button(text, act) {
    return make("button", { type: "button", class: "btn btn-small", onclick: act }, text);
  }
}
