// Parts that several screens share: fields, buttons that wait, what is said of answers that are old or missing.
import { h } from "./view.js";
import { shape } from "./shapes.js";
import { moment, said, t } from "./texts.js";

export function field(name, label, given = {}, hint = "") {
  const input = h(given.type === "textarea" ? "textarea" : "input", { name, ...given, "aria-describedby": hint ? `${name}-hint` : null });
  return h("div", { class: "field", key: `field-${name}` }, h("label", {}, label, input), hint && h("p", { class: "hint", id: `${name}-hint` }, hint));
}

export function choice(name, label, options, chosen, given = {}) {
  const each = Object.entries(options).map(([value, text]) => h("option", { value, selected: value === chosen }, text));
  return h("label", {}, label, h("select", { name, ...given }, each));
}

export function toggle(label, given = {}) {
  return h("label", { class: "toggle" }, h("input", { type: "checkbox", ...given }), h("span", {}, label));
}

// A button of an action of the page: while it runs it cannot be pressed again.
export function doer(action, text, given = {}, ...args) {
  return h("button", { type: "button", ...given, disabled: action.busy || given.disabled, onclick: () => action.run(...args) }, text);
}

export function wrong(...actions) {
  return actions.filter((action) => action?.wrong).map((action) => h("p", { class: "wrong", role: "alert" }, action.wrong));
}

export function state(word, size) {
  return h("span", { class: `state ${word}` }, shape(word, size), h("span", {}, t(`station.${word}`)));
}

// What is known of a thing that is watched: nothing yet, nothing at all, or something old.
export function missing(look) {
  if (look.data) return null;
  if (look.refusal) return h("p", { class: "card quiet" }, look.refusal.status === 404 ? t("not_there") : look.refusal.message);
  return h("p", { class: "quiet loading", role: "status" }, t("loading"));
}

export function age(look) {
  return look.data && look.stale && look.refusal ? h("p", { class: "aged" }, t("as_of", { time: moment(look.at) })) : null;
}

export const facts = (...pairs) => h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

export const link = (to, text, given = {}) => h("a", { href: `/app/${to}`, ...given }, text);

export const reason = (word) => said(`end.${word}`, word);

export function formOf(event) {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.target));
}
