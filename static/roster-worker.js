// Keeps the page of one roster link on the phone, so that it opens without a signal. It lies below
// the address of that page, so it sees no other page. When the link is over, it forgets all.
"use strict";
const page = new URL("./", self.location).pathname;
const name = "roster " + page;
const PATIENCE = 5000; // milliseconds until a weak signal counts as none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === page) event.respondWith(fresh(event.request));
  else if (event.request.destination !== "document" && !url.pathname.startsWith(page)) {
    event.respondWith(kept(event.request));
  }
});

// The page as it is now; as it was, when there is no signal or the server does not answer.
async function fresh(request) {
  const late = new Promise((_done, fail) => setTimeout(fail, PATIENCE));
  const asked = fetch(request).then(keep);
  try {
    const answer = await Promise.race([asked, late]);
    if (answer.status < 500) return answer;
    return (await caches.match(page)) || answer;
  } catch (_noSignal) {
    return (await caches.match(page)) || asked;
  }
}

async function keep(answer) {
  if (answer.status === 404 || answer.status === 410) {
    await caches.delete(name);
    await self.registration.unregister();
  } else if (answer.ok && !answer.redirected && !new URL(answer.url).search) {
    await (await caches.open(name)).put(page, answer.clone());
  }
  return answer;
}

// A style, a font, the script: their names change with what is in them.
async function kept(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(name)).put(request, answer.clone());
  return answer;
}
