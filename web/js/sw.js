// The service worker: keeps the page that says there is no connection, and nothing else. What people read is never
// kept, so leaving a group or signing out takes effect at once.
const cacheName = "aanpak-offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then(async (cache) => {
    const page = await fetch("/offline", { credentials: "omit" });
    const html = await page.clone().text();
    await cache.put("/offline", page);
    const parts = [...html.matchAll(/(?:href|src)="(\/assets\/[^"#]+)/g)].map((m) => m[1]);
    await cache.addAll([...new Set(parts)].filter((p) => /\.(css|svg|woff2)$/.test(p)));
  }));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.mode === "navigate" && request.method === "POST" && url.pathname === "/share-in" && !foreign(request)) {
    event.respondWith(takeShared(request));
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline")));
  } else if (url.pathname.startsWith("/assets/") && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

// foreign tells whether another site's page asks, as far as it says so; the server refuses those.
const foreign = (request) => request.referrer !== "" && new URL(request.referrer).origin !== self.location.origin;

// What the phone's share sheet sends stays on the phone until the person has said where it goes, also while they sign in first. Any site can
// send a form here; all it gets is a page that asks.
async function takeShared(request) {
  const form = await request.formData();
  const files = form.getAll("files").filter((f) => f instanceof File && f.size > 0).slice(0, 10);
  await caches.delete("aanpak-shared");
  const cache = await caches.open("aanpak-shared");
  await Promise.all(files.map((f, i) => cache.put(`/share-in/${i}`, new Response(f))));
  const text = ["title", "text", "url"].map((name) => String(form.get(name) ?? "").trim()).filter(Boolean);
  const said = { at: Date.now(), text: [...new Set(text)].join("\n").slice(0, 5000), files: files.map((f) => ({ name: f.name, type: f.type })) };
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
