// What was measured in a session: one chart a quantity, its phases as lines; the reader picks which.
import { call } from "./api.js";

const place = document.getElementById("charts");
const choose = document.getElementById("choose");
const UNITS = { "Power.Active.Import": "Power", "Energy.Active.Import.Register": "Energy", "Current.Import": "Current", "Voltage": "Voltage", "SoC": "State of charge", "Temperature": "Temperature", "Current.Offered": "Current offered", "Power.Offered": "Power offered" };
const FIRST = ["Power.Active.Import", "Current.Import", "SoC", "Energy.Active.Import.Register"];
const DARK = matchMedia("(prefers-color-scheme: dark)").matches;
const COLOURS = DARK ? ["#4ac29a", "#f0963a", "#8ab8ff", "#d986bd"] : ["#0b6e4f", "#a85300", "#1b5fc1", "#8b2b6b"];
const SHOWN_AS = { Wh: ["kWh", 1000], W: ["kW", 1000], Percent: ["%", 1], Celsius: ["°C", 1] };
const DAY_S = 86400;

const [{ default: UPlot }, answer] = await Promise.all([import(place.dataset.uplot), call("GET", place.dataset.series)]);
const groups = new Map();
for (const one of answer.ok ? answer.body.measurements.series : []) {
  const lines = groups.get(one.measurand) ?? [];
  lines.push(one);
  groups.set(one.measurand, lines);
}
place.replaceChildren();
if (!answer.ok) say(answer.problem.detail);
else if (!groups.size) say(place.dataset.nothing ?? "Nothing was measured in this session, or it is no longer kept.");

function say(text) {
  const line = document.createElement("p");
  line.className = "quiet";
  line.textContent = text;
  place.append(line);
}

function table(lines) {
  const stamps = [...new Set(lines.flatMap((line) => line.values.map((point) => Date.parse(point.at) / 1000)))].sort((a, b) => a - b);
  const index = new Map(stamps.map((stamp, at) => [stamp, at]));
  const columns = lines.map((line) => {
    const column = new Array(stamps.length).fill(null);
    const [, per] = SHOWN_AS[line.unit] ?? ["", 1];
    for (const point of line.values) column[index.get(Date.parse(point.at) / 1000)] = point.value / per;
    return column;
  });
  return [stamps, ...columns];
}

// As everywhere else in the dashboard: the location's zone, 24 hours, the day where it begins.
const zone = { timeZone: place.dataset.zone };
const clock = (stamp) => new Date(stamp * 1000).toLocaleTimeString("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
const day = (stamp) => new Date(stamp * 1000).toLocaleDateString("en-GB", { ...zone, day: "numeric", month: "short" });

function ticks(stamps, step) {
  return stamps.map((stamp, at) => {
    const begins = at === 0 || day(stamps[at - 1]) !== day(stamp);
    if (step >= DAY_S) return day(stamp);
    return begins ? `${clock(stamp)}\n${day(stamp)}` : clock(stamp);
  });
}

function draw(measurand, lines) {
  const section = document.createElement("section");
  section.className = "chart";
  const heading = document.createElement("h3");
  const [unit] = SHOWN_AS[lines[0].unit] ?? [lines[0].unit];
  heading.textContent = `${UNITS[measurand] ?? measurand} (${unit})`;
  const [, per] = SHOWN_AS[lines[0].unit] ?? ["", 1];
  const said = document.createElement("p");
  said.className = "quiet";
  said.textContent = lines.map((line) => {
    const values = line.values.map((point) => point.value / per);
    const [least, most] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
    return `${line.phase ? `${line.phase}: ` : ""}${least.toFixed(1)} to ${most.toFixed(1)}, last ${values.at(-1)?.toFixed(1)} ${unit}`;
  }).join(" · ");
  section.append(heading, said);
  place.append(section);
  const ink = getComputedStyle(document.body).color;
  const chart = new UPlot({
    width: Math.max(300, place.clientWidth), height: 260,
    tzDate: (stamp) => UPlot.tzDate(new Date(stamp * 1000), place.dataset.zone),
    scales: { x: { range: (_, least, most) => (most - least < 60 ? [least - 30, most + 30] : [least, most]) } },
    axes: [{ stroke: ink, grid: { stroke: "#8884" }, space: 60, values: (_, stamps, __, ___, step) => ticks(stamps, step) }, { stroke: ink, grid: { stroke: "#8884" }, size: 70 }],
    series: [{ label: "Time", value: (_, stamp) => (stamp === null ? "–" : `${day(stamp)} ${clock(stamp)}`) }, ...lines.map((line, at) => ({ label: line.phase || UNITS[measurand] || measurand, stroke: COLOURS[at % COLOURS.length], width: 2, spanGaps: false }))],
  }, table(lines), section);
  addEventListener("resize", () => chart.setSize({ width: Math.max(300, place.clientWidth), height: 260 }));
  return section;
}

const drawn = new Map();
for (const measurand of groups.keys()) {
  const label = document.createElement("label");
  label.className = "row";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = FIRST.includes(measurand);
  label.append(box, UNITS[measurand] ?? measurand);
  choose.append(label);
  const show = () => {
    if (box.checked && !drawn.has(measurand)) drawn.set(measurand, draw(measurand, groups.get(measurand)));
    if (drawn.has(measurand)) drawn.get(measurand).hidden = !box.checked;
  };
  box.addEventListener("change", show);
  show();
}
choose.hidden = groups.size === 0;
