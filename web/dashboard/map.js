// The locations on a map; without tiles it is a plan of where they lie. A mark's shape tells the state, too.
import { look, SHAPES } from "./shapes.js";

const place = document.getElementById("map");
const { map, divIcon, marker, tileLayer, latLngBounds } = await import(place.dataset.leaflet).then((m) => ({ ...m, ...(m.default ?? {}) }));

const shown = map(place, { attributionControl: false, zoomSnap: 0.5 }).setView([0, 0], 1);
if (place.dataset.tiles) tileLayer(place.dataset.tiles, { maxZoom: 19 }).addTo(shown);
const marks = new Map();
let fitted = false;

function draw() {
  const rows = [...document.querySelectorAll("#locations tr[data-latitude]")];
  for (const row of rows) {
    const { id, name, state, latitude, longitude } = row.dataset;
    const icon = divIcon({ className: `pin ${look(state)}`, iconSize: [28, 28], html: `<svg viewBox="0 0 20 20" width="28" height="28" aria-hidden="true">${SHAPES[look(state)]}</svg>` });
    const known = marks.get(id);
    if (known) known.setIcon(icon);
    else {
      const made = marker([Number(latitude), Number(longitude)], { icon, title: `${name}: ${state}`, alt: `${name}: ${state}`, keyboard: true });
      made.on("click", () => location.assign(`/dashboard/location/${encodeURIComponent(id)}`));
      made.bindTooltip(Object.assign(document.createElement("span"), { textContent: name }), { permanent: rows.length <= 12, direction: "right", offset: [14, 0] });
      marks.set(id, made.addTo(shown));
    }
  }
  if (!fitted && rows.length) {
    fitted = true;
    shown.fitBounds(latLngBounds(rows.map((row) => [Number(row.dataset.latitude), Number(row.dataset.longitude)])).pad(0.3), { maxZoom: 14 });
  }
  place.parentElement.hidden = rows.length === 0;
}
draw();
document.addEventListener("htmx:afterSwap", draw);
