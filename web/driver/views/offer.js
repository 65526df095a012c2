// A charger kept for me: to be answered in time, then to be plugged in in time.
import { now, path as pathOf, post } from "../api.js";
import { me } from "../me.js";
import { beginsByItself, mayAskForCard } from "../means.js";
import { age, choice, doer, formOf, link, wrong } from "../parts.js";
import { countdown, minutes, power, t, time } from "../texts.js";
import { h } from "../view.js";

const SNOOZES = [5, 10, 15, 30, 60];

export default function offer(page) {
  page.title(t("offer"));
  const { location_id: place, charger_id: charger, session_id: number } = me.user;
  if (!me.isAsked) return ended(page);
  const look = page.watch(pathOf("location", place, "queue", "offer"), "offer", () => {
    if (look.refusal?.status === 404) me.ask();
  });
  const where = page.watch(pathOf("location", place), "looking");
  let most = 0;
  const answer = page.action(async (action, more = {}) => {
    await post(pathOf("location", place, "queue", "offer"), { action, session_id: number, ...more });
    await Promise.all([look.ask(), me.ask()]);
    if (action === "decline") page.say(t("declined"));
    if (action === "snooze") page.say(t("snoozed"));
    if (action !== "accept") await page.go(pathOf("l", place));
  });
  const at = (verb) => pathOf("location", place, "charger", charger, verb);
  const start = page.action(async () => {
    await post(at("start_charging"));
    page.say(t("start_asked"));
    me.ask();
  });
  const tell = page.action(async () => {
    if (!confirm(t("blocked_sure", { charger }))) return;
    await post(at("blocked"), {});
    page.say(t("blocked_told"));
    await me.ask();
  });
  const cancel = page.action(async () => {
    await post(at("cancel_reservation"));
    page.say(t("let_go"));
    await me.ask();
    await page.go(pathOf("l", place));
  });
  page.every(1, () => page.draw());

  return () => {
    if (me.charges && me.user.charger_id === charger) {
      queueMicrotask(() => page.go(me.sessionPath, { replace: true }));
      return null;
    }
    const kept = look.data?.offer;
    if (!kept) return look.refusal ? over(place) : h("p", { class: "quiet", role: "status" }, t("loading"));
    const left = Math.max(0, (Date.parse(kept.expires_at) - now()) / 1000);
    most = Math.max(most, left);
    const found = where.data?.location, bay = found?.chargers.find((one) => one.charger_id === kept.charger_id);
    const held = kept.state === "held";
    page.title(held ? t("held") : t("offer"));
    return [
      age(look),
      h(
        "section",
        { class: `card stack offer ${kept.state}${left < 120 ? " soon" : ""}`, "aria-label": page.heading },
        h("p", { class: "charger" }, kept.charger_id),
        h("p", { class: "center" }, found?.name || kept.location_id, bay?.max_power_w ? ` · ${power(bay.max_power_w)}` : ""),
        h("p", { class: "count figures", role: "timer", "aria-label": held ? t("plug_in_within") : t("answer_within") }, countdown(left)),
        h("progress", { max: Math.ceil(most) || 1, value: Math.ceil(left), "aria-hidden": "true" }),
        h("p", { class: "center" }, held ? t("plug_in_by", { time: time(kept.expires_at, found?.time_zone) }) : t("answer_by", { time: time(kept.expires_at, found?.time_zone) })),
        h("p", { class: "visually-hidden", role: "status" }, spoken(left)),
        wrong(answer, start, tell, cancel),
        held ? holding(bay) : asking(bay),
      ),
    ];
  };

  function asking(bay) {
    return [
      doer(answer, t("accept"), { class: "main wide huge", key: "accept" }, "accept"),
      bay && beginsByItself(bay) && h("p", { class: "center", key: "how" }, t("plug_in_accepts"), mayAskForCard(bay) && ` ${t("card_if_asked")}`),
      h(
        "form",
        { class: "row", key: "snooze", onsubmit: (event) => answer.run("snooze", { minutes: Number(formOf(event).minutes) }) },
        choice("minutes", t("snooze_for"), Object.fromEntries(SNOOZES.map((one) => [one, minutes(one)])), "15", { class: "short" }),
        h("button", { disabled: answer.busy, class: "grow" }, t("snooze")),
      ),
      doer(answer, t("decline"), { class: "danger wide", key: "decline" }, "decline"),
      h("p", { class: "quiet center" }, t("offer_hint")),
    ];
  }

  function holding(bay) {
    const asks = bay && !beginsByItself(bay); // who it is, before it gives power
    return [
      h("p", { class: "center", key: "how" }, !bay ? t("held_hint") : asks ? t("held_start") : t("plug_in"), bay && mayAskForCard(bay) && ` ${t("card_if_asked")}`),
      asks && doer(start, t("start"), { class: "main wide huge", key: "start" }),
      doer(tell, t("blocked"), { class: "wide", key: "blocked" }),
      doer(cancel, t("cancel"), { class: "danger wide", key: "cancel" }),
    ];
  }
}

// Said aloud at a few moments only, not every second.
function spoken(left) {
  const mark = [60, 120, 300].find((seconds) => left <= seconds);
  return mark ? t("still", { time: minutes(mark / 60) }) : "";
}

const ended = (page) => () => {
  if (me.isAsked) queueMicrotask(() => page.go("offer", { replace: true }));
  return over(me.user?.location_id);
};

function over(place) {
  return h(
    "div",
    { class: "card stack" },
    h("p", { role: "status" }, t("no_offer")),
    place ? link(pathOf("l", place), t("to_the_place"), { class: "button main" }) : link("", t("to_the_places"), { class: "button main" }),
  );
}
