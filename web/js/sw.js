// The service worker: what is needed without a connection, what comes from the phone's share sheet, and notifications.
//
// Without a connection it shows the home page and the documents that were opened last, as they were, and says so. They stay with the person
// for whom the server made them: it names that person with every page, and as soon as it names another, or nobody, everything goes. So it
// does at signing out, and what the server does not show any more.
const offline = "aanpak-offline"; // the page that says that there is no connection, with its style
const assets = "aanpak-assets"; // files whose address changes with their content
const sharedFiles = "aanpak-shared"; // what was shared and has not gone anywhere yet
const keptOf = (person) => `aanpak-kept-${person}`;

const most = { assets: 150, documents: 20, pictures: 300, bytes: 100 << 20, file: 20 << 20, age: 14 * 24 * 60 * 60 * 1000, ask: 60 * 60 * 1000 };

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(offline).then(async (cache) => {
    const page = await fetch("/offline", { credentials: "omit" });
    const html = await page.clone().text();
    await cache.put("/offline", page);
    const parts = [...html.matchAll(/(?:href|src)="(\/assets\/[^"#]+)/g)].map((m) => m[1]);
    await cache.addAll([...new Set(parts)].filter((p) => /\.(css|svg|woff2)$/.test(p)));
  }));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const picture = /^\/(documents\/[^/]+\/pages\/\d+\/image|posts\/[^/]+\/photos\/\d+|people\/[^/]+\/photo)$/;
const original = /^\/documents\/[^/]+\/file$/;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(page(event, url));
    else if (url.pathname === "/share-in" && !foreign(request)) event.respondWith(takeShared(request));
    else event.respondWith(send(request, url));
  } else if (request.method !== "GET") {
    return;
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(asset(event));
  } else if (picture.test(url.pathname) || (original.test(url.pathname) && url.searchParams.has("inline"))) {
    event.respondWith(part(event, url));
  }
});

async function asset(event) {
  const found = (await caches.match(event.request, { cacheName: assets })) ?? (await caches.match(event.request, { cacheName: offline }));
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(keepAsset(event.request, answer.clone()));
  return answer;
}

async function keepAsset(request, answer) {
  const cache = await caches.open(assets);
  await cache.put(request, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most.assets)).map((k) => cache.delete(k)));
}

// page shows a page as the server has it now or, where it cannot be reached, as it was last.
async function page(event, url) {
  try {
    const answer = await fetch(event.request);
    if (tells(answer)) {
      await forget(answer.headers.get("Aanpak-Person")).catch(() => {}); // before anything of the page can ask for it
      event.waitUntil(keepPage(answer.clone(), url).catch(() => {}));
    }
    return answer;
  } catch {
    return (await lastly(url)) ?? caches.match("/offline", { cacheName: offline });
  }
}

// tells whether an answer says for whom pages are made now: not what a broken server or something between says.
const tells = (answer) => answer.type === "basic" && answer.status < 500 && (answer.headers.has("Aanpak-Person") || html(answer));
const html = (answer) => /^text\/html/.test(answer.headers.get("Content-Type") ?? "");

// send lets a form go to the server. Signing out needs no connection to forget.
async function send(request, url) {
  if (url.pathname === "/sign-out") await forget();
  return fetch(request).catch(() => caches.match("/offline", { cacheName: offline }));
}

// place is under what a page is kept: the home page and documents, whatever their page or search; "" for all others.
function place(url) {
  if (url.pathname === "/") return url.search === "" ? "/" : "";
  return /^\/documents\/[a-z0-9]+$/.test(url.pathname) ? url.pathname : "";
}

// keepPage keeps a page for the person for whom it was made, or forgets what they may not see any more.
async function keepPage(answer, url) {
  const person = answer.headers.get("Aanpak-Person");
  if (!person) return;
  const cache = await caches.open(keptOf(person));
  if (!place(url)) return;
  if (answer.status !== 200 || answer.headers.get("Aanpak-Keep") === "no") return drop(cache, place(url));
  if (!html(answer)) return;
  await keep(cache, place(url), answer);
  await trim(cache);
  if (url.pathname === "/") await stillThere(cache);
}

