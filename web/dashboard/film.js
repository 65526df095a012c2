// A past day with a slider: each picture is the site right after a decision.
import { call } from "./api.js";
import { mark } from "./shapes.js";

const form = document.getElementById("film");
const slider = document.getElementById("slider");
const said = document.getElementById("said");
const { date, back, on, play } = form.elements;
let pictures = [];
let whole = true;
date.value = new URLSearchParams(location.search).get("date") ?? "";
let playing = null;

// A picture says only which chargers show something else than in the one before.
function chargersAt(number) {
  const shown = new Map();
  for (const picture of pictures.slice(0, number + 1))
    for (const charger of picture.changed) {
      if (charger.state) shown.set(charger.id, charger);
      else shown.delete(charger.id);
    }
  return [...shown.values()];
}

function show() {
  const one = pictures[Number(slider.value)];
  if (!one) return;
  const cut = !whole && Number(slider.value) === pictures.length - 1 ? " The rest of this day is too much to show." : "";
  said.textContent = `${one.clock}: ${one.summary}${one.alerts.length ? ` (managers were told: ${one.alerts.join(", ")})` : ""}${cut}`;
  slider.setAttribute("aria-valuetext", `${one.clock}, ${one.summary}`);
  document.getElementById("chargers").replaceChildren(...chargersAt(Number(slider.value)).map((charger) => {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("strong"), { textContent: charger.id }), mark(charger.state), Object.assign(document.createElement("span"), { textContent: charger.who }));
    return item;
  }));
  const waiting = one.first.map((name) => Object.assign(document.createElement("li"), { textContent: name }));
  const more = one.waiting - one.first.length;
  if (more > 0) waiting.push(Object.assign(document.createElement("li"), { textContent: `and ${more} more`, className: "quiet" }));
  document.getElementById("waiting").replaceChildren(...(waiting.length ? waiting : [Object.assign(document.createElement("li"), { textContent: "nobody", className: "quiet" })]));
}

function step(by) {
  slider.value = Number(slider.value) + by;
  show();
}

function stop() {
  clearInterval(playing);
  playing = null;
  play.textContent = "Play";
}

async function read() {
  stop();
  const answer = await call("GET", form.dataset.pictures + (date.value ? `?date=${date.value}` : ""));
  pictures = answer.ok ? answer.body.pictures : [];
  whole = !answer.ok || answer.body.whole;
  if (answer.ok) date.value = answer.body.date;
  slider.max = Math.max(0, pictures.length - 1);
  slider.value = 0;
  slider.disabled = !pictures.length;
  if (pictures.length) show();
  else {
    said.textContent = answer.ok ? "Nothing was decided on that day." : answer.problem.detail;
    document.getElementById("chargers").replaceChildren();
    document.getElementById("waiting").replaceChildren();
  }
}

slider.addEventListener("input", show);
back.addEventListener("click", () => step(-1));
on.addEventListener("click", () => step(1));
date.addEventListener("change", read);
form.addEventListener("submit", (event) => event.preventDefault());
play.addEventListener("click", () => {
  if (playing) return stop();
  play.textContent = "Pause";
  playing = setInterval(() => (Number(slider.value) >= Number(slider.max) ? stop() : step(1)), 700);
});
await read();
