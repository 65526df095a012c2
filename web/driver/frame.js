// What stands around every screen: the heading, what is to be known at once, and the way to the four main screens.
import { me } from "./me.js";
import { h, show, widget } from "./view.js";
import { icon } from "./shapes.js";
import { t } from "./texts.js";

let spoken = null, timer = 0;
let drawn = null;

// A short word on what happened; what went wrong stays until the next.
export function say(text, kind = "") {
  spoken = { text, kind };
  clearTimeout(timer);
  if (kind !== "wrong") timer = setTimeout(() => { spoken = null; redraw(); }, 6000);
  redraw();
}

export function frame(root, what) {
  drawn = { root, what };
  redraw();
}

function redraw() {
  if (!drawn) return;
  const { root, what } = drawn;
  const { page } = what;
  show(
    root,
    h("a", { class: "skip", href: "#main", onclick: toMain }, t("skip")),
    h(
      "header",
      { class: "bar", key: "bar" },
      page?.back !== "" && page ? h("a", { class: "back", href: `/app/${page.back === "/" ? "" : page.back}`, "aria-label": t("back") }, icon("back")) : null,
      h("h1", {}, page?.heading || "Kilowait"),
    ),
    h("div", { class: "notes", key: "notes" }, notes(what)),
    h("main", { id: "main", tabindex: "-1", key: "main", "aria-label": page?.heading || "Kilowait" }, widget("content", () => ({}), null, { id: "content" })),
    h("div", { class: "spoken", role: "status", "aria-live": "polite", key: "spoken" }, spoken ? h("p", { class: spoken.kind || "well" }, spoken.text) : null),
    nav(),
  );
}

function notes({ reached, renew, waiting, page }) {
  const here = location.pathname;
  return [
    !reached || !navigator.onLine ? h("p", { class: "note offline", role: "status", key: "offline" }, t("offline")) : null,
    waiting.length ? h("p", { class: "note", role: "status", key: "waiting" }, t("not_yet_sent", { what: waiting.map((one) => one.what).join(", ") })) : null,
    renew ? h("p", { class: "note", key: "renew" }, t("new_version"), " ", h("button", { onclick: renew }, t("renew"))) : null,
    me.isAsked && page && !here.startsWith("/app/offer") ? h("a", { class: "note asked", href: "/app/offer", key: "asked" }, t("asked", { charger: me.user.charger_id })) : null,
  ];
}

function nav() {
  const [first, second] = location.pathname.slice("/app/".length).split("/");
  const turn = me.isBusy;
  const here = first === "l" && turn && second === encodeURIComponent(me.user.location_id) ? "turn" : first;
  const at = { places: ["", "l", "c"], turn: ["turn", "offer", "s"], scan: ["scan"], me: ["me", "enter", "register", "forgotten"] };
  const to = { places: "", turn: "turn", scan: "scan", me: me.user ? "me" : "enter" };
  const item = (name, text) =>
    h("a", { href: `/app/${to[name]}`, class: name === "turn" && turn ? "on" : null, "aria-current": at[name].includes(here) ? "page" : null }, icon(name), h("span", {}, text));
  return h(
    "nav",
    { class: "tabs", "aria-label": t("main_menu"), key: "nav" },
    item("places", t("places")), item("turn", t("turn")), item("scan", t("scan")), item("me", me.user ? t("me") : t("log_in")),
  );
}

function toMain(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}
