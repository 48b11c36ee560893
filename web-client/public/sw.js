// Keeps the client's shell so that a page can be reloaded while the server cannot be reached (secure contexts only).
// Assets carry a hash in their name and never change; pages come from the network first. Nothing of a meeting is kept here.
const cacheName = 'atelier-shell-1';
const shell = '/';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.add(new Request(shell, { cache: 'reload' }))));
  self.skipWaiting();
});
self.addEventListener('activate', (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

async function asset(request) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const cache = await caches.open(cacheName);
      await cache.put(shell, answer.clone());
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(shell, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

const pages = /^\/($|j$|m\/[^/]+$|s\/[a-z0-9]{16}\/?$)/;

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request));
  else if (request.mode === 'navigate' && pages.test(url.pathname)) event.respondWith(page(request));
});

// The page tells which assets it was loaded with: they were fetched before this worker was there.
self.addEventListener('message', (event) => {
  const paths = event.data?.keep;
  if (!Array.isArray(paths)) return;
  const wanted = paths.filter((path) => typeof path === 'string' && path.startsWith('/assets/'));
  event.waitUntil(Promise.all(wanted.map((path) => asset(new Request(path)).catch(() => undefined))));
});
