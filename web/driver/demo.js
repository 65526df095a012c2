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

async function plug(user, plugged) {
  const answer = await fetch("/demo/plug", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ location_id: user.location_id, charger_id: user.charger_id, plugged }) });
  if (!answer.ok) said.textContent = (await answer.json()).detail;
}

const said = document.createElement("span");
said.setAttribute("role", "status");

function draw(user) {
  const now = JSON.stringify([user?.username, user?.state, user?.charger_id]);
  if (now === shown) return;
  shown = now;
  said.textContent = "";
  const parts = [Object.assign(document.createElement("strong"), { textContent: words.title })];
  if (user?.charger_id) {
    const inPlace = user.state === "assigned";
    const text = (inPlace ? words.plug : words.unplug).replace("{charger}", user.charger_id);
    parts.push(button(text, () => plug(user, inPlace)));
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
