// How states and figures are said and shown: each state has a colour and a shape.
import { h } from "./element.js";

const LOOKS = {
  Available: ["free", "○"],
  Preparing: ["waiting", "◔"],
  Occupied: ["waiting", "◑"],
  Charging: ["busy", "●"],
  SuspendedEV: ["waiting", "◑"],
  SuspendedEVSE: ["waiting", "◑"],
  Finishing: ["waiting", "◕"],
  Reserved: ["held", "◆"],
  Unavailable: ["off", "–"],
  Faulted: ["broken", "✕"],
  connected: ["free", "●"],
  connecting: ["waiting", "◔"],
  disconnected: ["off", "○"],
  done: ["free", "✓"],
  running: ["waiting", "◔"],
  failed: ["broken", "✕"],
};

export function chip(state, title) {
  const [look, shape] = LOOKS[state] ?? ["off", "·"];
  return h("span", { class: `chip ${look}`, title }, h("span", { "aria-hidden": "true" }, shape), ` ${state}`);
}

export const kw = (power_w) => `${(power_w / 1000).toFixed(power_w < 10_000 ? 2 : 1)} kW`;
export const kwh = (energy_wh) => `${(energy_wh / 1000).toFixed(2)} kWh`;
export const clock = (instant) => (instant ? new Date(instant).toLocaleTimeString([], { hour12: false }) + "." + instant.slice(20, 23) : "–");
export const plural = (count, noun) => `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
