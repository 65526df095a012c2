// Making an account.
import { register as open } from "../me.js";
import { field, formOf, link, wrong } from "../parts.js";
import { t } from "../texts.js";
import { h } from "../view.js";
import { onward } from "./enter.js";

export default function register(page) {
  page.title(t("new_account"), "enter");
  const making = page.action(async (account) => {
    await open(account);
    await page.go(onward(), { replace: true });
  });
  return () => [
    h(
      "form",
      { class: "card stack", onsubmit: (event) => making.run(formOf(event)) },
      wrong(making),
      field("username", t("username"), { autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true, maxlength: 64 }),
      field("password", t("password"), { type: "password", autocomplete: "new-password", required: true, minlength: 8, maxlength: 256 }, t("password_hint")),
      field("name", t("first_name"), { autocomplete: "given-name", maxlength: 100 }),
      field("surname", t("surname"), { autocomplete: "family-name", maxlength: 100 }, t("names_hint")),
      field("email", t("email"), { type: "email", autocomplete: "email", maxlength: 254 }, t("email_hint")),
      h("button", { class: "main", disabled: making.busy }, t("make_account")),
    ),
    h("p", {}, link("enter", t("have_account"))),
  ];
}
