// Locations drawn where they lie to each other, without a map beneath: no tile server is needed.
import { path as pathOf } from "../api.js";
import { shape } from "../shapes.js";
import { distance, t } from "../texts.js";
import { h, show, svg } from "../view.js";

const WIDTH = 1000, HEIGHT = 800, EDGE = 110, EARTH_M = 6_371_000;

export function draw(element, data) {
  function update({ found, here, go }) {
    const placed = found.filter((place) => place.latitude !== null);
    const spots = placed.map((place) => [place.latitude, place.longitude]);
    const at = projection(here ? [...spots, here] : spots);
    show(
      element,
      placed.length === 0 && h("p", { class: "quiet" }, t("no_positions")),
      h(
        "div",
        { class: "plan", role: "group", "aria-label": t("as_map") },
        svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "ground", "aria-hidden": "true" }, grid(), here && me(at(here)), scale(at.metres)),
        placed.map((place) => pin(place, at([place.latitude, place.longitude]), go)),
      ),
    );
    for (const pinned of element.querySelectorAll(".pin")) {
      pinned.style.left = `${pinned.dataset.left}%`;
      pinned.style.top = `${pinned.dataset.top}%`;
    }
  }
  update(data);
  return { update, close() {} };
}

// North is up; degrees of longitude shrink towards the poles.
function projection(spots) {
  const radians = Math.PI / 180;
  const middle = spots.length ? (Math.min(...spots.map(([y]) => y)) + Math.max(...spots.map(([y]) => y))) / 2 : 0;
  const flat = ([latitude, longitude]) => [longitude * radians * EARTH_M * Math.cos(middle * radians), -latitude * radians * EARTH_M];
  const points = spots.map(flat);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const wide = Math.max(Math.max(...xs) - left, 100), high = Math.max(Math.max(...ys) - top, 100);
  const metres = Math.max(wide / (WIDTH - 2 * EDGE), high / (HEIGHT - 2 * EDGE));
  const [indent, drop] = [(WIDTH - wide / metres) / 2, (HEIGHT - high / metres) / 2];
  const solo = points.length === 1;
  const project = (spot) => {
    const [x, y] = flat(spot);
    return solo ? [WIDTH / 2, HEIGHT / 2] : [indent + (x - left) / metres, drop + (y - top) / metres];
  };
  project.metres = metres;
  return project;
}

function grid() {
  const lines = [];
  for (let x = 100; x < WIDTH; x += 100) lines.push(`M${x} 0V${HEIGHT}`);
  for (let y = 100; y < HEIGHT; y += 100) lines.push(`M0 ${y}H${WIDTH}`);
  return svg("path", { d: lines.join(""), class: "grid" });
}

const me = ([x, y]) => svg("circle", { cx: x, cy: y, r: 14, class: "here" });

// A bar of a round length.
function scale(metres) {
  const most = metres * 250, magnitude = 10 ** Math.floor(Math.log10(most));
  const round = [5, 2, 1].map((one) => one * magnitude).find((one) => one <= most) ?? magnitude;
  return svg(
    "g",
    { class: "scale" },
    svg("path", { d: `M40 35v15h${round / metres}v-15` }),
    svg("text", { x: 50, y: 42 }, distance(round)),
  );
}

function pin(place, [x, y], go) {
  const to = `/app/${pathOf("l", place.location_id)}`;
  const words = `${place.name || place.location_id}: ${t(`station.${place.station_state}`)}`;
  return h(
    "a",
    {
      href: to, class: `pin ${place.station_state}`, key: place.location_id, "data-left": ((100 * x) / WIDTH).toFixed(2),
      "data-top": ((100 * y) / HEIGHT).toFixed(2), "aria-label": words, onclick: (event) => { event.preventDefault(); go(to); },
    },
    shape(place.station_state, 26),
    h("span", {}, `${place.name || place.location_id} (${place.free})`),
  );
}
