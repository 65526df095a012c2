// What I am told, by which way, and when not.
import { sendOrKeep } from "../later.js";
import { me } from "../me.js";
import { age, choice, doer, field, formOf, missing, toggle, wrong } from "../parts.js";
import { pushState, subscribe, unsubscribe } from "../push.js";
import { t } from "../texts.js";
import { h } from "../view.js";

const WAYS = ["push", "mail"];
const LANGUAGES = { en: "English", de: "Deutsch" };

export default function notifications(page) {
  page.title(t("me.notifications"), "me");
  let here = "unknown", chosen = {};
  const look = page.watch("user/notifications", "looking", () => find());
  const find = async () => {
    if (!look.data) return;
    here = await pushState(look.data.notifications.web_push_key);
    page.draw();
  };
  find();
  const turning = page.action(async () => {
    await (here === "on" ? unsubscribe() : subscribe(look.data.notifications.web_push_key));
    await Promise.all([find(), me.ask()]);
  });
  const changing = page.action(async (changes) => {
    const done = await sendOrKeep("PATCH", "user", changes, t("me.notifications"));
    page.say(done.kept ? t("kept_for_later") : t("saved"));
    if (!done.kept) {
      await look.ask();
      chosen = {};
    }
  });
  const switched = (name, on) => {
    chosen = { ...chosen, [name]: on };
    changing.run({ switches: { ...look.data.notifications.switches, ...chosen } });
  };
  return () => {
    const found = look.data?.notifications;
    if (!found || !me.user) return missing(look);
    return [
      age(look),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t("this_device")),
        h("p", { role: "status" }, t(`push.${here}`)),
        wrong(turning),
        (here === "on" || here === "off") && doer(turning, here === "on" ? t("push_stop") : t("push_start"), { class: here === "on" ? "" : "main" }),
      ),
      wrong(changing),
      quiet(found, changing),
      h(
        "section",
        { class: "card stack", key: "language" },
        choice("message_language", t("message_language"), LANGUAGES, found.language || "en", { onchange: (event) => changing.run({ language: event.target.value }) }),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t("tell_me")),
        !me.user.email && h("p", { class: "quiet" }, t("no_mail_address")),
        h(
          "table",
          { class: "switches" },
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("message")), WAYS.map((way) => h("th", { scope: "col" }, t(`way.${way}`))))),
          h("tbody", {}, found.messages.map((one) => row(one, switched, changing.busy))),
        ),
        h("p", { class: "quiet" }, t("mail_otherwise")),
      ),
      me.user.devices.length > 0 && h("section", { class: "card stack", key: "devices" }, h("h2", {}, t("devices")), h("ul", { class: "plain" }, me.user.devices.map((one) => h("li", {}, one.label || one.device_id)))),
    ];
  };
}

function row(one, switched, busy) {
  const box = (way) => {
    const words = `${one.title}: ${t(`way.${way}`)}`;
    return h("td", {}, h("label", { class: "box" }, h("span", { class: "visually-hidden" }, words), h("input", { type: "checkbox", checked: one[way], disabled: busy, onchange: (event) => switched(`${one.switch}.${way}`, event.target.checked) })));
  };
  return h("tr", { key: one.event }, h("th", { scope: "row" }, one.title, one.mail_otherwise && !one.mail ? h("span", { title: t("mail_otherwise") }, " *") : null), WAYS.map(box));
}

function quiet(found, changing) {
  const hours = found.quiet_hours;
  const save = (event) => {
    const { start, end, offers } = formOf(event);
    changing.run({ quiet_hours: { start, end, offers: offers === "yes" } });
  };
  return h(
    "form",
    { class: "card stack", key: "quiet", onsubmit: save },
    h("h2", {}, t("quiet_hours")),
    h("p", { class: "quiet" }, t("quiet_lead")),
    h("div", { class: "row two" }, field("start", t("from"), { type: "time", value: hours?.start ?? "22:00", required: true }), field("end", t("until"), { type: "time", value: hours?.end ?? "06:00", required: true })),
    toggle(t("quiet_offers"), { name: "offers", value: "yes", checked: hours?.offers ?? true }),
    h(
      "div",
      { class: "row" },
      h("button", { class: "main", disabled: changing.busy }, hours ? t("save") : t("quiet_on")),
      hours && h("button", { type: "button", disabled: changing.busy, onclick: () => changing.run({ quiet_hours: null }) }, t("quiet_off")),
    ),
  );
}
