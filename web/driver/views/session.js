// A charge, running or over: what it drew, what it costs, when it will be done.
import { now, path as pathOf, post } from "../api.js";
import { me } from "../me.js";
import { beginsByItself } from "../means.js";
import { age, doer, facts, missing, reason, wrong } from "../parts.js";
import { energy, minutes, moment, money, power, price, t, time } from "../texts.js";
import { h, widget } from "../view.js";
import { doneAt } from "./done_at.js";

const POINTS = 240;

export default function session(page) {
  const { location: place, charger, number } = page.params;
  page.title(t("session"), me.charges ? "" : "me/history");
  const base = pathOf("location", place, "charger", charger, "session", number);
  const look = page.watch(base, "looking");
  const where = page.watch(pathOf("location", place), "looking");
  const curve = page.watch(`${base}/measurements?points=${POINTS}`, "curve");
  const foreseen = me.charges ? page.watch(pathOf("location", place, "queue", "forecast"), "looking") : null;
  const stop = page.action(async () => {
    await post(pathOf("location", place, "charger", charger, "stop_charging"));
    page.say(t("stop_asked"));
    look.ask();
  });
  const notMe = page.action(async () => {
    if (!confirm(t("not_me_sure", { charger }))) return;
    await post(pathOf("location", place, "charger", charger, "not_me"));
    page.say(t("not_me_told"));
    await me.ask();
    await page.go(pathOf("l", place));
  });
  page.every(30, () => page.draw());

  return () => {
    const found = look.data?.session;
    if (!found) return missing(look);
    const zone = where.data?.location.time_zone, running = found.end_time === null;
    const full = found.full_time !== null, mine = me.charges && me.user.session_id === found.session_id && me.user.charger_id === found.charger_id;
    page.title(running ? t("session") : t("past_session"), running ? "" : "me/history");
    look.pace(running && me.charges ? "waiting" : "looking");
    curve.pace(running && !seriesOf(curve.data) ? "looking" : "curve");
    const bay = where.data?.location.chargers.find((one) => one.charger_id === charger);
    const sure = running && !full ? doneAt(curve.data?.measurements.series, mine && foreseen?.data?.forecast.full, now()) : null;
    return [
      age(look),
      h(
        "section",
        { class: "card stack" },
        h("p", { class: "charger" }, found.charger_id),
        h("p", { class: "center quiet" }, where.data?.location.name || found.location_id),
        h(
          "div",
          { class: "gauges", role: "status" },
          gauge(energy(found.energy_wh), t("charged")),
          running && gauge(power(found.power_w), t("power")),
          found.cost !== null && gauge(money(found.cost, found.currency), t(running ? "cost_so_far" : "cost")),
        ),
        running && h("p", { class: "center done" }, full ? t("is_full", { time: time(found.full_time, zone) }) : sure ? t("done_about", { time: time(sure.at, zone), in: minutes((sure.at - now()) / 60_000) }) : t("done_unknown")),
        sure && h("p", { class: "center quiet" }, sure.to ? `${t("between", { from: time(sure.from, zone), to: time(sure.to, zone) })}. ` : "", t(`done_by_${sure.by}`)),
        full && running && h("p", { class: "center asked" }, t("move_now")),
        wrong(stop, notMe),
        mine && bay && !beginsByItself(bay) && !full && doer(stop, t("stop"), { class: "danger wide huge" }),
        mine && bay && beginsByItself(bay) && [h("p", { class: "quiet center" }, t("stop_by_unplugging")), bay.has_charge_point && doer(notMe, t("not_me"), { class: "wide" })],
      ),
      h("h2", {}, t("power_curve")),
      chart(curve, zone),
      h(
        "section",
        { class: "card" },
        facts(
          [t("assigned"), moment(found.start_time, zone)],
          found.plugged_time && [t("plugged"), moment(found.plugged_time, zone)],
          toldLate(found) && [t("charged_offline"), span(found, zone)],
          found.full_time && [t("full"), moment(found.full_time, zone)],
          found.end_time && [t("ended"), moment(found.end_time, zone)],
          found.end_reason && [t("end_reason"), reason(found.end_reason)],
          found.price !== null && [t("price"), t("per_kwh", { price: price(found.price, found.currency) })],
          found.slices.length > 1 && [t("by_price"), found.slices.map((one) => `${energy(one.energy_wh)} × ${price(one.price, found.currency)}`).join(", ")],
          found.idle_s > 0 && [t("overstay"), minutes(found.idle_s / 60)],
          found.tag && [t("card"), found.tag],
        ),
      ),
    ];
  };
}

// A charge of which the charger could only tell afterwards: its own times are others than those of the session.
const TOLD_LATE_MS = 120_000;
const toldLate = (one) => one.transaction_start_time && Math.abs(new Date(one.plugged_time ?? one.start_time) - new Date(one.transaction_start_time)) > TOLD_LATE_MS;
const span = (one, zone) => `${moment(one.transaction_start_time, zone)} – ${one.transaction_end_time ? moment(one.transaction_end_time, zone) : ""}`;

const gauge = (value, label) => h("p", { class: "gauge" }, h("span", { class: "value figures" }, value), h("span", { class: "label" }, label));

function chart(curve, zone) {
  if (curve.refusal && !curve.data) return h("p", { class: "card quiet", key: "none" }, curve.refusal.message);
  const series = seriesOf(curve.data);
  if (!series) return h("p", { class: "card quiet", key: "none" }, curve.data ? t("no_samples") : t("loading"));
  const peak = Math.max(...series.values.map((one) => one.max));
  const words = t("curve_words", { peak: power(peak), from: time(series.values[0].at, zone), to: time(series.values.at(-1).at, zone) });
  return h("figure", { class: "card chart", key: "chart" }, widget("curve", draw, { series, zone }, { class: "curve", role: "img", "aria-label": words }));
}

// All phases together where that is told, else the first.
function seriesOf(data) {
  const found = (data?.measurements.series ?? []).filter((one) => one.measurand === "Power.Active.Import" && one.values.length > 1);
  return found.find((one) => !one.phase) ?? found[0] ?? null;
}

function draw(element, data) {
  let plotted = null, newest = data;
  import("../curve.js").then((module) => module.curve(element, newest)).then((made) => {
    plotted = made;
    if (!element.isConnected) plotted.close();
  });
  return {
    update(data) {
      newest = data;
      plotted?.update(data);
    },
    close: () => plotted?.close(),
  };
}