// forget deletes what was kept for others than a person; where it is null, for everybody. What was shared stays for who signs in next, but
// not what another shared. Without an argument everything goes.
async function forget(person) {
  const gone = (await caches.keys()).filter((name) => name.startsWith(keptOf("")) && name !== keptOf(person ?? ""));
  const said = await (await caches.match("/share-in/said", { cacheName: sharedFiles }))?.json();
  if (person === undefined || (person && said?.by && said.by !== keptOf(person))) gone.push(sharedFiles);
  await Promise.all(gone.map((name) => caches.delete(name)));
}

// keep stores an answer with when it came and how many bytes it has, behind all others: the first are those that were not used longest.
async function keep(cache, key, answer) {
  const body = await answer.blob();
  const headers = new Headers(answer.headers);
  headers.set("Aanpak-Kept-At", String(Date.now()));
  headers.set("Aanpak-Kept-Bytes", String(body.size));
  await cache.delete(key);
  await cache.put(key, new Response(body, { headers }));
}

const documentOf = (path) => /^\/documents\/([^/?]+)/.exec(path)?.[1];

// drop forgets a page and, of a document, all that belongs to it.
async function drop(cache, key) {
  const id = documentOf(key);
  const keys = await cache.keys();
  await Promise.all(keys.filter((k) => {
    const { pathname } = new URL(k.url);
    return id ? documentOf(pathname) === id : pathname === key;
  }).map((k) => cache.delete(k)));
}

// trim keeps no more than the most: first the documents opened longest ago go, then pictures, and what is old goes at once.
async function trim(cache) {
  const all = await Promise.all((await cache.keys()).map(async (key) => {
    const { headers } = await cache.match(key);
    return { key, path: new URL(key.url).pathname, at: Number(headers.get("Aanpak-Kept-At")), bytes: Number(headers.get("Aanpak-Kept-Bytes")) };
  }));
  const pages = all.filter((k) => place({ pathname: k.path, search: "" }) && k.path !== "/");
  const pictures = all.filter((k) => picture.test(k.path));
  const gone = new Set([...pages.slice(0, Math.max(0, pages.length - most.documents)), ...all.filter((k) => k.at < Date.now() - most.age)]);
  for (const k of pictures.slice(0, Math.max(0, pictures.length - most.pictures))) gone.add(k);
  const opened = new Map(pages.map((k) => [documentOf(k.path), k.at]));
  const used = (k) => opened.get(documentOf(k.path)) ?? k.at;
  let bytes = all.filter((k) => !gone.has(k)).reduce((sum, k) => sum + k.bytes, 0);
  for (const k of all.toSorted((a, b) => used(a) - used(b))) {
    if (bytes <= most.bytes) break;
    if (k.path === "/" || gone.has(k)) continue;
    gone.add(k);
    bytes -= k.bytes;
  }
  for (const k of gone) await (pages.includes(k) ? drop(cache, k.path) : cache.delete(k.key));
}

let asked = 0; // when

