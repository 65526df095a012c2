// Sending a message of one's own, and playing flows; each ends in an operation whose messages are shown.
import { attempt, get, path, post, remove } from "./api.js";
import { fill, h } from "./element.js";
import { frameLine } from "./messages.js";
import { schemaForm } from "./schema_form.js";
import { chip, clock } from "./words.js";

const LAST = 10;

export async function operations(body, { id, at, now }) {
  const actions = (await get(path("schemas", now.protocol))).actions.charge_point;
  const action = h("select", { id: "action" }, actions.map((one) => h("option", {}, one)));
  const truthful = h("input", { type: "checkbox", id: "truthful", checked: true });
  const wrong = h("input", { type: "checkbox", id: "wrong" });
  const form = h("div", {});
  const send = h("button", { type: "submit" }, "Send");
  const shown = h("div", {});
  const past = await history(id, shown);
  let payload = null;

  async function drawn() {
    payload = null;
    fill(form);
    if (truthful.checked) return;
    if (wrong.checked) payload = schemaForm({ properties: { payload: { type: "object", description: "Sent as it is, right or wrong" } }, required: ["payload"] });
    else payload = schemaForm({ ...(await get(path("schemas", now.protocol, action.value))), description: undefined });
    fill(form, payload.element);
  }
  async function submitted(event) {
    event.preventDefault();
    const found = await attempt(send, () => {
      let told = payload?.read();
      if (wrong.checked && told) told = told.payload ?? {};
      return post(`${at}/operations?wait=30`, truthful.checked ? { action: action.value } : { action: action.value, payload: told, valid: !wrong.checked });
    });
    if (found) fill(shown, whole(found.operation));
    past.look();
  }
  truthful.addEventListener("change", drawn);
  wrong.addEventListener("change", drawn);
  action.addEventListener("change", drawn);
  fill(
    body,
    h(
      "form",
      { class: "card", onsubmit: submitted },
      h("h2", {}, "Send a message"),
      h("div", { class: "field" }, h("label", { for: "action" }, "action"), action),
      h("label", { class: "check" }, truthful, " as the unit would: filled from its state, with its effect"),
      h("label", { class: "check" }, wrong, " do not check it, to see what the central system says to a wrong one"),
      form,
      h("div", { class: "tools" }, send),
    ),
    shown,
    past.element,
  );
  return {};
}

export async function flows(body, { id, at, now }) {
  const found = (await get("/flows")).flows.filter((flow) => flow.protocols.includes(now.protocol));
  const shown = h("div", {});
  const past = await history(id, shown);
  const cards = found.map((flow) => {
    const form = schemaForm({ ...flow.parameters, description: undefined });
    const play = h("button", { onclick: () => start(flow, form, play) }, "Play");
    return h("details", { class: "card", name: "flow" }, h("summary", {}, h("strong", {}, flow.name.replace(/_/g, " ")), h("span", { class: "muted" }, ` ${flow.words}`)), form.element, h("div", { class: "tools" }, play));
  });
  async function start(flow, form, button) {
    const told = await attempt(button, () => post(`${path("charge-points", id, "flows", flow.name)}?wait=0`, { parameters: form.read() ?? {} }));
    if (!told) return;
    let { operation } = told;
    fill(shown, whole(operation));
    shown.scrollIntoView({ block: "nearest" });
    while (operation.status === "running" && shown.isConnected) {
      await new Promise((later) => setTimeout(later, 500));
      operation = (await get(path("operations", operation.operation_id))).operation;
      fill(shown, whole(operation));
    }
    past.look();
  }
  fill(body, shown, cards, past.element);
  return {};
}

/** The last operations of this charge point; one that is clicked is shown whole. */
async function history(id, shown) {
  const rows = h("tbody", {});
  async function look() {
    const found = (await get(`/operations?charge_point_id=${encodeURIComponent(id)}&page_size=${LAST}`)).operations;
    fill(rows, found.map((one) => h("tr", {}, h("td", {}, h("button", { class: "link", onclick: () => show(one.operation_id) }, one.name)), h("td", {}, one.kind), h("td", {}, chip(one.status)), h("td", {}, clock(one.started_at)), h("td", {}, String(one.message_count)))));
  }
  async function show(operationId) {
    const found = await attempt(null, () => get(path("operations", operationId)));
    if (found) fill(shown, whole(found.operation));
    shown.scrollIntoView({ block: "nearest" });
  }
  await look();
  const element = h("section", { class: "card" }, h("h2", {}, "Last operations"), h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["Operation", "Kind", "Outcome", "Began", "Messages"].map((word) => h("th", { scope: "col" }, word)))), rows)));
  return { element, look };
}

function whole(operation) {
  const cancel = h("button", { class: "quiet", onclick: (event) => attempt(event.target, () => remove(path("operations", operation.operation_id)), "Ended") }, "End it");
  return h(
    "section",
    { class: "card operation", "aria-live": "polite" },
    h("div", { class: "title" }, h("h2", {}, operation.name.replace(/_/g, " ")), chip(operation.status), h("span", { class: "muted" }, `operation ${operation.operation_id}`), operation.status === "running" ? cancel : null),
    operation.error ? h("p", { class: "failed" }, operation.error) : null,
    operation.steps?.length ? h("ol", { class: "steps" }, operation.steps.map((step) => h("li", {}, chip(step.status), ` ${step.name} `, step.error ? h("span", { class: "failed" }, step.error) : null))) : null,
    operation.result && Object.keys(operation.result).length ? h("pre", {}, JSON.stringify(operation.result, null, 1)) : null,
    (operation.messages ?? []).map(frameLine),
  );
}
