// Web Push on this device: asking for it, and giving it up.
import { ask, Refusal } from "./api.js";

const ROUTE = "user/push";

// on, off, refused (by the person or the browser), none (this browser or this deployment has no push).
export async function pushState() {
  if (!("PushManager" in window) || !("serviceWorker" in navigator) || !window.isSecureContext) return "none";
  if (Notification.permission === "denied") return "refused";
  return (await subscription()) ? "on" : "off";
}

export async function subscribe() {
  const { data } = await ask("GET", ROUTE);
  if ((await Notification.requestPermission()) !== "granted") return;
  const registration = await navigator.serviceWorker.ready;
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(data.push?.public_key ?? data.public_key) });
  try {
    await ask("POST", ROUTE, made.toJSON());
  } catch (error) {
    await made.unsubscribe();
    throw error;
  }
}

export async function unsubscribe() {
  const found = await subscription();
  if (!found) return;
  try {
    await ask("DELETE", ROUTE, { endpoint: found.endpoint });
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
  }
  await found.unsubscribe();
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
