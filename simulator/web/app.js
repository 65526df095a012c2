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
let shows = 0;

/** A part of the address as it is meant; one that nobody encoded stays as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function show() {
  const [name, ...parts] = location.hash.replace(/^#\/?/, "").split("/").map(decoded);
  const main = h("div", { class: "page" });
  const turn = (shows += 1);
  const inTabs = document.activeElement?.closest(".tabs") !== null;
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.getAttribute("href") === `#/${name}` || (name === "cp" && link.getAttribute("href") === "#/");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave?.();
  leave = null;
  const page = PAGES[name] ?? PAGES[""];
  document.title = [parts[0], "Charge point simulator"].filter(Boolean).join(" – ");
  const all = document.getElementById("main");
  fill(all, main);
  let left = null;
  try {
    left = (await page(main, ...parts)) ?? null;
  } catch (error) {
    fill(main, h("section", { class: "empty" }, h("h1", {}, "That did not work"), h("p", {}, error.message), h("a", { class: "button", href: "#/" }, "All charge points")));
  }
  // Somebody was faster and is on another page already.
  if (turn !== shows) return left?.();
  leave = left;
  const tab = main.querySelector(".tabs [aria-current]");
  tab?.scrollIntoView({ block: "nearest", inline: "center" });
  // The keyboard goes on where it was: among the tabs, else at the page's beginning.
  if (turn > 1 && document.activeElement === document.body) (inTabs && tab ? tab : all).focus({ preventScroll: true });
}

addEventListener("hashchange", show);
show();
