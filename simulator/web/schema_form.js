// A form made from a JSON schema (the official OCPP ones, and the API's own): what is left empty is left out.
import { fill, h } from "./element.js";

let nextId = 0;

/** `{ element, read(), write(value) }`; `read` throws an Error with words when an entry is no such value. */
export function schemaForm(schema, value) {
  return field(schema, schema, "", value, true);
}

function resolved(schema, root) {
  if (schema.$ref) {
    const found = schema.$ref.replace(/^#\//, "").split("/").reduce((at, part) => at?.[part], root);
    return { ...resolved(found ?? {}, root), ...without(schema, "$ref") };
  }
  const some = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []).filter((one) => one.type !== "null");
  return some.length ? { ...resolved(some[0], root), ...without(schema, "anyOf", "oneOf", "allOf") } : schema;
}

function without(schema, ...names) {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}

function field(given, root, name, value, required) {
  const schema = resolved(given, root);
  if (schema.properties) return group(schema, root, name, value, required);
  if (schema.type === "array") return list(schema, root, name, value, required);
  if (schema.enum) return choice(schema.enum, schema, name, value, required);
  if (schema.type === "boolean") return choice([true, false], schema, name, value, required);
  if (schema.type === "object" || schema.type === undefined) return json(schema, name, value, required);
  return line(schema, name, value, required);
}

const UNITS = { s: "s", ms: "ms", w: "W", wh: "Wh", a: "A", percent: "%", bps: "bit/s", ppm: "ppm" };

/** `max_power_w` → "max power (W)". */
export function words(name) {
  const parts = name.split("_");
  const unit = parts.length > 1 ? UNITS[parts.at(-1)] : undefined;
  return unit ? `${parts.slice(0, -1).join(" ")} (${unit})` : parts.join(" ");
}

const star = () => h("b", { title: "required" }, " *");

/** A description as it is meant for people: the official ones begin with the model's names, and hold references. */
export function readable(description) {
  return description
    .replace(/^[^]*?urn:x-(oca|enexis)\S*\s*/i, "")
    .replace(/&lt;&lt;[^&]*?,\s*(.*?)&gt;&gt;/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/\bnull:/g, "empty:");
}

function labelled(name, schema, required, input) {
  if (!name) return input;
  const id = `field-${(nextId += 1)}`;
  input.id = id;
  const about = schema.description ? h("small", { id: `${id}-about` }, readable(schema.description)) : null;
  if (about) input.setAttribute("aria-describedby", about.id);
  return h("div", { class: "field" }, h("label", { for: id }, words(name), required ? star() : null), input, about);
}

function line(schema, name, value, required) {
  const number = schema.type === "integer" || schema.type === "number";
  const input = h("input", {
    type: number ? "number" : "text",
    step: schema.type === "number" ? "any" : undefined,
    min: schema.minimum,
    max: schema.maximum,
    maxLength: schema.maxLength ?? 524288,
    placeholder: schema.default ?? schema.examples?.[0] ?? (schema.format === "date-time" ? "2030-01-31T12:00:00Z" : ""),
    autocomplete: "off",
    spellcheck: false,
  });
  const write = (given) => (input.value = given ?? "");
  write(value);
  return {
    element: labelled(name, schema, required, input),
    write,
    read() {
      const text = input.value;
      if (number && input.validity.badInput) throw new Error(`${words(name)}: not a number`);
      if (text === "") return undefined;
      return number ? Number(text) : text;
    },
  };
}

const isSaid = (value) => value !== undefined && value !== null;
const said = (value) => (value === true ? "yes" : value === false ? "no" : String(value));

function choice(options, schema, name, value, required) {
  const input = h(
    "select",
    {},
    h("option", { value: "" }, required ? "choose" : isSaid(schema.default) ? `${said(schema.default)} (usual)` : "left out"),
    options.filter((one) => one !== null).map((one) => h("option", { value: JSON.stringify(one) }, said(one))),
  );
  const write = (given) => (input.value = given === undefined || given === null ? "" : JSON.stringify(given));
  write(value ?? (required && options.length === 1 ? options[0] : undefined));
  return { element: labelled(name, schema, required, input), write, read: () => (input.value === "" ? undefined : JSON.parse(input.value)) };
}

function json(schema, name, value, required) {
  const input = h("textarea", { rows: 2, spellcheck: false, placeholder: "{…} as JSON" });
  const write = (given) => (input.value = given === undefined || given === null ? "" : JSON.stringify(given, null, 1));
  write(value);
  return {
    element: labelled(name, schema, required, input),
    write,
    read() {
      if (input.value.trim() === "") return undefined;
      try {
        return JSON.parse(input.value);
      } catch (error) {
        throw new Error(`${words(name)}: no JSON (${error.message})`);
      }
    },
  };
}

const isLarge = (given, root) => Boolean(resolved(given, root).properties) || resolved(given, root).type === "array";

/** An object: all its fields; one that may be left out is opened by a button. */
function group(schema, root, name, value, required) {
  const needed = schema.required ?? [];
  let fields = null;
  const inside = h("div", { class: "fields" });
  const toggle = h("button", { type: "button", class: "quiet" });
  function open(given) {
    fields = Object.entries(schema.properties)
      .filter(([one]) => one !== "customData")
      .sort(([one, its], [other, theirs]) => needed.includes(other) - needed.includes(one) || isLarge(its, root) - isLarge(theirs, root))
      .map(([one, its]) => [one, field(its, root, one, given?.[one], needed.includes(one))]);
    fill(inside, fields.map(([, one]) => one.element));
    toggle.textContent = `Leave out ${words(name)}`;
    element.classList.remove("closed");
  }
  function close() {
    fields = null;
    fill(inside);
    toggle.textContent = `Add ${words(name)}`;
    element.classList.add("closed");
  }
  toggle.addEventListener("click", () => (fields ? close() : open()));
  const element = name ? h("fieldset", {}, h("legend", {}, words(name), required ? star() : null), inside, required ? null : toggle) : inside;
  const write = (given) => (required || given ? open(given) : close());
  write(value);
  return {
    element,
    write,
    read() {
      if (!fields) return undefined;
      const entries = fields.map(([one, its]) => [one, its.read()]).filter(([, found]) => found !== undefined);
      return Object.fromEntries(entries);
    },
  };
}

function list(schema, root, name, value, required) {
  let items = [];
  const inside = h("div", { class: "items" });
  function add(given) {
    element.classList.remove("closed");
    const item = field(schema.items ?? {}, root, `${name} ${items.length + 1}`, given, true);
    const row = h("div", { class: "item" }, item.element, h("button", { type: "button", class: "quiet", "aria-label": `Remove from ${words(name)}`, onclick: () => drop(item, row) }, "Remove"));
    items.push(item);
    inside.append(row);
  }
  function drop(item, row) {
    items = items.filter((one) => one !== item);
    row.remove();
    element.classList.toggle("closed", items.length === 0);
  }
  function write(given) {
    items = [];
    fill(inside);
    element.classList.add("closed");
    const starts = given ?? (required ? Array.from({ length: schema.minItems ?? 0 }) : []);
    starts.forEach((one) => add(one));
  }
  const more = h("button", { type: "button", class: "quiet", onclick: () => add() }, `Add to ${words(name)}`);
  const element = h("fieldset", {}, h("legend", {}, words(name), required ? star() : null), inside, more, schema.description ? h("small", {}, " ", readable(schema.description)) : null);
  write(value);
  return {
    element,
    write,
    read: () => (items.length || required ? items.map((item) => item.read()) : undefined),
  };
}
