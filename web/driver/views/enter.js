// Logging in.
import { logIn, me } from "../me.js";
import { field, formOf, link, wrong } from "../parts.js";
import { kept } from "../kept.js";
import { t } from "../texts.js";
import { h } from "../view.js";

export default function enter(page) {
  page.title(t("log_in"));
  const entering = page.action(async (form) => {
    await logIn(form.name, form.password);
    await page.go(onward(), { replace: true });
  });
  return () => {
    if (me.user) return h("p", { class: "card" }, t("logged_in_as", { name: me.user.username }));
    return [
      h("p", { class: "quiet" }, t("enter_lead")),
      h(
        "form",
        { class: "card stack", onsubmit: (event) => entering.run(formOf(event)) },
        wrong(entering),
        field("name", t("name_or_email"), { autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true }),
        field("password", t("password"), { type: "password", autocomplete: "current-password", required: true }),
        h("button", { class: "main", disabled: entering.busy }, t("log_in")),
      ),
      h("div", { class: "stack links" }, link("register", t("new_account"), { class: "button" }), link("forgotten", t("forgotten"))),
    ];
  };
}

// Back to what needed somebody logged in.
export function onward() {
  const wanted = kept.choice("after_login");
  kept.choice("after_login", null);
  return wanted?.startsWith("/app/") ? wanted : "";
}

