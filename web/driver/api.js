// Asking the API: refusals in its words, the server's clock, one key for all tries of one change.
import { language, t } from "./texts.js";

const WAIT_MS = 15_000;
let ahead = 0, measured = false;
const listeners = { unauthenticated: () => {}, due: () => {}, reached: () => {} };

// The server's time, in ms: phones are wrong by minutes, deadlines are not.
export const now = () => Date.now() + ahead;
export const on = (name, listener) => { listeners[name] = listener; };

export class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    super(problem?.detail || t("refused", { status }));
    this.status = status;
    this.code = problem?.code ?? "";
    this.field = problem?.field ?? "";
    this.retryAfter = retryAfter;
  }
}

// The net, or the server behind it, cannot be reached.
export class Unreached extends Error {
  code = "unreached";
  constructor() {
    super(t("unreached"));
  }
}

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// {status, data, etag}; status 304 where `etag` is what the server has. Raises Refusal, Unreached.
export async function ask(method, path, body, { etag, key = method === "GET" ? "" : newKey(), tries } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": language };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (etag) headers["If-None-Match"] = etag;
  let answer;
  const sent = Date.now();
  try {
    answer = await fetch(address(path), {
      method, headers, cache: "no-store", signal: AbortSignal.timeout(WAIT_MS), body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    // Once more: with the same key a change that did arrive is not made twice.
    if (key && tries !== 1 && navigator.onLine) return ask(method, path, body, { etag, key, tries: 1 });
    listeners.reached(false);
    throw new Unreached();
  }
  learnTime(answer, sent);
  listeners.reached(true);
  if (answer.headers.get("Kilowait-Token") === "due") listeners.due();
  if (answer.status === 304) return { status: 304, etag };
  const data = await read(answer);
  if (answer.ok && data === null) throw new Unreached(); // It was cut off on its way.
  if (!answer.ok) {
    if (answer.status === 401) listeners.unauthenticated(path);
    throw new Refusal(answer.status, data, Number(answer.headers.get("Retry-After")) || 0);
  }
  return { status: answer.status, data, etag: answer.headers.get("ETag") ?? "" };
}

export const get = async (path) => (await ask("GET", path)).data;
export const post = async (path, body = {}, more = {}) => (await ask("POST", path, body, more)).data;

// A path of the API, of parts that may hold anything: path("location", id, "queue").
export const path = (...parts) => parts.map(encodeURIComponent).join("/");

// "session" and what is below it are the pages' own; everything else is the API's.
function address(path) {
  return path.startsWith("/") ? path : `/api/${path}`;
}

async function read(answer) {
  try {
    return await answer.json();
  } catch {
    return null;
  }
}

function learnTime(answer, sent) {
  const told = Date.parse(answer.headers.get("Date") ?? "");
  if (Number.isNaN(told)) return;
  // The header is cut to the second, and as old as the way back: the true offset lies around this one.
  const offset = told + 500 - (sent + Date.now()) / 2;
  if (measured && Math.abs(offset - ahead) < 1500) return;
  ahead = offset;
  measured = true;
}
