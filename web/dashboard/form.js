// Forms that send what was filled in to the API: data-api is the method, data-path the address ({id}: the id's field),
// data-then where to go afterwards. A field's data-kind says how its text becomes JSON; a name with a dot goes inside.
import { call } from "./api.js";
import { tell } from "./dialog.js";

const READ = {
  text: (field) => field.value,
  long: (field) => field.value,
  number: (field) => (field.value === "" ? null : Number(field.value)),
  price: (field) => (field.value === "" ? null : Math.round(Number(field.value) * 100000)),
  yes: (field) => field.checked,
  list: (field) => field.value.split(",").map((each) => each.trim()).filter(Boolean),
  json: (field) => (field.value.trim() ? JSON.parse(field.value) : field.dataset.empty === "{}" ? {} : []),
};

for (const group of document.querySelectorAll("[data-kind=hours]")) {
  const hours = JSON.parse(group.dataset.value || "{}");
  for (const field of group.querySelectorAll("[data-day]"))
    field.value ||= (hours[field.dataset.day] ?? []).map(([from, to]) => `${from}-${to}`).join(", ");
}

function hoursOf(group) {
  const days = {};
  for (const field of group.querySelectorAll("[data-day]")) {
    const spans = field.value.split(",").map((each) => each.split("-").map((time) => time.trim())).filter((each) => each[0]);
    if (spans.length) days[field.dataset.day] = spans;
  }
  return days;
}

function put(body, name, value) {
  const [inside, key] = name.includes(".") ? name.split(".") : [null, name];
  if (inside) (body[inside] ??= {})[key] = value;
  else body[key] = value;
}

// What was not touched is not sent: two managers at two fields do not undo each other.
function bodyOf(form, before) {
  const body = {};
  for (const field of form.querySelectorAll("[name][data-kind]")) {
    const value = READ[field.dataset.kind](field);
    if (JSON.stringify(value) !== before.get(field)) put(body, field.name, value);
  }
  for (const group of form.querySelectorAll("[data-kind=hours]")) {
    const value = hoursOf(group);
    if (JSON.stringify(value) !== before.get(group)) put(body, group.dataset.name, value);
  }
  return body;
}

// As the server sent it: somebody may have typed before this script came.
function sent(field) {
  const chosen = [...(field.options ?? [])].find((one) => one.defaultSelected) ?? field.options?.[0];
  return { value: chosen ? chosen.value : field.defaultValue, checked: field.defaultChecked, dataset: field.dataset };
}

function sentHours(group) {
  const hours = JSON.parse(group.dataset.value || "{}");
  const days = [...group.querySelectorAll("[data-day]")].map((field) => field.dataset.day);
  return Object.fromEntries(days.filter((name) => hours[name]?.length).map((name) => [name, hours[name]]));
}

function state(form) {
  const before = new Map();
  for (const field of form.querySelectorAll("[name][data-kind]")) before.set(field, JSON.stringify(READ[field.dataset.kind](sent(field))));
  for (const group of form.querySelectorAll("[data-kind=hours]")) before.set(group, JSON.stringify(sentHours(group)));
  return before;
}

function showProblem(form, problem) {
  for (const place of form.querySelectorAll("[data-wrong]")) tell(place, "");
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const wrong = problem.errors ?? (problem.field ? [{ field: problem.field, message: problem.detail }] : []);
  let told = false;
  for (const each of wrong) {
    const name = each.field ?? "";
    const place = form.querySelector(`[data-wrong="${CSS.escape(name)}"]`) ?? form.querySelector(`[data-wrong$=".${CSS.escape(name)}"]`);
    if (!place) continue;
    tell(place, each.message ?? each.detail ?? problem.detail);
    form.querySelector(`[name="${CSS.escape(place.dataset.wrong)}"]`)?.setAttribute("aria-invalid", "true");
    told = true;
  }
  if (!told) tell(form.querySelector('[data-wrong=""]') ?? form.querySelector("[data-wrong]"), problem.detail);
}

for (const form of document.querySelectorAll("form[data-api]")) {
  const before = state(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let body;
    try {
      body = bodyOf(form, before);
    } catch {
      return tell(form.querySelector("[data-wrong]"), "One of the fields that hold JSON cannot be read.");
    }
    const id = encodeURIComponent(form.querySelector("[data-id]")?.value.trim() ?? "");
    const filled = (text) => text.replace("{id}", id);
    const button = event.submitter ?? form.querySelector("button");
    button.disabled = true;
    const answer = await call(form.dataset.api, filled(form.dataset.path), body);
    button.disabled = false;
    if (answer.ok) location.assign(filled(form.dataset.then));
    else showProblem(form, answer.problem);
  });
}
