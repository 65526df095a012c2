// The locations on a map; without tiles it is a plan of where they lie. A mark's shape tells the state, too.
const place = document.getElementById("map");
const { map, divIcon, marker, tileLayer, latLngBounds } = await import(place.dataset.leaflet).then((m) => ({ ...m, ...(m.default ?? {}) }));

const SHAPES = {
  free: '<circle cx="10" cy="10" r="8"/>',
  reserved: '<path d="M10 1.5 18.5 10 10 18.5 1.5 10z"/>',
  used: '<rect x="2.5" y="2.5" width="15" height="15" rx="2"/>',
  out: '<path d="M4.5 2 10 7.5 15.5 2 18 4.5 12.5 10 18 15.5 15.5 18 10 12.5 4.5 18 2 15.5 7.5 10 2 4.5z"/>',
};
const shown = map(place, { attributionControl: false, zoomSnap: 0.5 }).setView([0, 0], 1);
if (place.dataset.tiles) tileLayer(place.dataset.tiles, { maxZoom: 19 }).addTo(shown);
const marks = new Map();
let fitted = false;

function draw() {
  const rows = [...document.querySelectorAll("#locations tr[data-latitude]")];
  for (const row of rows) {
    const { id, name, state, latitude, longitude } = row.dataset;
    const look = state in SHAPES ? state : "out";
    const icon = divIcon({ className: `pin ${look}`, iconSize: [28, 28], html: `<svg viewBox="0 0 20 20" width="28" height="28" aria-hidden="true">${SHAPES[look]}</svg>` });
    const known = marks.get(id);
    if (known) known.setIcon(icon);
    else {
      const made = marker([Number(latitude), Number(longitude)], { icon, title: `${name}: ${state}`, alt: `${name}: ${state}`, keyboard: true });
      made.on("click", () => location.assign(`/dashboard/location/${encodeURIComponent(id)}`));
      made.bindTooltip(document.createTextNode(name).textContent.replace(/[<>&]/g, ""), { permanent: rows.length <= 12, direction: "right", offset: [14, 0] });
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