// stillThere asks now and then which of the kept documents the person may still see, and drops the others.
async function stillThere(cache) {
  const ids = (await cache.keys()).map((k) => new URL(k.url).pathname).filter((p) => place({ pathname: p, search: "" }) && p !== "/").map(documentOf);
  if (!ids.length || Date.now() - asked < most.ask) return;
  const answer = await fetch(`/upload/status?ids=${ids.join(",")}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  asked = Date.now();
  const there = new Set((await answer.json()).items.map((d) => d.id));
  for (const id of ids) if (!there.has(id)) await drop(cache, `/documents/${id}`);
}

// kept is the cache of the person for whom pages are kept; there is never more than one.
async function kept() {
  const name = (await caches.keys()).find((n) => n.startsWith(keptOf("")));
  return name && caches.open(name);
}

// lastly is a page as it was last, with a line that says so.
async function lastly(url) {
  const cache = await kept();
  const found = place(url) && (await cache?.match(place(url)));
  if (!found || Number(found.headers.get("Aanpak-Kept-At")) < Date.now() - most.age) return null;
  const html = await found.text();
  const at = new Date(Number(found.headers.get("Aanpak-Kept-At")));
  const today = at.toDateString() === new Date().toDateString();
  const lang = /<html[^>]*\slang="([a-z]+)"/.exec(html)?.[1] ?? "nl";
  const time = at.toLocaleString(lang, today ? { hour: "2-digit", minute: "2-digit" } : { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  return new Response(html.replace(' data-away hidden', " data-away").replace("{time}", time), { headers: found.headers });
}

// part fetches a picture or the original of a document, and keeps it; without a connection it is as it was kept.
async function part(event, url) {
  const key = url.pathname + url.search;
  try {
    const answer = await fetch(event.request);
    if (answer.ok) event.waitUntil(keepPart(key, url, answer.clone()).catch(() => {}));
    return answer;
  } catch (error) {
    const found = await (await kept())?.match(key);
    if (!found) throw error;
    return ranged(event.request, found);
  }
}

const coming = new Set(); // originals that are being fetched whole

// cacheFor is where an answer may be kept: with the person for whom it was made, as long as that is whose pages are kept.
async function cacheFor(answer) {
  const name = keptOf(answer.headers.get("Aanpak-Person") ?? "");
  return answer.headers.get("Aanpak-Keep") !== "no" && (await caches.has(name)) ? caches.open(name) : null;
}

// keepPart keeps a picture as it came. An original comes in ranges, of which nothing whole can be made: it is fetched once more, unless it is
// large or the person saves data.
async function keepPart(key, url, answer) {
  const cache = await cacheFor(answer);
  if (cache && picture.test(url.pathname)) return keep(cache, key, answer);
  await answer.body?.cancel();
  if (!cache || coming.has(key) || navigator.connection?.saveData || (await cache.match(key))) return;
  coming.add(key);
  const stop = new AbortController();
  try {
    const whole = await fetch(key, { signal: stop.signal });
    if (whole.status !== 200 || !(Number(whole.headers.get("Content-Length")) <= most.file)) return stop.abort();
    const still = await cacheFor(whole);
    if (!still) return stop.abort();
    await keep(still, key, whole);
    await trim(still);
  } finally {
    coming.delete(key);
  }
}

// ranged answers with the bytes that were asked for.
async function ranged(request, whole) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!range) return whole;
  const body = await whole.blob();
  const [from, to] = [Number(range[1]), Math.min(range[2] ? Number(range[2]) : Infinity, body.size - 1)];
  const headers = new Headers(whole.headers);
  headers.set("Content-Range", `bytes ${from}-${to}/${body.size}`);
  headers.set("Content-Length", String(to - from + 1));
  return new Response(body.slice(from, to + 1), { status: 206, headers });
}

// foreign tells whether another site's page asks, as far as it says so; the server refuses those.
const foreign = (request) => request.referrer !== "" && new URL(request.referrer).origin !== self.location.origin;

// What the phone's share sheet sends stays on the phone until the person has said where it goes, also while they sign in first. Any site can
// send a form here; all it gets is a page that asks.
async function takeShared(request) {
  const form = await request.formData();
  const files = form.getAll("files").filter((f) => f instanceof File && f.size > 0).slice(0, 10);
  await caches.delete(sharedFiles);
  const cache = await caches.open(sharedFiles);
  await Promise.all(files.map((f, i) => cache.put(`/share-in/${i}`, new Response(f))));
  const by = (await caches.keys()).find((name) => name.startsWith(keptOf("")));
  const text = ["title", "text", "url"].map((name) => String(form.get(name) ?? "").trim()).filter(Boolean);
  const said = { at: Date.now(), by, text: [...new Set(text)].join("\n").slice(0, 5000), files: files.map((f) => ({ name: f.name, type: f.type })) };
  await cache.put("/share-in/said", new Response(JSON.stringify(said)));
  return Response.redirect("/share-in", 303);
}

// A notification that comes while no page may be open. What it says was sealed for this browser; the server decides what may be said.
self.addEventListener("push", (event) => {
  const note = event.data?.json() ?? {};
  if (!note.title) return;
  event.waitUntil(self.registration.showNotification(note.title, {
    body: note.body ?? "", tag: note.tag, renotify: Boolean(note.tag), data: { url: note.url ?? "/notifications" },
  }));
});

// Pressing it opens the thing: in a page of ours that is there, else in a new one. Only paths of our own are opened.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/notifications", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (pages) => {
    const page = pages.find((p) => p.visibilityState === "visible") ?? pages[0];
    if (!page) return self.clients.openWindow(url.href);
    await page.focus();
    return page.navigate(url.href);
  }));
});
