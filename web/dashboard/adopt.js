// Adopting a charge point that knocked: it is made known, and its first connector becomes a charger.
import { call } from "./api.js";
import { tell } from "./dialog.js";

for (const form of document.querySelectorAll("form.adopt")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { location: place, charger, password } = form.elements;
    const body = { connectors: { 1: `${place.value}:${charger.value}` } };
    if (password.value) body.password = password.value;
    else body.security_profile = 0;
    const answer = await call("PUT", `/api/chargepoint/${encodeURIComponent(form.dataset.id)}`, body);
    if (answer.ok) location.assign(`/dashboard/chargepoint/${encodeURIComponent(form.dataset.id)}`);
    else tell(form.querySelector(".wrong"), answer.problem.detail);
  });
}
