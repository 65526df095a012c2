// The chaos tab: what goes wrong on this charge point's line, how often, by which seed.
import { attempt, get, put, remove } from "./api.js";
import { fill, h } from "./element.js";
import { schemaForm } from "./schema_form.js";

export async function chaos(body, { at }) {
  const api = await get("/openapi.json");
  const schema = api.paths["/charge-points/{charge_point_id}/chaos"].put.requestBody.content["application/json"].schema;
  const before = (await get(`${at}/chaos`)).chaos;
  const form = schemaForm({ ...schema, description: undefined }, before?.chaos);
  const done = h("pre", {});
  const save = h("button", { type: "submit" }, "Disturb it");
  const show = (found) => fill(done, found ? JSON.stringify(found, null, 1) : "Nothing disturbs it.");

  async function submitted(event) {
    event.preventDefault();
    const found = await attempt(save, () => put(`${at}/chaos`, form.read()), "Disturbed");
    if (found) show(found.chaos);
  }
  async function calm(event) {
    if (await attempt(event.target, () => remove(`${at}/chaos`), "Calm again")) show(null);
  }
  show(before);
  fill(
    body,
    h("form", { class: "card", onsubmit: submitted }, h("h2", {}, "Disturb the line"), h("p", { class: "muted" }, schema.description.replace(/``/g, "")), form.element, h("div", { class: "tools" }, save, h("button", { type: "button", class: "quiet", onclick: calm }, "Calm"))),
    h("section", { class: "card" }, h("h2", {}, "Now"), done),
  );
  return {};
}
