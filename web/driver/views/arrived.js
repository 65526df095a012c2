// Where the code on a charger leads: its location, with that charger in front.
import { h } from "../view.js";
import { me } from "../me.js";
import { t } from "../texts.js";
import { kept } from "../kept.js";
import place, { keepCode } from "./place.js";

export default function arrived(page) {
  const { location, charger } = page.params;
  const code = page.query.get("code");
  if (code) {
    keepCode(location, code);
    // It proves presence now, not to whom the address is sent on later.
    history.replaceState({}, "", window.location.pathname);
  }
  if (!me.user) kept.choice("after_login", window.location.pathname);
  const render = place(page, charger);
  return () => [h("p", { class: "card arrival", key: "arrival" }, t("at_charger", { charger })), render()];
}
