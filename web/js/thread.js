// The talk that is open hears what is said in it, by anybody: at the end of a thread a comment comes at once, anywhere else it is announced, and
// comes when it is asked for. Counts and reactions follow. No text moves under who reads, and nothing that somebody types or has in focus goes.
import htmx from "../vendor/htmx-4.0.1/htmx.esm.min.js";
import { make, on, parts, words } from "./dom.js";

const waiting = new Map(); // by the id of a post: when it is asked for, 0 = when the page is seen again
const comments = ":scope > .comment";
const near = new IntersectionObserver((list) => list.filter((x) => x.isIntersecting).forEach((x) => {
  near.unobserve(x.target);
  soon(x.target);
}), { rootMargin: "100% 0px" });

const postOf = (talk) => talk.id.slice("talk-".length);
const typed = (node) => [...node.querySelectorAll("textarea")].some((t) => t.value.trim() || t === document.activeElement);
const busy = (node) => node.contains(document.activeElement) || typed(node) || node.querySelector("details[open]") || getSelection().containsNode(node, true) && !getSelection().isCollapsed;

// heard is told of a change. In a feed only what is near is asked for, since everybody hears of what is said to everybody.
function heard(talk) {
  if (!talk) return;
  if (talk.matches(".talk-alone")) soon(talk);
  else near.observe(talk);
}

// soon waits a moment, for what comes together, and because everybody who hears it asks.
function soon(talk) {
  const id = postOf(talk);
  if (waiting.get(id)) return;
  waiting.set(id, document.hidden ? 0 : setTimeout(() => look(id), 100 + Math.random() * 900));
}

async function look(id, show = false) {
  waiting.delete(id);
  const alone = document.getElementById(`talk-${id}`)?.matches(".talk-alone") ?? false;
  const answer = await fetch(`/posts/${id}/talk?alone=${alone}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  const talk = document.getElementById(`talk-${id}`);
  if (!answer?.ok || !talk) return;
  for (const node of parts(await answer.text()).filter((n) => n instanceof Element)) {
    if (node.id === talk.id) merge(talk, node, show);
    else renew(document.getElementById(node.id), node);
  }
}

// renew puts what the server says now in place of what it said before, unless somebody is at it.
function renew(here, now) {
  if (!here || here.isEqualNode(now)) return;
  if (!busy(here)) {
    here.replaceWith(now);
    htmx.process(now);
    return;
  }
  const react = now.querySelector(".react");
  if (react && react !== now) renew(document.getElementById(react.id), react);
}

function merge(talk, now, show) {
  const added = [];
  let previous = null, known = false;
  for (const comment of [...now.querySelectorAll(comments)]) {
    const here = document.getElementById(comment.id);
    if (here) {
      if (!talk.matches(".talk-alone") && !known) added.length = 0; // older than the last few that are shown
      known = true;
    } else added.push([comment, previous]);
    previous = here ?? comment;
  }
  const last = [...talk.querySelectorAll(comments)].at(-1);
  renew(talk.querySelector(":scope > .talk-more"), now.querySelector(":scope > .talk-more") ?? make("p", { hidden: true }));
  for (const here of talk.querySelectorAll(comments)) {
    const comment = now.querySelector(`#${here.id}`);
    if (comment) renew(here, comment.cloneNode(true));
    else if (talk.matches(".talk-alone") && !busy(here)) here.remove();
  }
  const notice = talk.querySelector(":scope > .talk-new");
  const text = added.length ? words(added.length === 1 ? notice.dataset.one : notice.dataset.many, { n: added.length }) : "";
  const atEnd = added.length > 0 && (!last || added[0][1]?.id === last.id) && !typed(talk) && inView(talk.querySelector(":scope > .say") ?? last ?? talk);
  if (!show && !atEnd) return announce(notice, text);
  for (const [comment, after] of added) {
    const at = after && document.getElementById(after.id);
    if (at) at.after(comment);
    else (talk.querySelector(comments) ?? notice).before(comment);
    htmx.process(comment);
  }
  const said = ([c]) => `${c.querySelector(".comment-by a").textContent}: ${c.querySelector(".rich")?.textContent.trim() ?? ""}`;
  notice.replaceChildren(make("span", { class: "vh" }, show ? "" : added.map(said).join(" ")));
  if (show && added.length) focus(added[0][0]);
}

function focus(node) {
  node.tabIndex = -1;
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

// announce says, without a place of its own among the comments, what there is.
export function announce(notice, text) {
  if (notice.textContent === text) return;
  notice.replaceChildren(...(text ? [make("button", { type: "button", class: "btn btn-primary", "data-talk-show": true }, text)] : []));
}

// inView tells whether a place of a thread is on the screen, and in the part of a panel that is.
function inView(node) {
  const { bottom } = node.getBoundingClientRect();
  const box = node.closest(".panel")?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight, left: 0 };
  return bottom >= Math.max(box.top, 0) && bottom <= Math.min(box.bottom, innerHeight) && box.left < innerWidth;
}

// What is said beside a thing, such as a tender, comes when it is asked for.
async function remarks(about) {
  for (const list of document.querySelectorAll(`[data-talk-of="${CSS.escape(about)}"]`)) {
    const answer = await fetch(list.dataset.talkUrl).catch(() => null);
    if (!answer?.ok || !list.isConnected) continue;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(list.id);
    const added = [...(now?.querySelectorAll(".remark") ?? [])].filter((r) => !document.getElementById(r.id));
    const notice = list.querySelector(".talk-new");
    announce(notice, added.length ? words(added.length === 1 ? notice.dataset.one : notice.dataset.many, { n: added.length }) : "");
    notice.onclick = () => {
      const first = list.querySelector(".remark") ?? notice;
      first.before(...added);
      added.forEach((r) => htmx.process(r));
      list.querySelector(":scope > .muted")?.remove(); // that nothing was said
      notice.replaceChildren();
      focus(added[0]);
    };
  }
}

let asked = 0;
document.addEventListener("live:post", (event) => {
  if (!event.detail?.startsWith("tender:")) return;
  clearTimeout(asked);
  asked = setTimeout(() => remarks(event.detail), 100 + Math.random() * 900);
});

on("click", ".talk > .talk-new > [data-talk-show]", (_, button) => look(postOf(button.closest(".talk")), true));
document.addEventListener("live:talk", (event) => heard(document.getElementById(`talk-${event.detail}`)));
document.addEventListener("live:open", () => document.querySelectorAll(".talk-alone").forEach(heard)); // what was said while the page came
document.addEventListener("live:missed", () => document.querySelectorAll(".talk").forEach(heard));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const [id, timer] of waiting) {
    const talk = timer === 0 && document.getElementById(`talk-${id}`);
    if (talk) soon(talk);
  }
});

// What is typed in the other fields of a talk outlives an answer that is put in place of the talk.
let kept = [];
document.addEventListener("htmx:before:swap", (event) => {
  const sent = event.detail.ctx.sourceElement;
  const own = (field) => sent instanceof HTMLFormElement && sent.contains(field);
  kept = [...document.querySelectorAll(".say textarea")].filter((t) => t.value.trim() && !own(t)).map((t) => [t, t.value]);
});
document.addEventListener("htmx:after:swap", () => {
  for (const [was, text] of kept) {
    const field = was.isConnected ? null : document.getElementById(was.id);
    if (!field || field.value.trim()) continue;
    field.value = text;
    const folded = field.closest("details");
    if (folded) folded.open = true;
  }
  kept = [];
});
