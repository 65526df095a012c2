// One location: where I stand, who waits, and its chargers.
import { now, path as pathOf, post } from "../api.js";
import { sendOrKeep } from "../later.js";
import { me } from "../me.js";
import { age, doer, link, missing, state, wrong } from "../parts.js";
import { distance, minutes, number, t, time } from "../texts.js";
import { h } from "../view.js";
import { bay } from "./bay.js";
import { position } from "./places.js";

export default function place(page, arrivedAt = "") {
  const id = page.params.location, code = codeOf(id);
  page.title(id, "/");
  const look = page.watch(pathOf("location", id), "looking");
  let forecast = null;
  const join = page.action(async () => {
    const body = await proof(look.data.location, code);
    const { offer } = await post(pathOf("location", id, "queue"), body);
    await me.ask();
    look.ask();
    forecast?.ask();
    if (offer) await page.go("offer");
    else page.say(t("joined"));
  });
  const leave = page.action(async () => {
    const done = await sendOrKeep("DELETE", pathOf("location", id, "queue"), undefined, t("leave"));
    page.say(done.kept ? t("kept_for_later") : t("left"));
    forecast?.ask();
    await Promise.all([me.ask(), look.ask()]);
  });
  const at = (charger, verb) => pathOf("location", id, "charger", charger, verb);
  const reserve = page.action(async (charger) => {
    await post(at(charger, "reserve"), await proof(look.data.location, code));
    await me.ask();
    await page.go("offer");
  });
  const start = page.action(async (charger) => {
    await post(at(charger, "start_charging"));
    page.say(t("start_asked"));
    await Promise.all([me.ask(), look.ask()]);
  });
  const tell = page.action(async (charger, verb) => {
    if (!confirm(t(`${verb}_sure`, { charger }))) return;
    await post(at(charger, verb), {});
    page.say(t(`${verb}_told`));
    await Promise.all([me.ask(), look.ask()]);
  });

  return () => {
    const found = look.data?.location;
    if (!found) return missing(look);
    page.title(found.name || found.location_id, "/");
    const here = me.user?.location_id === found.location_id, waits = here && me.waits;
    look.pace(waits ? "waiting" : "looking");
    if (me.user && !forecast) forecast = page.watch(pathOf("location", id, "queue", "forecast"), "looking");
    const offers = { reserve, start, tell, code, arrivedAt, here };
    return [
      age(look),
      h(
        "p",
        { class: "quiet lead" },
        state(found.station_state), " ",
        t("free_of", { free: number(found.free), total: number(found.chargers.length) }),
        found.distance_m ? ` · ${distance(found.distance_m)}` : "",
        found.address ? [h("br"), found.address] : null,
        found.description ? [h("br"), found.description] : null,
        opening(found),
      ),
      wrong(join, leave, reserve, start, tell),
      here && me.isAsked && h("p", {}, link("offer", t("to_the_offer"), { class: "button main wide" })),
      here && me.charges && h("p", {}, link(me.sessionPath, t("to_the_session"), { class: "button main wide" })),
      waits && mine(found, forecast, leave),
      !me.isBusy && joining(found, join, code, forecast),
      me.isBusy && !here && h("p", { class: "card" }, t("busy_elsewhere"), " ", link("turn", t("to_my_turn"))),
      waits && queue(found),
      h("h2", { key: "chargers" }, t("chargers")),
      found.chargers.length
        ? h("ul", { class: "bays", key: "bays" }, inFront(found.chargers, arrivedAt || (here && me.user.charger_id)).map((charger) => bay(found, charger, offers)))
        : h("p", { class: "card quiet" }, t("no_chargers")),
      !waits && queue(found),
    ];
  };
}

// The charger one stands at, or has, before the others: there may be forty.
const inFront = (chargers, id) => [...chargers].sort((one, other) => (other.charger_id === id) - (one.charger_id === id));

// When one may join today; nothing where that is always.
function opening({ settings: { queue_hours: hours }, time_zone: zone }) {
  if (!Object.keys(hours).length) return null;
  const day = new Intl.DateTimeFormat("en-US", { weekday: "short", timeZone: zone }).format(now()).toLowerCase();
  const spans = hours[day] ?? [];
  const text = spans.map(([from, to]) => `${from}–${to}`).join(", ");
  return [h("br"), text ? t("open_today", { hours: text }) : t("closed_today")];
}

