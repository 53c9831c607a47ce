// Small helpers that modules share.

// on listens on the whole document for events of elements that match, also of those that come later.
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null;
    if (target) handle(event, target);
  });
}

// make builds an element: make("li", {class: "x", onclick: f}, "text", child).
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c != null));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

// icon copies the address of the symbols from one that the page has.
export function icon(name) {
  const sprite = document.querySelector("svg.ic use")?.getAttribute("href").split("#")[0] ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "ic");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

// marks draws marked places, fractions of a page, over their positioned parent.
export function marks(rects) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "marks");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const r of rects) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("x", r.x);
    rect.setAttribute("y", r.y);
    rect.setAttribute("width", r.w);
    rect.setAttribute("height", r.h);
    svg.append(rect);
  }
  return svg;
}

// words fills {name} in a sentence.
export function words(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// typing tells whether keys belong to a field, so that shortcuts stay away.
export function typing(event) {
  const t = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
}

// parts reads HTML that our own server drew into nodes, which run nothing.
export function parts(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
}
