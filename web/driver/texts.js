// What the app says, in the person's language, and numbers, amounts, times and distances as people write them.
import { kept } from "./kept.js";

export const language = document.documentElement.lang;
let texts = {};

export async function loadTexts() {
  try {
    const answer = await fetch(`/app/texts/${language}.json`);
    if (!answer.ok) throw new Error(answer.statusText);
    texts = await answer.json();
    kept.put("texts", texts);
  } catch {
    texts = kept.get("texts")?.data ?? {};
  }
}

export function t(key, gaps = {}) {
  const text = texts[`driver.${key}`] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => gaps[name] ?? whole);
}

// Whether there is a text of this name: words of the API that an older app does not know are shown as they are.
export const said = (key, otherwise) => (`driver.${key}` in texts ? t(key) : otherwise);

// As the API's sentences write it.
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const decimals = (value, digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
export const number = (value) => decimals(value, 0);
export const energy = (wh) => `${decimals(wh / 1000, wh < 10_000 ? 2 : 1)} kWh`;
export const power = (w) => `${decimals(w / 1000, 1)} kW`;
export const distance = (m) => (m < 1000 ? `${number(Math.round(m / 10) * 10)} m` : `${decimals(m / 1000, m < 10_000 ? 1 : 0)} km`);

// Integer minor units, such as cents.
export function money(amount, currency) {
  if (!currency) return decimals(amount / 100, 2);
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export function minorOf(text, currency) {
  const digits = currency ? new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions().maximumFractionDigits : 2;
  const plain = text.trim().replace(",", ".");
  return /^\d+(\.\d*)?$/.test(plain) ? Math.round(Number(plain) * 10 ** digits) : null;
}

// Thousandths of a minor unit.
export function price(thousandths, currency) {
  if (!currency) return decimals(thousandths / 100_000, 3);
  const digits = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const format = new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: digits + 2 });
  return format.format(thousandths / 1000 / 10 ** digits);
}

export function time(instant, timeZone) {
  return at(instant, timeZone, CLOCK);
}

// With the day where it is another than today.
export function moment(instant, timeZone) {
  const day = { day: "numeric", month: "short" };
  const near = at(instant, timeZone, { dateStyle: "short" }) === at(Date.now(), timeZone, { dateStyle: "short" });
  return near ? time(instant, timeZone) : at(instant, timeZone, { ...day, ...CLOCK });
}

export const date = (instant, timeZone) => at(instant, timeZone, { dateStyle: "medium" });

function at(instant, timeZone, style) {
  return new Intl.DateTimeFormat(language, { ...style, timeZone: timeZone || undefined }).format(new Date(instant));
}

// "1 h 20 min", "45 min".
export function minutes(count) {
  const whole = Math.max(0, Math.round(count));
  if (whole < 60) return t("minutes", { count: whole });
  return t(whole % 60 ? "hours_minutes" : "hours", { hours: Math.floor(whole / 60), minutes: whole % 60 });
}

// "9:05" of a countdown.
export function countdown(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600), rest = `${Math.floor((whole % 3600) / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${rest.padStart(5, "0")}` : rest;
}
