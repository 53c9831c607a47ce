// The passages that people spoke of on a paper that pdf.js does not draw: over the image of a page, or in its text, where the browser marks
// them without a change of the page.
const name = "said";

export async function overImage(viewer) {
  const figure = viewer.node.querySelector("figure.paper");
  if (!figure) return;
  figure.querySelector(".said-layer")?.remove();
  const layer = await viewer.margin.layer(viewer.page);
  if (layer) figure.append(layer);
}

export async function inText(viewer) {
  const paper = viewer.node.querySelector("[data-sheet]");
  if (!CSS.highlights || !paper) return;
  const ranges = [];
  for (const spot of await viewer.margin.at(viewer.page)) {
    const range = find(paper.querySelector(".prose, tbody") ?? paper, spot.text);
    if (range) ranges.push(Object.assign(range, { said: spot.id }));
  }
  CSS.highlights.set(name, new Highlight(...ranges));
  paper.onclick = (event) => {
    const hit = getSelection().isCollapsed && ranges.find((r) => [...r.getClientRects()].some((b) => inside(b, event)));
    if (hit) viewer.margin.open(hit.said);
  };
}

export function inside(box, { clientX: x, clientY: y }) {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

// find returns where a text stands in a node, whatever white space is in either.
function find(node, text) {
  const want = text.replace(/\s/g, "");
  const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT, (n) => (n.parentElement.closest("th") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  let flat = "";
  const places = [];
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    for (let i = 0; i < n.data.length; i++) {
      if (/\s/.test(n.data[i])) continue;
      flat += n.data[i];
      places.push([n, i]);
    }
  }
  const from = want ? flat.indexOf(want) : -1;
  if (from < 0) return null;
  const range = new Range();
  range.setStart(...places[from]);
  const [last, i] = places[from + want.length - 1];
  range.setEnd(last, i + 1);
  return range;
}
