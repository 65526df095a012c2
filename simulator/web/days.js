// Days that are played: drivers come, charge, overstay and go, as a seed says.
import { attempt, get, path, post, remove } from "./api.js";
import { fill, h } from "./element.js";
import { schemaForm } from "./schema_form.js";
import { again } from "./ticking.js";

const LOOK_MS = 2000;

export async function days(main) {
  const api = await get("/openapi.json");
  const schema = api.paths["/days"].post.requestBody.content["application/json"].schema;
  const form = schemaForm({ ...schema, description: undefined });
  const play = h("button", { type: "submit" }, "Play the day");
  const list = h("div", {});

  async function look() {
    const found = (await get("/days")).days;
    fill(list, found.length === 0 ? h("p", { class: "muted" }, "No day is played.") : null, found.map(shown));
  }
  function shown(day) {
    const { day_id, ...rest } = day;
    return h(
      "section",
      { class: "card" },
      h("div", { class: "title" }, h("h2", {}, `Day ${day_id}`), h("button", { class: "quiet", onclick: (event) => attempt(event.target, () => remove(path("days", day_id)), "Stopped").then(look) }, "Stop")),
      h("dl", { class: "facts" }, Object.entries(rest).map(([word, value]) => h("div", {}, h("dt", {}, word.replace(/_/g, " ")), h("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value))))),
    );
  }
  async function submitted(event) {
    event.preventDefault();
    await attempt(play, () => post("/days", form.read()), "It begins");
    look();
  }
  fill(main, h("h1", {}, "Days"), h("form", { class: "card", onsubmit: submitted }, h("p", { class: "muted" }, "Drivers come to the charge points whose ids begin with the prefix, plug in, hold their card to the reader, stay and go: a working day, the same one for the same seed."), h("p", { class: "muted" }, schema.description.replace(/``/g, "")), form.element, h("div", { class: "tools" }, play)), list);
  return again(look, LOOK_MS);
}
