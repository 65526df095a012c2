// Another password. It needs the net, and the one of now.
import { ask } from "../api.js";
import { field, formOf, wrong } from "../parts.js";
import { t } from "../texts.js";
import { h } from "../view.js";

export default function password(page) {
  page.title(t("me.password"), "me");
  const changing = page.action(async ({ current, fresh }) => {
    await ask("PATCH", "user", { current_password: current, password: fresh });
    page.say(t("password_changed"));
    await page.go("me");
  });
  return () =>
    h(
      "form",
      { class: "card stack", onsubmit: (event) => changing.run(formOf(event)) },
      wrong(changing),
      field("current", t("current_password"), { type: "password", autocomplete: "current-password", required: true }),
      field("fresh", t("new_password"), { type: "password", autocomplete: "new-password", required: true, minlength: 8, maxlength: 256 }, t("password_hint")),
      h("p", { class: "quiet" }, t("password_ends_others")),
      h("button", { class: "main", disabled: changing.busy }, t("save")),
    );
}
