// A curve of power over time (uPlot), in the colours of the page.
import { t, time } from "./texts.js";
import { style, vendor } from "./vendor.js";

const HEIGHT = 200;

// {update({series, zone}), close()}
export async function curve(element, data) {
  const [{ default: Plot }] = await Promise.all([import(vendor("uplot.js")), style("uplot.css")]);
  let zone = data.zone, plot = make();

  function make() {
    const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
    return new Plot(
      {
        width: Math.max(element.clientWidth, 100), height: HEIGHT, legend: { show: false }, cursor: { y: false },
        scales: { y: { range: (_plot, _least, most) => [0, Math.max(most * 1.1, 1)] } },
        series: [{}, { points: { show: false }, stroke: colour("--main"), fill: `${colour("--main")}33`, width: 2, label: t("power") }],
        axes: [
          { ...axis, space: 70, size: 32, values: (_plot, marks) => marks.map((seconds) => time(seconds * 1000, zone)) },
          { ...axis, size: 44, values: (_plot, marks) => marks.map((kw) => `${kw}`) },
        ],
      },
      columns(data.series),
      element,
    );
  }

  const resized = new ResizeObserver(() => plot.setSize({ width: Math.max(element.clientWidth, 100), height: HEIGHT }));
  resized.observe(element);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recoloured = () => {
    plot.destroy();
    plot = make();
  };
  scheme.addEventListener("change", recoloured);
  return {
    update(newer) {
      data = newer;
      zone = newer.zone;
      plot.setData(columns(newer.series));
    },
    close() {
      resized.disconnect();
      scheme.removeEventListener("change", recoloured);
      plot.destroy();
    },
  };
}

const columns = ({ values, unit }) => [
  values.map((one) => Date.parse(one.at) / 1000),
  values.map((one) => (unit === "W" ? one.value / 1000 : one.value)),
];
