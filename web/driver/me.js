// Who is logged in, and where they stand: the one thing the app always watches.
import { ask, Unreached } from "./api.js";
import { kept } from "./kept.js";
import { forgetAnswers, watch } from "./live.js";

const PACES = { in_queue: "waiting", assigned: "waiting", connected_charging: "looking", connected_full: "looking" };
let look = null, changed = () => {};

export const me = {
  user: null,
  get waits() { return this.user?.state === "in_queue"; },
  get isAsked() { return this.user?.state === "assigned"; },
  get charges() { return this.user?.state.startsWith("connected") ?? false; },
  get isBusy() { return this.user !== null && this.user.state !== "inactive"; },
  get sessionPath() {
    const { location_id: location, charger_id: charger, session_id: number } = this.user;
    return `s/${encodeURIComponent(location)}/${encodeURIComponent(charger)}/${number}`;
  },
  // Ask again at once: after a change of one's own.
  ask: () => look?.ask(),
};

export const onMe = (listener) => { changed = listener; };

// Who it is: the server's word, or who it was when it could be asked last.
export async function begin() {
  try {
    entered((await ask("GET", "/session")).data.user);
  } catch (error) {
    if (!(error instanceof Unreached)) return entered(null);
    entered(kept.get("user")?.data ?? null);
  }
}

export async function logIn(name, password) {
  entered((await ask("POST", "/session", { username: name, password, device: device() })).data.user);
}

export async function register(account) {
  entered((await ask("POST", "/session/register", { ...account, device: device() })).data.user);
}

export async function logOut() {
  await ask("DELETE", "/session");
  forget();
}

// The account, or its token, is gone: the browser is to forget the token too, or even what is public is refused to it.
export async function loggedOut() {
  forget();
  await ask("DELETE", "/session").catch(() => {});
}

// Another account's answers are nobody else's to read.
function forget() {
  look?.close();
  look = null;
  me.user = null;
  forgetAnswers();
  kept.forgetAll();
  changed();
}

export function entered(user) {
  const before = kept.get("user")?.data;
  if (before && before.username !== user?.username) kept.forgetAll();
  me.user = user;
  look?.close();
  look = null;
  if (user) {
    kept.put("user", user);
    look = watch("user", PACES[user.state] ?? "looking", told);
  }
  changed();
}

function told() {
  if (!look?.data) return;
  me.user = look.data.user;
  kept.put("user", me.user);
  look.pace(PACES[me.user.state] ?? "looking");
  changed();
}

// A name for this browser: logging in again ends its older token.
function device() {
  return kept.choice("device") ?? kept.choice("device", `web-${crypto.getRandomValues(new Uint32Array(2)).join("")}`);
}
