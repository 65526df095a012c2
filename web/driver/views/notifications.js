// What I am told, where, and when not.
import { sendOrKeep } from "../later.js";
import { me } from "../me.js";
import { doer, toggle, wrong } from "../parts.js";
import { pushState, subscribe, unsubscribe } from "../push.js";
import { t } from "../texts.js";
import { h } from "../view.js";

const KINDS = ["offered", "lapsed", "hold_ending", "started", "nearly_full", "full", "please_move", "ended", "removed"];

export default function notifications(page) {
  page.title(t("me.notifications"), "me");
  let here = "unknown";
  const look = async () => {
    here = await pushState();
    page.draw();
  };
  look();
  const turning = page.action(async () => {
    await (here === "on" ? unsubscribe() : subscribe());
    await look();
  });
  const switching = page.action(async (changes) => {
    const done = await sendOrKeep("PATCH", "user", changes, t("me.notifications"));
    page.say(done.kept ? t("kept_for_later") : t("saved"));
    await me.ask();
  });
  return () => {
    const { user } = me;
    if (!user) return null;
    const on = (kind) => user.switches[kind] ?? true;
    const turned = (kind) => (event) => switching.run({ switches: { ...user.switches, [kind]: event.target.checked } });
    return [
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t("this_device")),
        h("p", { role: "status" }, t(`push.${here}`)),
        wrong(turning),
        (here === "on" || here === "off") && doer(turning, here === "on" ? t("push_stop") : t("push_start"), { class: here === "on" ? "" : "main" }),
      ),
      h(
        "section",
        { class: "card stack" },
        h("h2", {}, t("tell_me")),
        wrong(switching),
        KINDS.map((kind) => toggle(t(`tell.${kind}`), { checked: on(kind), disabled: switching.busy, onchange: turned(kind) })),
      ),
      user.devices.length > 0 && h("section", { class: "card stack", key: "devices" }, h("h2", {}, t("devices")), h("ul", {}, user.devices.map((one) => h("li", {}, one.label || one.device_id)))),
    ];
  };
}
