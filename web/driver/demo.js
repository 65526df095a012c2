// Beside a demo: buttons to log in as one of its people, and to plug a simulated car in and out. No part of the app.
const LOOK_S = 3;
const place = document.createElement("aside");
place.className = "demo-bar";
document.body.prepend(place);
const texts = await fetch(`/app/texts/${document.documentElement.lang}.json`).then((answer) => answer.json());
const words = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key.replace("demo.", ""), text]));
place.setAttribute("aria-label", words.title);
const { people } = await fetch("/demo").then((answer) => answer.json());
let shown = "";
let car = null; // Where the car was plugged in from here: it can be pulled out again, whatever became of its turn.

function button(text, act) {
  const made = document.createElement("button");
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function logIn(username) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/demo/login";
  const field = document.createElement("input");
  field.name = "username";
  field.value = username;
  form.append(field);
  form.hidden = true;
  document.body.append(form);
  form.submit();
}

async function plug({ location_id, charger_id }, plugged, user) {
  const answer = await fetch("/demo/plug", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ location_id, charger_id, plugged }) });
  const told = await answer.json();
  if (answer.ok) car = plugged ? { location_id, charger_id } : null;
  draw(user);
  said.textContent = answer.ok ? told.message : told.detail;
}

const said = document.createElement("span");
said.setAttribute("role", "status");

function draw(user) {
  const now = JSON.stringify([user?.username, user?.state, user?.charger_id, car]);
  if (now === shown) return;
  shown = now;
  said.textContent = "";
  const parts = [Object.assign(document.createElement("strong"), { textContent: words.title })];
  const at = user && (car ?? (user.charger_id ? user : null));
  if (at) {
    const goesIn = !car && user.state === "assigned";
    const text = (goesIn ? words.plug : words.unplug).replace("{charger}", at.charger_id);
    parts.push(button(text, () => plug(at, goesIn, user)));
  } else if (user) parts.push(Object.assign(document.createElement("span"), { textContent: words.hint }));
  if (!user) parts.push(Object.assign(document.createElement("span"), { textContent: words.as }));
  for (const one of people) if (one.username !== user?.username) parts.push(button(one.about, () => logIn(one.username)));
  place.replaceChildren(...parts, said);
}

async function look() {
  if (document.visibilityState === "visible") {
    try {
      draw((await fetch("/session").then((answer) => answer.json())).user);
    } catch {
      // Offline: the app itself says so.
    }
  }
  setTimeout(look, LOOK_S * 1000);
}
await look();
