// Changes that can wait for the net: kept in order on this device, each with its key, and sent when it is back.
import { ask, newKey, Refusal, Unreached } from "./api.js";
import { kept } from "./kept.js";

let sending = null, tell = () => {};
const waiting = () => kept.get("later")?.data ?? [];
const keep = (entries) => {
  kept.put("later", entries);
  tell({ waiting: entries });
};

// What hears of it: {waiting}, and {refused, what} for one that came to nothing.
export const onLater = (listener) => { tell = listener; };
export const notYetSent = waiting;

// Sent now, or kept: answers {data} or {kept: true}. `what` says it to the person. Raises Refusal.
export async function sendOrKeep(method, path, body, what) {
  const key = newKey();
  if (!waiting().length) {
    try {
      return { data: (await ask(method, path, body, { key })).data };
    } catch (error) {
      if (!(error instanceof Unreached)) throw error;
    }
  }
  keep([...waiting(), { method, path, body, what, key, at: Date.now() }]);
  return { kept: true };
}

export function sendWaiting() {
  sending ??= drain().finally(() => { sending = null; });
  return sending;
}

async function drain() {
  for (let entry = waiting()[0]; entry; entry = waiting()[0]) {
    try {
      await ask(entry.method, entry.path, entry.body, { key: entry.key });
    } catch (error) {
      if (error instanceof Unreached || error.status >= 500 || error.status === 429 || error.status === 401) return;
      if (!(error instanceof Refusal)) throw error;
      tell({ refused: error, what: entry.what });
    }
    keep(waiting().filter((other) => other.key !== entry.key));
  }
}

window.addEventListener("online", () => sendWaiting());
