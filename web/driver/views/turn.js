// My turn: on to wherever I stand.
import { path as pathOf } from "../api.js";
import { me } from "../me.js";
import { link } from "../parts.js";
import { t } from "../texts.js";
import { h } from "../view.js";

export default function turn(page) {
  page.title(t("turn"));
  const where = me.isAsked ? "offer" : me.charges ? me.sessionPath : me.waits ? pathOf("l", me.user.location_id) : "";
  if (where) queueMicrotask(() => page.go(where, { replace: true }));
  return () => h("div", { class: "card stack" }, h("p", {}, t("no_turn")), link("", t("to_the_places"), { class: "button main" }), link("scan", t("scan_code"), { class: "button" }));
}
