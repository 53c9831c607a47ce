// What helps to say something: fields that grow, names behind @ and topics behind # that complete themselves. All of it works for fields
// that come later, and nothing is lost without it.
import { make, on, parts } from "./dom.js";

// A field grows with its text where the browser does not let it grow by itself.
if (!CSS.supports("field-sizing", "content")) {
  on("input", "textarea[data-grow]", (_, field) => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  });
}

// Ctrl-Enter sends.
on("keydown", "textarea[data-mentions]", (event, field) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
});

const list = make("ul", { class: "names", role: "listbox", id: "names", hidden: true });
let field = null, from = 0, asked = 0;

// word is what is being typed behind an @ or #, up to the cursor.
function word(at) {
  const before = at.value.slice(0, at.selectionStart);
  const found = before.match(/(^|[\s(])([@#][^\s@#][^@#\n]{0,30}|[@#])$/u);
  return found && found[2].split(" ").length <= 3 ? found[2] : "";
}

function hide() {
  list.hidden = true;
  field?.removeAttribute("aria-activedescendant");
}

async function complete(at) {
  const typed = word(at);
  if (typed.length < 2) return hide();
  const mine = ++asked;
  const answer = await fetch(`${at.dataset.mentions}?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  field = at;
  from = at.selectionStart - typed.length;
  list.replaceChildren(...parts(await answer.text()).filter((n) => n instanceof Element));
  if (!list.childElementCount) return hide();
  [...list.children].forEach((option, i) => (option.id = `name-${i}`));
  at.after(list);
  list.hidden = false;
  fit();
  choose(list.firstElementChild);
}

// fit moves the list to the left as far as it stands out of the page.
function fit() {
  list.style.marginLeft = "";
  const over = list.getBoundingClientRect().right + 8 - document.documentElement.clientWidth;
  if (over > 0) list.style.marginLeft = `${-over}px`;
}

function choose(option) {
  list.querySelector("[aria-selected]")?.removeAttribute("aria-selected");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", option.id);
}

function insert(option) {
  field.setRangeText(`${option.dataset.insert} `, from, field.selectionStart, "end");
  hide();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

let wait = 0;
on("input", "textarea[data-mentions]", (_, at) => {
  clearTimeout(wait);
  wait = setTimeout(() => complete(at), 120);
});
document.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== field) return;
  const chosen = list.querySelector("[aria-selected]");
  if (event.key === "ArrowDown") choose(chosen.nextElementSibling ?? list.firstElementChild);
  else if (event.key === "ArrowUp") choose(chosen.previousElementSibling ?? list.lastElementChild);
  else if (event.key === "Enter" || event.key === "Tab") insert(chosen);
  else if (event.key === "Escape") hide();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("li");
  if (!option) return;
  event.preventDefault();
  insert(option);
});
addEventListener("focusin", (event) => event.target !== field && hide());

// A click outside closes the menus of posts.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.react-more[open], details.post-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Feeds hear of posts, and look how many are theirs.
for (const name of ["live:post", "live:missed"]) {
  document.addEventListener(name, () => {
    for (const place of document.querySelectorAll(".feed-new")) place.dispatchEvent(new CustomEvent("fresh"));
  });
}
