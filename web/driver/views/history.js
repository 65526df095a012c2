// My charges, newest first, with the last reservation.
import { get, path as pathOf } from "../api.js";
import { kept } from "../kept.js";
import { age, facts, formOf, link, missing, reason, toggle, wrong } from "../parts.js";
import { energy, moment, money, said, t } from "../texts.js";
import { h } from "../view.js";

const PAGE = "20";

export default function history(page) {
  page.title(t("me.history"), "me");
  let wanted = {}, look, more = [], next = null;
  const places = kept.get("/location?page_size=100")?.data?.locations ?? [];
  const narrow = (asked) => {
    wanted = asked;
    more = [];
    look?.close();
    look = page.watch(`user/sessions?${query()}`, "looking", () => { next = look.data?.next_page_token ?? null; });
    next = look.data?.next_page_token ?? null;
    page.draw();
  };
  const query = (token = "") => {
    const asked = new URLSearchParams({ page_size: PAGE });
    if (wanted.from) asked.set("from", midnight(wanted.from, 0));
    if (wanted.until) asked.set("until", midnight(wanted.until, 1));
    if (wanted.location) asked.set("location", wanted.location);
    if (wanted.unplugged) asked.set("unplugged", "true");
    if (token) asked.set("page_token", token);
    return asked;
  };
  const older = page.action(async () => {
    const found = await get(`user/sessions?${query(next)}`);
    more = [...more, ...found.sessions];
    next = found.next_page_token;
  });
  narrow({});
  const reservation = page.watch("user/last_reservation", "looking");

  return () => {
    const found = [...(look.data?.sessions ?? []), ...more];
    const booked = reservation.data?.reservation;
    return [
      h(
        "details",
        { class: "card" },
        h("summary", {}, t("filter")),
        h(
          "form",
          { class: "stack", onsubmit: (event) => narrow(formOf(event)), onchange: (event) => narrow(Object.fromEntries(new FormData(event.currentTarget))) },
          h("div", { class: "row two" }, h("label", {}, t("from"), h("input", { type: "date", name: "from" })), h("label", {}, t("until"), h("input", { type: "date", name: "until" }))),
          places.length > 0 && h("label", {}, t("place"), h("select", { name: "location" }, h("option", { value: "" }, t("all")), places.map((one) => h("option", { value: one.location_id }, one.name || one.location_id)))),
          toggle(t("unplugged_too"), { name: "unplugged", value: "yes" }),
        ),
      ),
      booked &&
        h(
          "section",
          { class: "card", key: "reservation" },
          h("h2", {}, t("last_reservation")),
          facts([t("charger"), `${booked.location_id} ${booked.charger_id}`], [t("reserved"), moment(booked.reserved_at)], [t("until"), moment(booked.expires_at)], [t("standing"), said(`reservation.${booked.state}`, booked.state)]),
        ),
      age(look),
      missing(look),
      look.data && !found.length && h("p", { class: "card" }, t("no_sessions")),
      h("ul", { class: "cards", key: "sessions" }, found.map(item)),
      wrong(older),
      next && h("button", { onclick: () => older.run(), disabled: older.busy, class: "wide" }, t("more")),
    ];
  };
}

function item(one) {
  const to = pathOf("s", one.location_id, one.charger_id, String(one.session_id));
  const cost = one.cost === null ? "" : money(one.cost, one.currency);
  return h(
    "li",
    { key: `${one.location_id}:${one.charger_id}:${one.session_id}` },
    link(to, [
      h("span", { class: "name" }, `${one.location_id} · ${one.charger_id}`),
      h("span", { class: "figures" }, [one.plugged_time ? energy(one.energy_wh) : "", cost].filter(Boolean).join(" · ")),
      h("span", { class: "quiet" }, moment(one.start_time), one.end_reason ? ` · ${reason(one.end_reason)}` : ` · ${t("goes_on")}`),
    ], { class: "card place" }),
  );
}

// A day of the phone's calendar as an instant.
function midnight(day, later) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

