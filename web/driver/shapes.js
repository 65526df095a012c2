// A charger's state by colour and shape: no two states share a shape, so neither print nor eye needs the colour.
import { svg } from "./view.js";

const PATHS = {
  free: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.3 14.6-4.3-4.3 1.6-1.6 2.7 2.7 5.4-5.4 1.6 1.6Z",
  reserved: "M12 1 23 12 12 23 1 12Zm-1 5v7l5 3 1-1.7-4-2.4V6Z",
  used: "M4 2h16a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Zm9 2L6.5 13.5H11L10 20l7-10h-4.8Z",
  dismissed: "M12 2 23 21H1Zm-1 7v6h2V9Zm0 7.5v2h2v-2Z",
  broken: "M8 1.5h8L22.500 8v8L16 22.500H8L1.500 16V8Zm0 5.100L6.600 8l4 4-4 4L8 17.400l4-4 4 4 1.400-1.400-4-4 4-4L16 6.600l-4 4Z",
  undefined: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z",
};

export function shape(state, size = 24) {
  return svg(
    "svg",
    { class: `shape ${state}`, viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" },
    svg("path", { d: PATHS[state] ?? PATHS.undefined, "fill-rule": "evenodd" }),
  );
}

const ICONS = {
  places: "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7Zm0 4.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z",
  turn: "M11 1 3 14h6l-2 9 10-14h-6l3-8Z",
  scan: "M3 3h7v7H3Zm2 2v3h3V5Zm9-2h7v7h-7Zm2 2v3h3V5ZM3 14h7v7H3Zm2 2v3h3v-3Zm9-2h3v3h-3Zm4 4h3v3h-3Zm-4 0h2v3h-2Zm4-4h3v2h-3Z",
  me: "M12 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10Zm0 12c5 0 9 2.500 9 6v2H3v-2c0-3.500 4-6 9-6Z",
  back: "M14.500 4 16 5.500 9.500 12l6.500 6.500-1.500 1.500-8-8Z",
};

export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true" }, svg("path", { d: ICONS[name], "fill-rule": "evenodd" }));
}
