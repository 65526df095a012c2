// The app's start: its texts, who is logged in, and which screen is at which address below /app/.
import { on, Refusal, Unreached } from "./api.js";
import { followPush, install } from "./installing.js";
import { kept } from "./kept.js";
import { sendWaiting, onLater, notYetSent } from "./later.js";
import { wake, watch } from "./live.js";
import { begin, loggedOut, me, onMe } from "./me.js";
import { follow as followNews } from "./news.js";
import { frame, say } from "./frame.js";
import { applyTheme } from "./theme.js";
import { loadTexts, t } from "./texts.js";
import { clear, show } from "./view.js";

// Where, what is drawn there (loaded when it is first opened), and whether somebody has to be logged in.
const SCREENS = [
  ["", () => import("./views/places.js"), false],
  ["enter", () => import("./views/enter.js"), false],
  ["register", () => import("./views/register.js"), false],
  ["forgotten", () => import("./views/forgotten.js"), false],
  ["l/:location", () => import("./views/place.js"), false],
  ["c/:location/:charger", () => import("./views/arrived.js"), false],
  ["scan", () => import("./views/scan.js"), false],
  ["turn", () => import("./views/turn.js"), true],
  ["offer", () => import("./views/offer.js"), true],
  ["s/:location/:charger/:number", () => import("./views/session.js"), true],
  ["me", () => import("./views/mine.js"), true],
  ["me/history", () => import("./views/history.js"), true],
  ["me/balance", () => import("./views/balance.js"), true],
  ["me/profile", () => import("./views/profile.js"), true],
  ["me/password", () => import("./views/password.js"), true],
  ["me/cards", () => import("./views/cards.js"), true],
  ["me/notifications", () => import("./views/notifications.js"), true],
  ["me/data", () => import("./views/data.js"), true],
];
const HOME = "/app/";
let page = null, opening = 0;

async function start() {
  applyTheme();
  await loadTexts();
  on("unauthenticated", async (path) => {
    if (!me.user || path.startsWith("/session")) return;
    await loggedOut();
    go("enter", { replace: true });
  });
  on("due", () => begin());
  on("reached", (reached) => {
    if (reached) sendWaiting();
    drawFrame({ reached });
  });
  onLater((news) => {
    if (news.refused) say(`${news.what}: ${news.refused.message}`, "wrong");
    drawFrame({});
  });
  onMe(follow);
  document.addEventListener("click", followLink);
  window.addEventListener("popstate", () => open());
  window.addEventListener("offline", () => drawFrame({ reached: false }));
  await begin();
  await open();
  followPush((message) => {
    wake();
    if (message.open) go(message.open);
  });
  install((renew) => drawFrame({ renew }));
  sendWaiting();
}

export function go(where, { replace = false } = {}) {
  const address = where.startsWith("/") ? where : HOME + where;
  if (!address.startsWith(HOME)) return location.assign(address);
  if (address !== location.pathname + location.search) history[replace ? "replaceState" : "pushState"]({}, "", address);
  return open();
}

function followLink(event) {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.download) return;
  const address = new URL(link.href);
  if (address.origin !== location.origin || !address.pathname.startsWith(HOME) || address.hash) return;
  event.preventDefault();
  go(address.pathname + address.search);
}

async function open() {
  const mine = ++opening;
  const parts = location.pathname.slice(HOME.length).split("/").filter(Boolean);
  const [load, needsLogin, params] = find(parts) ?? [SCREENS[0][1], false, {}];
  if (needsLogin && !me.user) {
    kept.choice("after_login", location.pathname + location.search);
    return go("enter", { replace: true });
  }
  let screen;
  try {
    screen = await load();
  } catch {
    return say(t("unreached"), "wrong");
  }
  if (mine !== opening) return;
  const first = page === null;
  page?.close();
  page = new Page(params, new URLSearchParams(location.search));
  page.render = screen.default(page);
  page.drawNow();
  hearNews();
  window.scrollTo(0, 0);
  if (!first) document.getElementById("main").focus({ preventScroll: true });
}

function find(parts) {
  for (const [pattern, load, needsLogin] of SCREENS) {
    const wanted = pattern.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    if (!wanted.every((part, index) => part.startsWith(":") || part === parts[index])) continue;
    const params = {};
    wanted.forEach((part, index) => { if (part.startsWith(":")) params[part.slice(1)] = decoded(parts[index]); });
    return [load, needsLogin, params];
  }
  return null;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// What a screen is given: where it is, what it watches, what can be done on it. Everything ends with it.
class Page {
  constructor(params, query) {
    Object.assign(this, { params, query, heading: "", render: () => [], endings: [], closed: false, dirty: false, back: "" });
  }

  watch(path, pace, changed = () => {}) {
    const look = watch(path, pace, () => {
      changed(look);
      this.draw();
    });
    this.endings.push(() => look.close());
    return look;
  }

  every(seconds, work) {
    const timer = setInterval(() => { if (!document.hidden) work(); }, seconds * 1000);
    this.endings.push(() => clearInterval(timer));
  }

  onClose(ending) {
    this.endings.push(ending);
  }

  // {busy, wrong, run(…)}: one at a time; a refusal is said beside it.
  action(work) {
    const action = {
      busy: false,
      wrong: "",
      run: async (...args) => {
        if (action.busy) return;
        Object.assign(action, { busy: true, wrong: "" });
        this.draw();
        try {
          await work(...args);
        } catch (error) {
          if (error instanceof Unreached) action.wrong = t("needs_net");
          else if (error instanceof Refusal || error.said) action.wrong = error.message;
          else throw error;
        } finally {
          action.busy = false;
          this.draw();
        }
      },
    };
    return action;
  }

  title(text, back = "") {
    Object.assign(this, { heading: text, back });
  }

  go = go;
  say = say;

  draw() {
    if (this.dirty || this.closed) return;
    this.dirty = true;
    queueMicrotask(() => {
      this.dirty = false;
      if (!this.closed) this.drawNow();
    });
  }

  drawNow() {
    const content = this.render();
    drawFrame({});
    show(document.getElementById("content"), content);
    document.title = this.heading ? `${this.heading} – Kilowait` : "Kilowait";
  }

  close() {
    this.closed = true;
    for (const ending of this.endings) ending();
    clear(document.getElementById("content"));
  }
}

// An offer opens its screen by itself, once; later it is a line at the top of every other.
let shown = "";
function follow() {
  const offer = me.isAsked ? `${me.user.location_id}:${me.user.charger_id}:${me.user.session_id}` : "";
  if (offer && offer !== shown && page) {
    shown = offer; // On the screen of an older offer, too: that one's answer would be refused.
    return go("offer");
  }
  hearNews();
  page?.draw();
}

// Of the location on the screen, else of the one where I stand.
function hearNews() {
  followNews(me.user ? (page?.params.location ?? me.user.location_id ?? "") : "");
}

let known = { reached: true, renew: null };
function drawFrame(news) {
  known = { ...known, ...news };
  frame(document.getElementById("app"), { ...known, page, waiting: notYetSent() });
}

start();
