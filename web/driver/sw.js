// The service worker. VERSION and FILES are put before this file by web/driver/pages.py.
// It keeps the app's shell, so that the app opens without a net; what the API answers is kept by the app itself.
const SHELL = `shell-${VERSION}`;
const PAGE = "/app/";
const SLOW_MS = 4000;
let turn = Promise.resolve(); // One push after the other: each looks at what the one before has shown.

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("message", (event) => {
  if (event.data?.kind === "take_over") self.skipWaiting();
  if (event.data?.kind === "version") event.ports[0].postMessage(VERSION);
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (/^\/(static|vendor)\//.test(address.pathname)) event.respondWith(file(event.request));
  else if (/^\/app\/(texts\/|manifest)/.test(address.pathname)) event.respondWith(newest(event.request, event.request));
});

self.addEventListener("push", (event) => {
  turn = turn.then(() => pushed(read(event.data)), () => pushed(read(event.data)));
  event.waitUntil(turn);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(opened(event.notification.data?.open ?? PAGE));
});

async function fill() {
  const shell = await caches.open(SHELL);
  const texts = ["en", "de"].map((language) => `/app/texts/${language}.json`);
  const fresh = [PAGE, "/app/manifest.webmanifest", ...texts].map((path) => new Request(path, { cache: "reload" }));
  await shell.addAll([...fresh, ...FILES]); // A file's address has its version: one the browser has is as good as new.
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  await self.clients.claim();
}

// The page of the server where it can be had soon, else the kept one: they are the same app at every address.
async function page(request) {
  return newest(request, PAGE);
}

async function newest(request, kept) {
  const shell = await caches.open(SHELL);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(SLOW_MS) });
    if (answer.status < 500) return answer;
  } catch { /* What is kept is next. */ }
  return (await shell.match(kept, { ignoreVary: true })) ?? Response.error();
}

// Files are kept for good under their version; those of packages from their first use on.
async function file(request) {
  const known = await caches.match(request, { ignoreVary: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(SHELL)).put(request, answer.clone());
  return answer;
}

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { text: data?.text() ?? "" };
  }
}

// One id is shown once: the same one again (the server may repeat it) replaces it without a sound, and one that was put
// away is put away again. Something has to be shown for every push, or the browser shows a text of its own.
async function pushed(message) {
  const id = message.message_id ?? "kilowait";
  const known = await seenBefore(id);
  const standing = (await self.registration.getNotifications({ tag: id })).length > 0;
  await self.registration.showNotification(message.title || "Kilowait", {
    body: message.text ?? "", tag: id, silent: known, requireInteraction: Boolean(message.urgent) && !known,
    icon: FILES.find((name) => name.endsWith("icon.png") || name.endsWith("icon.svg")), data: { open: where(message.event, message), id },
  });
  if (known && !standing) for (const one of await self.registration.getNotifications({ tag: id })) one.close();
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ kind: "push", id });
}

// The last ids, in a cache: what a worker remembers by itself ends with it.
async function seenBefore(id) {
  const store = await caches.open("messages");
  const ids = await (await store.match("/shown"))?.json() ?? [];
  if (ids.includes(id)) return true;
  await store.put("/shown", new Response(JSON.stringify([...ids, id].slice(-100))));
  return false;
}

function where(event, ids) {
  const { location_id: location, charger_id: charger, session_id: session } = ids;
  const at = (...parts) => PAGE + parts.map(encodeURIComponent).join("/");
  if (/^(offered|hold)/.test(event ?? "")) return at("offer");
  if (location && charger && session && /^(started|nearly_full|full|please_move|waiting)/.test(event ?? "")) return at("s", location, charger, session);
  return location ? at("l", location) : PAGE;
}

async function opened(open) {
  const clients = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const client = clients.find((one) => new URL(one.url).pathname.startsWith(PAGE));
  if (!client) return self.clients.openWindow(open);
  client.postMessage({ kind: "open", open });
  return client.focus().catch(() => {}); // It is open, if not in front.
}
