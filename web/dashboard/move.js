// A manager's move of somebody who waits.
import { call } from "./api.js";
import { choice, tell } from "./dialog.js";

export function move(button) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", `Move ${button.dataset.who}`);
  const form = document.createElement("form");
  form.className = "stack";
  form.innerHTML = `
    <h2></h2>
    <label>Where to <select name="to"><option value="front">to the front</option><option value="place">to a place</option><option value="out">out of the queue</option></select></label>
    <label hidden>Place <input name="place" type="number" min="1" max="1000" value="1"></label>
    <label>Reason <input name="reason" required maxlength="200" autocomplete="off"></label>
    <p class="quiet">The log keeps the reason, and the driver is told.</p>
    <p class="wrong" hidden role="alert"></p>`;
  form.querySelector("h2").textContent = `Move ${button.dataset.who}`;
  const place = form.elements.place;
  form.elements.to.addEventListener("change", () => (place.parentElement.hidden = form.elements.to.value !== "place"));
  const row = document.createElement("div");
  row.className = "row";
  const cancel = choice("Cancel", "");
  cancel.type = "button";
  cancel.addEventListener("click", () => dialog.close());
  row.append(cancel, choice("Move", "yes", "main"));
  form.append(row);
  dialog.append(form);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const to = form.elements.to.value;
    const body = { entry_id: Number(button.dataset.move), to, reason: form.elements.reason.value };
    if (to === "place") body.place = Number(place.value);
    const id = location.pathname.split("/")[3];
    const sure = form.querySelector("button.main");
    sure.disabled = true;
    const answer = await call("POST", `/api/location/${id}/queue/move`, body);
    sure.disabled = false;
    if (!answer.ok) return tell(form.querySelector(".wrong"), answer.problem.detail);
    dialog.close();
    window.htmx?.trigger("#now", "renew");
  });
  dialog.showModal();
}