function joining(found, join, code, forecast) {
  if (!me.user) return h("p", {}, link("enter", t("log_in_to_join"), { class: "button main wide" }));
  if (found.settings.presence === "qr" && !code) {
    return h("div", { class: "card stack", key: "join" }, h("p", {}, t("code_needed")), link("scan", t("scan_code"), { class: "button main" }));
  }
  const free = found.free > 0 && !found.queue.length;
  return h(
    "div",
    { class: "stack", key: "join" },
    doer(join, free ? t("get_charger") : t("join"), { class: "main wide" }),
    !free && h("p", { class: "quiet center" }, found.waiting ? t("waiting_count", { count: number(found.waiting) }) : t("nobody_waits")),
    !free && foreseen(forecast, "not_here", found.time_zone),
    found.settings.presence === "radius" && h("p", { class: "quiet center" }, t("position_needed")),
  );
}

// My place, why, and how long.
function mine(found, forecast, leave) {
  const own = found.queue.find((one) => one.reasons !== null && one.username === me.user.username);
  if (!own) return null;
  return h(
    "section",
    { class: "card stack mine", key: "mine", "aria-label": t("my_place") },
    h("p", { class: "big", role: "status" }, h("span", { class: "label" }, t("my_place")), h("span", { class: "value figures" }, number(own.place)), h("span", { class: "label" }, t("of_waiting", { count: number(found.waiting) }))),
    foreseen(forecast, "waiting", found.time_zone),
    h("p", { class: "why" }, own.reasons),
    unheard() && h("p", { class: "quiet" }, t("hear_of_it"), " ", link("me/notifications", t("push_start"))),
    doer(leave, t("leave")),
  );
}

// Whether this device could tell when it is one's turn, and nobody asked it to yet.
const unheard = () => "PushManager" in window && window.Notification?.permission === "default";

// How long, as a range, and what that comes from; what was foreseen for another standing is past.
function foreseen(look, stands, zone) {
  const known = look?.data?.forecast;
  if (!known || known.stands !== stands) return null;
  const { range } = known;
  const clock = range?.high_at ? t("between", { from: time(range.low_at, zone), to: time(range.high_at, zone) }) : "";
  const words = !range ? t("wait_unknown") : range.high_min === null ? t("wait_at_least", { low: minutes(range.low_min) }) : t("wait_between", { low: minutes(range.low_min), high: minutes(range.high_min) });
  return h(
    "div",
    { class: "wait center" },
    h("p", { role: "status" }, stands === "not_here" ? t("if_you_join", { wait: words }) : words),
    clock && h("p", { class: "quiet" }, clock),
    known.because && h("p", { class: "quiet" }, known.because),
  );
}

function queue(found) {
  if (!me.user) return null;
  return [
    h("h2", { key: "queue-head" }, t("queue")),
    found.queue.length
      ? h(
          "ol",
          { class: "queue", key: "queue" },
          found.queue.map((one) => {
            const own = one.username === me.user.username && one.reasons !== null && me.waits;
            return h(
              "li",
              { class: own ? "own" : null, "aria-current": own ? "true" : null },
              h("span", { class: "figures" }, `${one.place}.`),
              h("span", { class: "grow" }, own ? t("you") : /^#\d+$/.test(one.username) ? t("a_driver") : one.username, one.keeps_place && h("span", { class: "quiet hint" }, t("keeps_place"))),
              one.waiting_since && h("span", { class: "quiet" }, t("since", { time: time(one.waiting_since, found.time_zone) })),
            );
          }),
        )
      : h("p", { class: "card quiet", key: "queue" }, t("nobody_waits")),
  ];
}

// What proves that I am there: the scanned code, or where the phone is.
async function proof(found, code) {
  if (code) return { code };
  if (found.settings.presence !== "radius") return {};
  const [latitude, longitude] = await position();
  return { latitude, longitude };
}

// The code of a sheet that was scanned here a short while ago.
const GOOD_FOR_MS = 15 * 60_000;
export function keepCode(location, code) {
  sessionStorage.setItem(`code:${location.toLowerCase()}`, JSON.stringify({ code, at: Date.now() }));
}

function codeOf(location) {
  const found = JSON.parse(sessionStorage.getItem(`code:${location.toLowerCase()}`) ?? "null");
  return found && Date.now() - found.at < GOOD_FOR_MS ? found.code : "";
}
