// One charger of a location as a bay of its site plan.
import { me } from "../me.js";
import { beginsByItself, mayAskForCard } from "../means.js";
import { doer, state } from "../parts.js";
import { power, price, said, t } from "../texts.js";
import { h } from "../view.js";

export function bay(found, charger, { reserve, start, tell, arrivedAt, here }) {
  const id = charger.charger_id;
  const mine = here && me.user.charger_id === id;
  const free = charger.station_state === "free" && charger.active_session === null;
  const open = !charger.groups.length || me.user?.groups.some((group) => charger.groups.includes(group));
  const may = me.user && !me.isBusy && open && free;
  const inUse = charger.station_state === "used" && !mine && me.user;
  const actions = [
    may && found.settings.reserve_s > 0 && (found.settings.reserve_past_queue || !found.waiting) && !charger.plugged && doer(reserve, t("reserve"), {}, id),
    may && !found.waiting && !beginsByItself(charger) && (found.settings.presence === "none" || charger.plugged) && doer(start, t("start"), {}, id),
    inUse && here && me.waits && charger.state === "full" && doer(tell, t("please_move"), {}, id, "please_move"),
    me.user && !mine && (free || arrivedAt === id) && doer(tell, t("blocked"), { class: "plain" }, id, "blocked"),
  ].filter(Boolean);
  return h(
    "li",
    { class: `card bay ${charger.station_state}${arrivedAt === id ? " arrived" : ""}`, key: id },
    h("div", { class: "row" }, h("strong", { class: "grow" }, id), state(charger.station_state)),
    h("p", { class: "quiet" }, [word(charger), mine && t("yours")].filter(Boolean).join(" · ")),
    h("p", { class: "figures" }, [said(`plug.${charger.connector_type}`, charger.connector_type), charger.max_power_w ? power(charger.max_power_w) : "", cost(found, charger)].filter(Boolean).join(" · ")),
    !open && h("p", { class: "quiet" }, t("not_for_you")),
    beginsByItself(charger) && !charger.plugged && (mine || (may && (arrivedAt === id || mayAskForCard(charger)))) && h("p", {}, mine ? t("plug_in") : t("join_then_plug_in"), mayAskForCard(charger) && ` ${t("card_if_asked")}`),
    actions.length > 0 && h("div", { class: "row" }, actions),
  );
}

// More than the station state says: full, occupied without a session, why it is out.
function word(charger) {
  if (charger.plugged && charger.active_session === null && charger.station_state !== "broken") return t("occupied");
  return { full: t("charger.full"), pre_session: t("charger.pre_session"), offline: t("charger.offline"), faulted: t("charger.faulted"), unavailable: t("charger.unavailable"), unknown: t("charger.unknown"), charging: t("charger.charging") }[charger.state] ?? "";
}

function cost(found, charger) {
  if (charger.price === null) return "";
  const each = [charger.price, ...charger.tariffs.map((window) => window.price)];
  const [least, most] = [Math.min(...each), Math.max(...each)];
  const shown = least === most ? price(least, found.currency) : `${price(least, found.currency)} – ${price(most, found.currency)}`;
  return t("per_kwh", { price: shown });
}
