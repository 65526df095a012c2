// My charging cards: any of them opens a charger that is held for me.
import { ask, path as pathOf, post } from "../api.js";
import { age, field, formOf, missing, wrong } from "../parts.js";
import { date, t } from "../texts.js";
import { h } from "../view.js";

export default function cards(page) {
  page.title(t("me.cards"), "me");
  const look = page.watch("user/tag", "looking");
  const adding = page.action(async (form) => {
    await post("user/tag", { tag: form.tag.trim(), label: form.label.trim() });
    page.say(t("card_added"));
    await look.ask();
  });
  const changing = page.action(async (tag, active) => {
    await ask("PATCH", pathOf("user", "tag", tag), { active });
    await look.ask();
  });
  const removing = page.action(async (tag) => {
    if (!confirm(t("card_remove_sure"))) return;
    await ask("DELETE", pathOf("user", "tag", tag));
    await look.ask();
  });
  return () => {
    const found = look.data?.tags;
    if (!found) return missing(look);
    const own = found.filter((one) => !one.made_up);
    return [
      age(look),
      h("p", { class: "quiet" }, t("cards_lead")),
      wrong(changing, removing),
      !own.length && h("p", { class: "card" }, t("no_cards")),
      h(
        "ul",
        { class: "cards", key: "cards" },
        own.map((one) =>
          h(
            "li",
            { class: "card stack", key: one.tag },
            h("div", { class: "row" }, h("strong", { class: "grow" }, one.label || one.tag), !one.active && h("span", { class: "state broken" }, t("blocked_card"))),
            h("p", { class: "quiet" }, one.label ? one.tag : "", one.expires_at ? ` · ${t("good_until", { date: date(one.expires_at) })}` : ""),
            h(
              "div",
              { class: "row" },
              h("button", { type: "button", disabled: changing.busy, onclick: () => changing.run(one.tag, !one.active) }, one.active ? t("block_card") : t("unblock_card")),
              h("button", { type: "button", class: "danger", disabled: removing.busy, onclick: () => removing.run(one.tag) }, t("remove")),
            ),
          ),
        ),
      ),
      h(
        "form",
        { class: "card stack", key: "add", onsubmit: (event) => { const form = event.target; adding.run(formOf(event)).then(() => { if (!adding.wrong) form.reset(); }); } },
        h("h2", {}, t("add_card")),
        wrong(adding),
        field("tag", t("card_number"), { required: true, maxlength: 255, autocapitalize: "characters", spellcheck: "false", autocomplete: "off" }, t("card_number_hint")),
        field("label", t("card_label"), { maxlength: 100, autocomplete: "off" }),
        h("button", { class: "main", disabled: adding.busy }, t("add_card")),
      ),
    ];
  };
}
