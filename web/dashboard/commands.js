// Commands to a charge point and what it answered; its last frames.
import { call } from "./api.js";
import { ask } from "./dialog.js";

const place = document.getElementById("answer");
const WORDS = { accepted: "It did.", rejected: "It refused.", failed: "That failed.", expired: "It came too late.", not_connected: "It is not connected.", sent: "It was asked; no answer yet.", queued: "It waits to be sent." };

function show(answer) {
  place.hidden = false;
  if (!answer.ok) {
    place.textContent = answer.problem.detail;
    return false;
  }
  const command = answer.body.command;
  if (!command) {
    place.textContent = "Done.";
    return true;
  }
  const words = document.createElement("p");
  words.textContent = [WORDS[command.status] ?? command.status, command.error, command.detail].filter(Boolean).join(" ");
  place.replaceChildren(words);
  if (command.response) {
    const said = document.createElement("pre");
    said.textContent = JSON.stringify(command.response, null, 2);
    place.append(said);
  }
  place.scrollIntoView({ block: "nearest" });
  return command.status === "accepted";
}

async function send(button, method, path, body) {
  button.disabled = true;
  place.hidden = false;
  place.textContent = "Asking…";
  const done = show(await call(method, path, body));
  button.disabled = false;
  return done;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button || (button.dataset.sure && !(await ask(button.dataset.sure)))) return;
  const [method, path] = button.dataset.ask.split(" ");
  const done = await send(button, method, path, button.dataset.body ? JSON.parse(button.dataset.body) : undefined);
  if (done && "reload" in button.dataset) location.reload();
});

for (const form of document.querySelectorAll("[data-command]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    let payload;
    try {
      payload = JSON.parse(form.elements.payload.value || "{}");
    } catch (error) {
      return show({ ok: false, problem: { detail: `The payload is no JSON: ${error.message}` } });
    }
    return send(form.querySelector("button"), "POST", form.dataset.command, { action: form.elements.action.value, payload });
  });
}

for (const form of document.querySelectorAll("[data-key]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    return send(form.querySelector("button"), "PATCH", form.dataset.path, { key: form.dataset.key, value: form.elements.value.value });
  });
}

document.getElementById("frames").addEventListener("click", async (event) => {
  const answer = await call("GET", event.target.dataset.path);
  const list = document.getElementById("frame-list");
  if (!answer.ok) {
    show(answer);
    return;
  }
  const { messages } = answer.body;
  list.replaceChildren(...(messages.length ? messages.toReversed() : [null]).map((one) => {
    const item = document.createElement("li");
    item.textContent = one ? `${one.at} ${one.direction === "received" ? "←" : "→"} ${one.action ?? ""} ${typeof one.message === "string" ? one.message : JSON.stringify(one.message)}` : "None is kept.";
    return item;
  }));
});
