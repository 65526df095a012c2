// What every page of the dashboard needs beside htmx: parts are renewed while somebody looks, and buttons that call
// the API ask first and say what came of it.
import { ask, tell } from "./dialog.js";
import { call } from "./api.js";

// On a phone the menu and the tabs are rows that scroll: where one is must be in sight.
// (scrollIntoView would have the Tab key begin there, behind the way to the content.)
for (const here of document.querySelectorAll("nav [aria-current=page]")) {
  const row = here.closest("nav");
  row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.offsetWidth) / 2;
}

const seconds = new Map();
const shown = new Map();

function renewed() {
  if (document.visibilityState !== "visible") return;
  for (const part of document.querySelectorAll("[data-every]")) {
    const passed = (seconds.get(part) ?? 0) + 1;
    const typing = part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
    const due = passed >= Number(part.dataset.every) && !typing && !document.querySelector("dialog[open]");
    seconds.set(part, due ? 0 : passed);
    if (due) window.htmx?.trigger(part, "renew");
  }
}
setInterval(renewed, 1000);
document.addEventListener("visibilitychange", renewed);

// What is as it was stays as it is: nobody's selection, scrolling or reading aloud is disturbed for nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse, xhr } = event.detail;
  if (xhr.status !== 200) return;
  if (shown.get(target) === serverResponse) event.detail.shouldSwap = false;
  shown.set(target, serverResponse);
  const places = [...target.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
  target.addEventListener("htmx:afterSwap", () => {
    for (const [number, one] of target.querySelectorAll(".scroll").entries()) one.scrollLeft = places[number] ?? 0;
  }, { once: true });
});

// News that fail are said, once, until they come again: an old picture must not look like a new one.
const old = document.getElementById("old");
const lost = (event) => {
  if (!event.detail.elt?.dataset.every) return;
  if (old.hidden) old.textContent = `No news since ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}: the server does not answer. What is shown may be old.`;
  old.hidden = false;
};
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:responseError", lost);
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) old.hidden = true;
});

// data-call="METHOD /path" data-body="{…}" data-sure="Question?" data-then="/page"
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-call]");
  if (!button) return;
  const said = document.querySelector("[data-said]");
  if (button.dataset.sure && !(await ask(button.dataset.sure))) return;
  button.disabled = true;
  const [method, path] = button.dataset.call.split(" ");
  const answer = await call(method, path, button.dataset.body ? JSON.parse(button.dataset.body) : undefined);
  button.disabled = false;
  if (!answer.ok) tell(said, answer.problem.detail);
  else if (button.dataset.then) location.assign(button.dataset.then);
  else location.reload();
});

// A manager's move of somebody who waits: to the front, to a place, or out; with a reason, which the log keeps.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const { move } = await import("./move.js");
  await move(button);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
