// The locations on a map of tiles (Leaflet), where the deployment says where tiles come from.
import { path as pathOf } from "../api.js";
import { shape } from "../shapes.js";
import { t } from "../texts.js";
import { style, vendor } from "../vendor.js";

export function draw(element, data) {
  let leaflet = null, map = null, layer = null, newest = data, closed = false;
  Promise.all([import(vendor("leaflet.js")), style("leaflet.css")]).then(([module]) => {
    if (closed) return;
    leaflet = module;
    map = leaflet.map(element, { zoomControl: true });
    leaflet.tileLayer(document.body.dataset.tiles, { maxZoom: 19, attribution: t("map_credit") }).addTo(map);
    layer = leaflet.layerGroup().addTo(map);
    pins();
    fit();
  });

  function pins() {
    layer.clearLayers();
    for (const place of newest.found) {
      if (place.latitude === null) continue;
      const words = `${place.name || place.location_id}: ${t(`station.${place.station_state}`)}`;
      const icon = leaflet.divIcon({ className: `pin ${place.station_state}`, html: shape(place.station_state, 30), iconSize: [44, 44] });
      leaflet
        .marker([place.latitude, place.longitude], { icon, title: words, alt: words, keyboard: true })
        .on("click", () => newest.go(`/app/${pathOf("l", place.location_id)}`))
        .addTo(layer);
    }
    if (newest.here) leaflet.circleMarker(newest.here, { radius: 8, className: "here" }).addTo(layer);
  }

  function fit() {
    const spots = newest.found.filter((place) => place.latitude !== null).map((place) => [place.latitude, place.longitude]);
    if (newest.here) spots.push(newest.here);
    if (spots.length) map.fitBounds(spots, { padding: [40, 40], maxZoom: 16 });
    else map.setView([0, 0], 1);
  }

  return {
    update(data) {
      newest = data;
      if (layer) pins();
    },
    close() {
      closed = true;
      map?.remove();
    },
  };
}
