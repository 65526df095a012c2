// The configuration tab: every key or variable, changed as a technician would.
import { attempt, get, path, put } from "./api.js";
import { fill, h } from "./element.js";

export async function configuration(body, { id, at }) {
  const search = h("input", { type: "search", placeholder: "Part of a key", "aria-label": "Part of a key", autocomplete: "off" });
  const rows = h("tbody", {});
  let found = [];

  async function look() {
    found = (await get(`${at}/configuration`)).configuration;
    draw();
  }
  function draw() {
    const words = search.value.toLowerCase();
    const wanted = found.filter((one) => one.key.toLowerCase().includes(words));
    fill(rows, wanted.length === 0 ? h("tr", {}, h("td", { class: "muted", colSpan: 3 }, "No key has this in its name.")) : wanted.map(row));
  }
  function row(one) {
    const input = h("input", { value: one.value ?? "", disabled: one.readonly, "aria-label": one.key, autocomplete: "off", spellcheck: false });
    const save = h("button", { class: "quiet", hidden: true, type: "submit" }, "Set");
    input.addEventListener("input", () => (save.hidden = input.value === (one.value ?? "")));
    async function submitted(event) {
      event.preventDefault();
      const set = await attempt(save, () => put(path("charge-points", id, "configuration", one.key), { value: input.value }));
      if (set) {
        await attempt(null, () => look(), `${one.key}: ${set.status ?? "set"}`);
      }
    }
    return h("tr", {}, h("th", { scope: "row" }, one.key), h("td", {}, h("form", { class: "inline", onsubmit: submitted }, input, save)), h("td", { class: "muted" }, one.readonly ? "read only" : one.reboot_required ? "after a reboot" : ""));
  }

  search.addEventListener("input", draw);
  fill(body, h("div", { class: "tools" }, search), h("div", { class: "scroll" }, h("table", { class: "settings" }, h("thead", {}, h("tr", {}, ["Key", "Value", ""].map((word) => h("th", { scope: "col" }, word)))), rows)));
  await look();
  return {};
}
