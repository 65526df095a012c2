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
  const ready = async (worker) => {
    const takeOver = () => worker.postMessage({ kind: "take_over" });
    // The page came from the server, newer than what was kept: there is nothing to load again.
    if ((await versionOf(worker)) === document.body.dataset.version) return takeOver();
    offerRenewal(() => {
      renewing = true;
      takeOver();
    });
  };
  const follow = (worker) => worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && navigator.serviceWorker.controller) ready(worker);
  });
  if (registration.waiting && navigator.serviceWorker.controller) ready(registration.waiting);
  follow(registration.installing); // It may have been found before anybody listened.
  registration.addEventListener("updatefound", () => follow(registration.installing));
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (renewing) location.reload(); });
  // An app that stays open for days looks for a newer one when it is looked at again.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) registration.update().catch(() => {}); });
}

function versionOf(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ kind: "version" }, [port2]);
  });
}

export function followPush(heard) {
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data?.kind === "push" || event.data?.kind === "open") heard(event.data);
  });
}
