// A letter for a forgotten password; the page it links to is the API's.
import { post } from "../api.js";
import { field, formOf, wrong } from "../parts.js";
import { t } from "../texts.js";
import { h } from "../view.js";

export default function forgotten(page) {
  page.title(t("forgotten"), "enter");
  let sent = false;
  const asking = page.action(async ({ email }) => {
    await post("auth/resetPasswordToken", { email });
    sent = true;
  });
  return () =>
    sent
      ? h("p", { class: "card", role: "status" }, t("letter_sent"))
      : h(
          "form",
          { class: "card stack", onsubmit: (event) => asking.run(formOf(event)) },
          wrong(asking),
          h("p", {}, t("letter_lead")),
          field("email", t("email"), { type: "email", autocomplete: "email", required: true }),
          h("button", { class: "main", disabled: asking.busy }, t("send_letter")),
        );
}
