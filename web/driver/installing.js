// The service worker: registered, renewed when the person agrees, and its messages (a push that arrived, a tap on one).
export async function install(offerRenewal) {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  let registration;
  try {
    registration = await navigator.serviceWorker.register("/app/sw.js", { scope: "/app/", updateViaCache: "none" });
  } catch {
    return; // The app works without it, online.
  }
  let renewing = false;
  const ready = (worker) => offerRenewal(() => {
    renewing = true;
    worker.postMessage({ kind: "take_over" });
  });
  if (registration.waiting && navigator.serviceWorker.controller) ready(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) ready(worker);
    });
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (renewing) location.reload(); });
  // An app that stays open for days looks for a newer one when it is looked at again.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) registration.update().catch(() => {}); });
}

export function followPush(heard) {
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data?.kind === "push" || event.data?.kind === "open") heard(event.data);
  });
}
