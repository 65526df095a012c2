// The first page: every charge point with its state, and what the whole fleet does.
import { attempt, get, post, remove } from "./api.js";
import { fill, h, say } from "./element.js";
import { again } from "./ticking.js";
import { chip, kw, plural } from "./words.js";

const PAGE = 100;
const LOOK_MS = 2000;

export function fleet(main) {
  const prefix = h("input", { type: "search", placeholder: "Ids that begin with", "aria-label": "Ids that begin with", autocomplete: "off" });
  const figures = h("dl", { class: "figures" });
  const rows = h("tbody", {});
  const more = h("button", { class: "quiet", hidden: true, onclick: () => ((shown += PAGE), look()) }, "Show more");
  const table = h(
    "table",
    { class: "fleet" },
    h("caption", { class: "hidden" }, "Charge points"),
    h("thead", {}, h("tr", {}, ["Charge point", "Speaks", "Connection", "Connectors", "Power", "To send"].map((word) => h("th", { scope: "col" }, word)))),
    rows,
  );
  const none = h(
    "section",
    { class: "empty", hidden: true },
    h("h2", {}, "No charge point yet"),
    h("p", {}, "Make one: it connects to your central system by itself, and you plug in a car, hold a card to it, or let it play a whole charge."),
    h("a", { class: "button", href: "#/new" }, "New charge point"),
  );
  const nobody = h("p", { class: "muted", role: "status", hidden: true }, "No charge point has an id that begins so.");
  let shown = PAGE;

  const tools = h(
    "div",
    { class: "tools" },
    prefix,
    h("a", { class: "button", href: "#/new" }, "New"),
    h("button", { class: "quiet", onclick: (event) => attempt(event.target, () => post("/fleet/connect?wait=0", { prefix: prefix.value }), "Connecting").then(look) }, "Connect all"),
    h("button", { class: "quiet", onclick: (event) => attempt(event.target, () => post("/fleet/disconnect", { prefix: prefix.value }), "Disconnected").then(look) }, "Disconnect all"),
    h("button", { class: "quiet danger", onclick: (event) => removeAll(event.target) }, "Delete all"),
  );
  fill(main, h("h1", {}, "Charge points"), tools, figures, none, nobody, h("div", { class: "scroll" }, table), more);
  prefix.addEventListener("input", () => look());

  async function removeAll(button) {
    const which = prefix.value ? `every charge point whose id begins with “${prefix.value}”` : "every charge point";
    if (!confirm(`Delete ${which}, with meters and messages?`)) return;
    // A prefix must be said: without one, those that are seen to be there.
    const all = async () => Promise.all([...new Set((await get("/charge-points?page_size=5000")).charge_points.map((one) => [...one.id][0]))].map((first) => remove(`/charge-points?prefix=${encodeURIComponent(first)}`)));
    await attempt(button, prefix.value ? () => remove(`/charge-points?prefix=${encodeURIComponent(prefix.value)}`) : all, "Deleted");
    look();
  }

  async function look() {
    const query = `prefix=${encodeURIComponent(prefix.value)}`;
    const [found, summary] = await Promise.all([get(`/charge-points?${query}&page_size=${Math.min(shown, 1000)}`), get(`/summary?${query}`)]);
    none.hidden = found.charge_points.length > 0 || prefix.value !== "";
    nobody.hidden = found.charge_points.length > 0 || prefix.value === "";
    table.hidden = found.charge_points.length === 0;
    more.hidden = !found.next_page_token;
    fill(figures, Object.entries(told(summary)).map(([word, text]) => h("div", {}, h("dt", {}, word), h("dd", {}, text))));
    update(rows, found.charge_points);
  }
  return again(look, LOOK_MS, (error) => fill(figures, h("p", { class: "failed" }, error.message)));
}

function told(summary) {
  const authorize = summary.latency_ms.StartTransaction ?? summary.latency_ms.TransactionEvent ?? summary.latency_ms.BootNotification;
  return {
    "charge points": summary.charge_points.toLocaleString(),
    connected: summary.connected.toLocaleString(),
    booted: summary.booted.toLocaleString(),
    charging: summary.charging.toLocaleString(),
    "messages sent": summary.messages_sent.toLocaleString(),
    received: summary.messages_received.toLocaleString(),
    errors: summary.errors.toLocaleString(),
    "answered in (median)": authorize?.p50 === undefined || authorize?.p50 === null ? "–" : `${authorize.p50.toFixed(1)} ms`,
  };
}

function update(rows, found) {
  const known = new Map([...rows.children].map((row) => [row.dataset.id, row]));
  const wanted = found.map((one) => {
    const row = known.get(one.id) ?? h("tr", {}, h("th", { scope: "row" }, h("a", { href: `#/cp/${encodeURIComponent(one.id)}` }, one.id)), Array.from({ length: 5 }, () => h("td", {})));
    row.dataset.id = one.id;
    const [, speaks, connection, connectors, power, unsent] = row.children;
    say(speaks, one.protocol.replace("ocpp", "OCPP "));
    const now = JSON.stringify([one.connection, one.boot_status, one.connectors.map((its) => its.status)]);
    if (row.dataset.now !== now) {
      row.dataset.now = now;
      fill(connection, chip(one.connection.state, one.connection.last_error ?? one.boot_status ?? ""));
      fill(connectors, h("span", { class: "chips" }, one.connectors.map((its) => chip(its.status, `connector ${its.connector_id}`))));
    }
    say(power, kw(one.connectors.reduce((sum, its) => sum + its.power_w, 0)));
    say(unsent, one.unsent ? plural(one.unsent, "message") : "–");
    return row;
  });
  if (wanted.length !== rows.children.length || wanted.some((row, place) => rows.children[place] !== row)) fill(rows, wanted);
}
