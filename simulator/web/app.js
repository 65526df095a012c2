// Which page is shown: the address after `#`. A page is a function (main, …parts) that may give back how to leave it.
import { fill, h } from "./element.js";
import { chargePoint } from "./charge_point.js";
import { days } from "./days.js";
import { edit } from "./edit.js";
import { fleet } from "./fleet.js";
import { settings } from "./settings.js";

const PAGES = {
  "": fleet,
  new: (main) => edit(main),
  edit: (main, id) => edit(main, id),
  days,
  settings,
  cp: chargePoint,
};

let leave = null;

async function show() {
  const main = document.getElementById("main");
  const [name, ...parts] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.getAttribute("href") === `#/${name}` || (name === "cp" && link.getAttribute("href") === "#/");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave?.();
  leave = null;
  const page = PAGES[name] ?? PAGES[""];
  fill(main);
  try {
    leave = (await page(main, ...parts)) ?? null;
  } catch (error) {
    fill(main, h("section", { class: "empty" }, h("h1", {}, "That did not work"), h("p", {}, error.message), h("a", { class: "button", href: "#/" }, "All charge points")));
  }
}

addEventListener("hashchange", show);
show();
