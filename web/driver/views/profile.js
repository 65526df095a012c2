// My name and e-mail address, and how the app looks and speaks on this device.
import { sendOrKeep } from "../later.js";
import { me } from "../me.js";
import { choice, field, formOf, wrong } from "../parts.js";
import { language, t } from "../texts.js";
import { applyTheme, chooseLanguage, theme } from "../theme.js";
import { h } from "../view.js";

const LANGUAGES = { en: "English", de: "Deutsch" };

export default function profile(page) {
  page.title(t("me.profile"), "me");
  const saving = page.action(async ({ name, surname, email }) => {
    const changes = Object.fromEntries(Object.entries({ name, surname, email }).filter(([key, value]) => value !== me.user[key]));
    if (!Object.keys(changes).length) return page.say(t("saved"));
    const done = await sendOrKeep("PATCH", "user", changes, t("me.profile"));
    page.say(done.kept ? t("kept_for_later") : t("saved"));
    await me.ask();
  });
  return () => {
    const { user } = me;
    if (!user) return null;
    return [
      h(
        "form",
        { class: "card stack", onsubmit: (event) => saving.run(formOf(event)) },
        wrong(saving),
        field("name", t("first_name"), { value: user.name, autocomplete: "given-name", maxlength: 100 }),
        field("surname", t("surname"), { value: user.surname, autocomplete: "family-name", maxlength: 100 }, t("names_hint")),
        field("email", t("email"), { type: "email", value: user.email, autocomplete: "email", maxlength: 254 }, t("email_hint")),
        h("button", { class: "main", disabled: saving.busy }, t("save")),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t("this_device")),
        choice("language", t("language"), LANGUAGES, language, { onchange: (event) => chooseLanguage(event.target.value) }),
        choice("theme", t("theme"), { system: t("theme.system"), light: t("theme.light"), dark: t("theme.dark") }, theme(), { onchange: (event) => applyTheme(event.target.value) }),
      ),
    ];
  };
}
