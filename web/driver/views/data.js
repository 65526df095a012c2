// My data: all of it to take along, and leaving for good.
import { ask, get } from "../api.js";
import { loggedOut, me } from "../me.js";
import { doer, field, formOf, wrong } from "../parts.js";
import { t } from "../texts.js";
import { h } from "../view.js";

export default function data(page) {
  page.title(t("me.data"), "me");
  const taking = page.action(async () => {
    const all = await get("user/export");
    const file = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: "application/json" }));
    const link = Object.assign(document.createElement("a"), { href: file, download: `kilowait-${me.user.username}.json` });
    link.click();
    URL.revokeObjectURL(file);
    page.say(t("data_taken"));
  });
  const deleting = page.action(async ({ name }) => {
    if (name !== me.user.username) throw new OtherName();
    await ask("DELETE", "user");
    await loggedOut();
    await page.go("", { replace: true });
    page.say(t("account_deleted"));
  });
  return () => [
    h("section", { class: "card stack" }, h("h2", {}, t("take_data")), h("p", {}, t("take_data_lead")), wrong(taking), doer(taking, t("take_data"), { class: "main" })),
    h(
      "form",
      { class: "card stack", onsubmit: (event) => deleting.run(formOf(event)) },
      h("h2", {}, t("delete_account")),
      h("p", {}, t("delete_lead")),
      wrong(deleting),
      field("name", t("type_your_name", { name: me.user?.username ?? "" }), { autocomplete: "off", autocapitalize: "none", required: true }),
      h("button", { class: "danger", disabled: deleting.busy }, t("delete_account")),
    ),
  ];
}

class OtherName extends Error {
  said = true;
  constructor() {
    super(t("other_name"));
  }
}
