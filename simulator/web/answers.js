// The answers tab: what the charge point says to a request of the central system, when not what it would say by itself.
import { attempt, get, path, put, remove } from "./api.js";
import { fill, h } from "./element.js";
import { schemaForm } from "./schema_form.js";

export async function answers(body, { id, at, now }) {
  const [api, schemas] = await Promise.all([get("/openapi.json"), get(path("schemas", now.protocol))]);
  const action = h("select", { id: "answered" }, schemas.actions.central_system.map((one) => h("option", {}, one)));
  const form = schemaForm({ ...api.components.schemas.AnswerBody, components: api.components, description: undefined });
  const save = h("button", { type: "submit" }, "Set");
  const list = h("tbody", {});

  async function look() {
    const found = Object.entries((await get(`${at}/answers`)).answers);
    fill(
      list,
      found.length === 0 ? h("tr", {}, h("td", { class: "muted", colSpan: 3 }, "None is set: it answers as the unit would.")) : null,
      found.map(([name, one]) =>
        h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, h("code", {}, JSON.stringify(one))), h("td", {}, h("button", { class: "quiet", onclick: (event) => attempt(event.target, () => remove(path("charge-points", id, "answers", name)), "As usual again").then(look) }, "As usual"))),
      ),
    );
  }
  async function submitted(event) {
    event.preventDefault();
    await attempt(save, () => put(path("charge-points", id, "answers", action.value), form.read()), "Set");
    look();
  }
  fill(
    body,
    h("form", { class: "card", onsubmit: submitted }, h("h2", {}, "Answer otherwise"), h("div", { class: "field" }, h("label", { for: "answered" }, "request"), action), form.element, h("div", { class: "tools" }, save)),
    h("section", { class: "card" }, h("h2", {}, "Set now"), h("div", { class: "scroll" }, h("table", {}, list))),
  );
  await look();
  return {};
}
