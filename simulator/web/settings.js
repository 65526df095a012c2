// The simulator's own settings.
import { attempt, get, put } from "./api.js";
import { fill, h } from "./element.js";
import { schemaForm } from "./schema_form.js";

export async function settings(main) {
  const [api, now] = await Promise.all([get("/openapi.json"), get("/settings")]);
  const form = schemaForm({ ...api.components.schemas.SettingsBody, components: api.components, description: undefined }, now.settings);
  const save = h("button", { type: "submit" }, "Save");
  async function submitted(event) {
    event.preventDefault();
    await attempt(save, () => put("/settings", form.read()), "Saved");
  }
  fill(main, h("h1", {}, "Settings"), h("form", { class: "card", onsubmit: submitted }, form.element, h("div", { class: "tools" }, save)));
}
