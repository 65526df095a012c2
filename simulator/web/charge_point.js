// One charge point: its state on top, and below it what can be done, tab by tab.
import { answers } from "./answers.js";
import { attempt, get, path, post, remove } from "./api.js";
import { chaos } from "./chaos.js";
import { configuration } from "./configuration.js";
import { connectors } from "./connectors.js";
import { fill, h, say } from "./element.js";
import { messages } from "./messages.js";
import { flows, operations } from "./operations.js";
import { again } from "./ticking.js";
import { chip } from "./words.js";

const TABS = [
  ["live", "Live", connectors],
  ["operations", "Operations", operations],
  ["flows", "Flows", flows],
  ["messages", "Messages", messages],
  ["configuration", "Configuration", configuration],
  ["answers", "Answers", answers],
  ["chaos", "Chaos", chaos],
];
const LOOK_MS = 1000;

export async function chargePoint(main, id, tab = "live") {
  const at = path("charge-points", id);
  let now = (await get(at)).charge_point;
  const [, , page] = TABS.find(([name]) => name === tab) ?? TABS[0];
  const connection = h("span", {});
  const boot = h("span", { class: "muted" });
  const error = h("p", { class: "failed", role: "status" });
  const body = h("div", { class: "tab" });
  const act = (word, what, done, body) => h("button", { class: "quiet", onclick: (event) => attempt(event.target, () => post(`${at}/${what}`, body), done).then(look) }, word);

  fill(
    main,
    h("p", { class: "crumbs" }, h("a", { href: "#/" }, "Charge points")),
    h("div", { class: "title" }, h("h1", {}, id), connection, boot),
    error,
    h(
      "div",
      { class: "tools" },
      act("Connect", "connect?wait=0", "Connecting"),
      act("Disconnect", "disconnect", "Disconnected"),
      act("Reboot", "reboot?wait=0", "Restarting", { kind: "reboot" }),
      act("Cut the power", "reboot?wait=0", "Power is lost", { kind: "power_loss" }),
      h("a", { class: "button quiet", href: `#/edit/${encodeURIComponent(id)}` }, "Change"),
      h("button", { class: "quiet danger", onclick: gone }, "Delete"),
    ),
    h("nav", { class: "tabs", "aria-label": "Of this charge point" }, TABS.map(([name, word]) => h("a", { href: `#/cp/${encodeURIComponent(id)}/${name}`, "aria-current": name === tab ? "page" : undefined }, word))),
    body,
  );

  async function gone(event) {
    if (!confirm(`Delete ${id}, with its meter and its messages?`)) return;
    if (await attempt(event.target, () => remove(at), "Deleted")) location.hash = "#/";
  }

  let shown = null;
  async function look() {
    now = (await get(at)).charge_point;
    const key = JSON.stringify([now.connection, now.boot_status, now.unsent]);
    if (key !== shown) {
      shown = key;
      fill(connection, chip(now.connection.state));
      say(boot, [now.protocol.replace("ocpp", "OCPP "), `security profile ${now.security_profile}`, now.central, now.boot_status ? `boot ${now.boot_status}` : now.connection.state === "connected" && "not booted yet", now.unsent && `${now.unsent} to send`].filter(Boolean).join(" · "));
      say(error, now.connection.state === "connected" ? "" : (now.connection.last_error ?? ""));
    }
    tabOf?.update?.(now);
  }

  const tabOf = await page(body, { id, at, now, look: () => look() });
  const end = again(look, LOOK_MS, (problem) => say(error, problem.message));
  return () => {
    end();
    tabOf?.leave?.();
  };
}
