// The phone page's service worker: keeps its shell (the HTML and the hashed files it names) and nothing else. No answer of the hall is ever kept.
"use strict";

const SHELL = "hall-shell";
const PAGE = "/book"; // the same HTML serves /t/…, /e/… and /book
const PATIENCE = 3000;
const OURS = /^\/(t\/|e\/|book$)/;

self.addEventListener("install", (event) =>
  event.waitUntil(
    fetch(PAGE)
      .then(keep)
      .then(() => self.skipWaiting()),
  ),
);
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && OURS.test(url.pathname)) event.respondWith(page(event.request));
  else if (/^\/static\/(assets\/|phone)/.test(url.pathname))
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
});

/** The newest page while the network answers in time, else the kept one. */
function page(request) {
  const fresh = fetch(request).then((answer) => {
    if (answer.ok) keep(answer.clone());
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE))
    .then(() => caches.match(PAGE))
    .then((kept) => kept || fresh);
  return Promise.race([fresh, late]).catch(() => caches.match(PAGE).then((kept) => kept || Response.error()));
}

/** Puts a page's HTML and the files it names into the shell, and drops the files of an older one. */
async function keep(answer) {
  const html = await answer.text();
  const named = (html.match(/\/static\/[^"']+\.(?:js|css|webmanifest|svg)/g) || []).filter(
    (path, index, all) => all.indexOf(path) === index,
  );
  const shell = await caches.open(SHELL);
  await shell.addAll(named);
  await shell.put(PAGE, new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
  for (const request of await shell.keys()) {
    const path = new URL(request.url).pathname;
    if (path !== PAGE && named.indexOf(path) < 0) await shell.delete(request);
  }
}

/** A message of the hall: {title, text, url, number}. Of several about one number only the newest stands. */
self.addEventListener("push", (event) => {
  const message = event.data ? event.data.json() : {};
  const shown = {
    body: message.text,
    tag: message.number || message.url,
    renotify: true,
    requireInteraction: message.template === "called",
    data: { url: message.url },
  };
  event.waitUntil(self.registration.showNotification(message.title || "", shown));
});

/** Touching the notification of a call opens the page that rings. */
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const url = event.notification.data && event.notification.data.url;
      return open[0] ? open[0].focus() : url && self.clients.openWindow(url);
    }),
  );
});
