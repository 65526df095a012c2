// The live tab: a card per connector with its car, its charge, and what a person can do in front of it.
import { attempt, get, path, post } from "./api.js";
import { fill, h, say } from "./element.js";
import { schemaForm } from "./schema_form.js";
import { chip, clock, kw, kwh } from "./words.js";

const FAULTS = ["OtherError", "ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError", "OverCurrentFailure", "OverVoltage", "PowerMeterFailure", "PowerSwitchFailure", "ReaderFailure", "UnderVoltage", "WeakSignal"];

export async function connectors(body, { id, now, look }) {
  const car = (await get("/openapi.json")).components.schemas.CarBody;
  const cards = now.connectors.map((one) => card(id, one.connector_id, car, look));
  fill(body, h("div", { class: "cards" }, cards.map((one) => one.element)));
  const update = (found) => found.connectors.forEach((one, place) => cards[place]?.update(one));
  update(now);
  return { update };
}

function card(id, number, carSchema, look) {
  const at = path("charge-points", id, "connectors", number);
  const state = h("span", {});
  const facts = h("dl", { class: "facts" });
  const level = h("meter", { min: 0, max: 100, "aria-label": "State of charge" });
  const tag = h("input", { value: localStorage.getItem("tag") ?? "", placeholder: "Card", "aria-label": `Card at connector ${number}`, maxLength: 36, autocomplete: "off", spellcheck: false });
  const form = schemaForm({ ...carSchema, description: undefined });
  const fault = h("select", { "aria-label": `Fault of connector ${number}` }, FAULTS.map((code) => h("option", {}, code)));
  const act = (word, what, read, done, look_) => h("button", { class: look_, onclick: (event) => doing(event.target, what, read, done) }, word);

  async function doing(button, what, read = () => undefined, done) {
    const found = await attempt(button, async () => post(`${at}/${what}?wait=10`, read()));
    if (found) done?.(found);
    look();
  }

  async function tap(event) {
    event.preventDefault();
    localStorage.setItem("tag", tag.value);
    const button = event.target.querySelector("button");
    const found = await attempt(button, () => post(`${at}/tap?wait=10`, { tag: tag.value }));
    if (found) say(outcome, found.outcome ? `The display says: ${found.outcome.replace(/_/g, " ")}` : "No answer yet");
    look();
  }

  const plug = act("Plug in a car", "plug", () => ({ car: form.read() }));
  const unplug = act("Unplug", "unplug");
  const outcome = h("p", { class: "muted", role: "status" });
  const element = h(
    "section",
    { class: "card connector", "aria-labelledby": `connector-${number}` },
    h("div", { class: "title" }, h("h2", { id: `connector-${number}` }, `Connector ${number}`), state),
    level,
    facts,
    h("div", { class: "tools" }, plug, unplug),
    h("form", { class: "tools", onsubmit: tap }, tag, h("button", {}, "Hold the card")),
    outcome,
    h("details", {}, h("summary", {}, "The car"), form.element),
    h("details", {}, h("summary", {}, "Break it"), h("div", { class: "tools" }, fault, act("Break", "fault", () => ({ error_code: fault.value }), undefined, "quiet danger"), act("Mend", "fault", () => ({ error_code: null }), undefined, "quiet"))),
  );

  let shown = "";
  function update(one) {
    const key = JSON.stringify(one);
    if (key === shown) return;
    shown = key;
    fill(state, chip(one.status, one.error_code));
    plug.hidden = one.plugged;
    unplug.hidden = !one.plugged;
    level.hidden = !one.car;
    if (one.car) level.value = one.car.state_of_charge_percent;
    fill(facts, factsOf(one).map(([word, text]) => h("div", {}, h("dt", {}, word), h("dd", {}, text))));
  }
  return { element, update };
}

function factsOf(one) {
  const running = one.transaction;
  const last = one.last_transaction;
  return [
    ["Power", kw(one.power_w)],
    ["Register", kwh(one.energy_wh)],
    one.car && ["Car", `${one.car.state_of_charge_percent} % of ${kwh(one.car.battery_wh)}${one.car.full ? ", full" : ""}`],
    one.pilot && ["Pilot", `${one.pilot.state}: ${one.pilot.reason ?? one.pilot.meaning}`],
    running && ["Transaction", `${running.transaction_id ?? "no id yet"}, card ${running.id_tag ?? running.id_token ?? "–"}, ${kwh(running.energy_wh ?? 0)} since ${clock(running.started_at)}`],
    !running && last && ["Last one", `${last.transaction_id ?? "–"}, ${last.reason ?? "ended"}, ${kwh((last.meter_stop_wh ?? 0) - (last.meter_start_wh ?? 0))}`],
    one.pending && ["Waits for", `the plug of ${one.pending.id_tag ?? one.pending.id_token ?? "a card"} until ${clock(one.pending.expires_at)}`],
    one.reservation && ["Reserved", `for ${one.reservation.id_tag ?? one.reservation.id_token ?? "a card"} until ${clock(one.reservation.expires_at)}`],
    one.error_code !== "NoError" && ["Error", one.error_code],
    !one.operative && ["Availability", "inoperative"],
  ].filter(Boolean);
}
