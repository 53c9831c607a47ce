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
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match("/offline")));
  } else if (new URL(event.request.url).pathname.startsWith("/assets/") && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});

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
