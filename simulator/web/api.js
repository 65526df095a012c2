// The simulator's own HTTP API: JSON in and out, problems as errors with words for people.
import { h } from "./element.js";

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? `answered ${status}`);
    this.status = status;
  }
}

/** `part("charge-points", id, "answers")`: a path whose every part is encoded. */
export const path = (...parts) => "/" + parts.map((part) => encodeURIComponent(part)).join("/");

async function ask(method, address, body) {
  const request = { method, headers: {} };
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(address, request);
  } catch {
    throw new Problem(0, { detail: "The simulator does not answer. Is it running?" });
  }
  const text = await response.text();
  let content = {};
  try {
    content = text ? JSON.parse(text) : {};
  } catch {
    content = { detail: text.slice(0, 200) };
  }
  if (!response.ok) throw new Problem(response.status, content);
  return content;
}

export const get = (address) => ask("GET", address);
export const put = (address, body) => ask("PUT", address, body);
export const patch = (address, body) => ask("PATCH", address, body);
export const post = (address, body = {}) => ask("POST", address, body);
export const remove = (address) => ask("DELETE", address);

/** A line at the bottom: what was done, or why not. */
export function toast(text, kind = "done") {
  const line = h("p", { class: `toast ${kind}` }, text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), kind === "failed" ? 9000 : 3500);
}

/** Do it with the button off; what goes wrong is told in words. Gives back what `work` gave, undefined when it failed. */
export async function attempt(button, work, done) {
  if (button) button.disabled = true;
  try {
    const result = await work();
    if (done) toast(done);
    return result;
  } catch (error) {
    toast(error.message, "failed");
    return undefined;
  } finally {
    if (button) button.disabled = false;
  }
}
