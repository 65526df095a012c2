// What was measured in a session: one chart a quantity, its phases as lines; the reader picks which.
import { call } from "./api.js";

const place = document.getElementById("charts");
const choose = document.getElementById("choose");
const UNITS = { "Power.Active.Import": "Power", "Energy.Active.Import.Register": "Energy", "Current.Import": "Current", "Voltage": "Voltage", "SoC": "State of charge", "Temperature": "Temperature", "Current.Offered": "Current offered", "Power.Offered": "Power offered" };
const FIRST = ["Power.Active.Import", "Current.Import", "SoC", "Energy.Active.Import.Register"];
const COLOURS = ["#0b6e4f", "#b35900", "#1b5fc1", "#8b2b6b"];

const [{ default: UPlot }, answer] = await Promise.all([import(place.dataset.uplot), call("GET", place.dataset.series)]);
const groups = new Map();
for (const one of answer.ok ? answer.body.measurements.series : []) {
  const lines = groups.get(one.measurand) ?? [];
  lines.push(one);
  groups.set(one.measurand, lines);
}
place.replaceChildren();
if (!answer.ok) say(answer.problem.detail);
else if (!groups.size) say("Nothing was measured in this session, or it is no longer kept.");

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
    for (const point of line.values) column[index.get(Date.parse(point.at) / 1000)] = point.value;
    return column;
  });
  return [stamps, ...columns];
}

function draw(measurand, lines) {
  const section = document.createElement("section");
  section.className = "chart";
  const heading = document.createElement("h3");
  const unit = lines[0].unit;
  heading.textContent = `${UNITS[measurand] ?? measurand} (${unit})`;
  section.append(heading);
  place.append(section);
  const ink = getComputedStyle(document.body).color;
  const chart = new UPlot({
    width: Math.max(300, place.clientWidth), height: 260,
    tzDate: (stamp) => UPlot.tzDate(new Date(stamp * 1000), place.dataset.zone),
    scales: { x: { range: (_, least, most) => (most - least < 60 ? [least - 30, most + 30] : [least, most]) } },
    axes: [{ stroke: ink, grid: { stroke: "#8884" } }, { stroke: ink, grid: { stroke: "#8884" }, size: 70 }],
    series: [{ label: "Time" }, ...lines.map((line, at) => ({ label: line.phase || UNITS[measurand] || measurand, stroke: COLOURS[at % COLOURS.length], width: 2, spanGaps: false }))],
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
