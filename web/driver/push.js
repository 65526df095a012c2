// Web Push on this device: asking for it, and giving it up. `key` is the deployment's, of its notification settings.
import { ask } from "./api.js";

const ROUTE = "user/web_push";

// on, off, refused (by the person or the browser), none (this browser or this deployment has no push).
export async function pushState(key) {
  if (!key || !("PushManager" in window) || !("serviceWorker" in navigator) || !window.isSecureContext) return "none";
  if (Notification.permission === "denied") return "refused";
  return (await subscription()) ? "on" : "off";
}

export async function subscribe(key) {
  if ((await Notification.requestPermission()) !== "granted") return;
  const registration = await navigator.serviceWorker.ready;
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  try {
    await ask("PUT", ROUTE, { ...made.toJSON(), label: device() });
  } catch (error) {
    await made.unsubscribe();
    throw error;
  }
}

export async function unsubscribe() {
  await ask("DELETE", ROUTE);
  await (await subscription())?.unsubscribe();
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

// What its owner knows it by.
function device() {
  const { platform = "", brands = [] } = navigator.userAgentData ?? {};
  const brand = brands.findLast((one) => !/not.?a.?brand|chromium/i.test(one.brand))?.brand ?? "";
  return [brand, platform].filter(Boolean).join(", ").slice(0, 100);
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
