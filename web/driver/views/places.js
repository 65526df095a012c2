// The locations: a list and a map, by name and around me.
import { path as pathOf } from "../api.js";
import { me } from "../me.js";
import { age, missing, state } from "../parts.js";
import { distance, number, t } from "../texts.js";
import { h, widget } from "../view.js";

const NEAR = [0, 1000, 5000, 25_000, 100_000];

export default function places(page) {
  page.title(t("places"));
  let look, wanted = { search: page.query.get("search") ?? "", within: 0, here: null }, view = "list", typing = 0;
  const around = page.action(async () => {
    wanted.here = await position();
    ask();
  });

  function ask() {
    look?.close();
    const query = new URLSearchParams({ page_size: "100" });
    if (wanted.search) query.set("search", wanted.search);
    if (wanted.here) query.set("near", wanted.here.map((degrees) => degrees.toFixed(4)).join(","));
    if (wanted.here && wanted.within) query.set("within_m", wanted.within);
    look = page.watch(`location?${query}`, "looking");
    page.draw();
  }
  ask();

  const searched = (event) => {
    clearTimeout(typing);
    wanted.search = event.target.value.trim();
    typing = setTimeout(ask, 300);
  };
  return () => {
    const found = look.data?.locations ?? [];
    return [
      !me.user && h("p", { class: "card" }, t("look_without_account")),
      h(
        "search",
        { class: "stack finder" },
        h("label", {}, t("search_places"), h("input", { type: "search", value: wanted.search, oninput: searched, maxlength: 200, autocomplete: "off" })),
        h(
          "div",
          { class: "row" },
          h("button", { type: "button", onclick: () => around.run(), disabled: around.busy, "aria-pressed": String(Boolean(wanted.here)) }, t("around_me")),
          wanted.here &&
            h(
              "label",
              { class: "inline" },
              h("span", { class: "visually-hidden" }, t("within")),
              h(
                "select",
                { onchange: (event) => { wanted.within = Number(event.target.value); ask(); } },
                NEAR.map((m) => h("option", { value: m, selected: m === wanted.within }, m ? t("within_distance", { distance: distance(m) }) : t("any_distance"))),
              ),
            ),
          h("span", { class: "grow" }),
          h(
            "div",
            { class: "switch", role: "group", "aria-label": t("show_as") },
            ["list", "map"].map((one) => h("button", { type: "button", "aria-pressed": String(view === one), onclick: () => { view = one; page.draw(); } }, t(`as_${one}`))),
          ),
        ),
      ),
      around.wrong && h("p", { class: "wrong", role: "alert" }, around.wrong),
      age(look),
      missing(look),
      look.data && !found.length && h("p", { class: "card" }, wanted.search || wanted.within ? t("nothing_found") : t("no_places")),
      found.length > 0 && view === "map" && widget("map", map, { found, here: wanted.here, go: page.go }, { class: "map" }),
      found.length > 0 && view === "map" && legend(),
      found.length > 0 && h("ul", { class: "cards", key: "list" }, found.map(card)),
      look.data?.next_page_token && h("p", { class: "quiet center", key: "more" }, t("more_places")),
    ];
  };
}

function card(place) {
  const total = place.chargers.length;
  return h(
    "li",
    { key: place.location_id },
    h(
      "a",
      { class: "card place", href: `/app/${pathOf("l", place.location_id)}` },
      h("span", { class: "name" }, place.name || place.location_id),
      state(place.station_state),
      h("span", { class: "quiet" }, place.address || place.location_id),
      h(
        "span",
        { class: "figures" },
        t("free_of", { free: number(place.free), total: number(total) }),
        place.waiting ? ` · ${t("waiting_count", { count: number(place.waiting) })}` : "",
        place.distance_m === null ? "" : ` · ${distance(place.distance_m)}`,
      ),
    ),
  );
}

const legend = () => h("p", { class: "row legend", key: "legend" }, ["free", "reserved", "used", "broken"].map((one) => state(one, 18)));

// Tiles where the deployment has them; else the locations are drawn where they lie to each other.
function map(element, data) {
  let shown = null, newest = data;
  const load = document.body.dataset.tiles ? import("./tiles.js") : import("./plan.js");
  load.then((module) => {
    if (element.isConnected) shown = module.draw(element, newest);
  });
  return {
    update(data) {
      newest = data;
      shown?.update(data);
    },
    close: () => shown?.close(),
  };
}

// [latitude, longitude] of the phone. Raises an error that says why not.
export function position() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new NoPosition());
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve([coords.latitude, coords.longitude]),
      () => reject(new NoPosition()),
      { timeout: 15_000, maximumAge: 60_000 },
    );
  });
}

export class NoPosition extends Error {
  constructor() {
    super(t("no_position"));
    this.said = true;
  }
}
