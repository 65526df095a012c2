// Making charge points, one or many, and changing one: the form is the API's own schema.
import { attempt, get, patch, path, post, put } from "./api.js";
import { fill, h } from "./element.js";
import { schemaForm } from "./schema_form.js";

export async function edit(main, id) {
  const api = await get("/openapi.json");
  const before = id === undefined ? {} : (await get(path("charge-points", id))).charge_point;
  const schema = { ...api.components.schemas.ChargePointBody, components: api.components, description: undefined };
  if (id !== undefined) schema.properties = Object.fromEntries(Object.entries(schema.properties).filter(([name]) => name !== "protocol"));
  const known = id === undefined ? {} : settingsOf(before);
  const form = schemaForm(schema, known);
  const name = h("input", { id: "cp-id", required: true, maxLength: 64, autocomplete: "off", spellcheck: false, placeholder: "CP-1" });
  const count = h("input", { id: "cp-count", type: "number", min: 1, max: 5000, value: "1" });
  const save = h("button", { type: "submit" }, id === undefined ? "Make it" : "Save");

  async function submitted(event) {
    event.preventDefault();
    const many = id === undefined && Number(count.value) > 1;
    const result = await attempt(save, () => {
      // What was left as it is stays so: who follows the simulator's own central system goes on to.
      const body = Object.fromEntries(Object.entries(form.read()).filter(([field, value]) => value !== known[field]));
      if (id !== undefined) return patch(`${path("charge-points", id)}?wait=0`, body);
      if (many) return post("/charge-points?wait=0", { prefix: name.value, count: Number(count.value), template: body });
      return put(`${path("charge-points", name.value)}?wait=0`, body);
    });
    if (result) location.hash = many ? "#/" : `#/cp/${encodeURIComponent(id ?? name.value)}`;
  }

  fill(
    main,
    h("h1", {}, id === undefined ? "New charge point" : `Change ${id}`),
    h(
      "form",
      { class: "card", onsubmit: submitted },
      id === undefined
        ? h(
            "div",
            { class: "fields" },
            h("div", { class: "field" }, h("label", { for: "cp-id" }, "id", h("b", {}, " *")), name, h("small", {}, "As in the address it connects to")),
            h("div", { class: "field" }, h("label", { for: "cp-count" }, "how many"), count, h("small", {}, "More than one: the id is what all begin with, then 0001, 0002 …")),
          )
        : null,
      form.element,
      h("div", { class: "tools" }, save, h("a", { class: "button quiet", href: id === undefined ? "#/" : `#/cp/${encodeURIComponent(id)}` }, "Back")),
    ),
  );
  (id === undefined ? name : save).focus();
}

function settingsOf(chargePoint) {
  const { central, security_profile, vendor, model, serial, firmware, supports_reservation, heartbeat_s, meter_interval_s, max_power_w, phases, connectors } = chargePoint;
  return { central, security_profile, vendor, model, serial, firmware, supports_reservation, heartbeat_s, meter_interval_s, max_power_w, phases, connectors: connectors.length };
}
