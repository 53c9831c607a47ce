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
