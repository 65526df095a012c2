// The messages tab: what goes over the line, as it goes; filtered, held still, taken away as a file.
import { get } from "./api.js";
import { fill, h, say } from "./element.js";
import { clock, plural } from "./words.js";

const MOST_SHOWN = 500;
const KINDS = { 2: "call", 3: "result", 4: "error" };

export async function messages(body, { at }) {
  const lines = h("div", { class: "frames", role: "log", "aria-label": "Messages", tabIndex: 0 });
  const text = h("input", { type: "search", placeholder: "Action or text", "aria-label": "Action or text", autocomplete: "off" });
  const direction = h("select", { "aria-label": "Direction" }, [["", "both directions"], ["sent", "sent"], ["received", "received"]].map(([value, word]) => h("option", { value }, word)));
  const count = h("span", { class: "muted", role: "status" });
  const hold = h("button", { class: "quiet", "aria-pressed": "false", onclick: held }, "Hold still");
  const download = ["csv", "json", "jsonl"].map((format) => h("a", { class: "button quiet", download: "" }, format.toUpperCase()));
  let all = [];
  let still = false;

  const wanted = (one) =>
    (!direction.value || one.direction === direction.value) && (!text.value || `${one.action} ${JSON.stringify(one.frame)}`.toLowerCase().includes(text.value.toLowerCase()));

  function draw() {
    const found = all.filter(wanted);
    fill(lines, found.slice(-MOST_SHOWN).reverse().map(frameLine));
    told();
    const query = new URLSearchParams({ limit: "1000" });
    if (direction.value) query.set("direction", direction.value);
    download.forEach((link) => (link.href = `${at}/messages?${query}&format=${link.textContent.toLowerCase()}`));
  }
  function told() {
    const found = all.filter(wanted).length;
    say(count, found === all.length ? plural(found, "message") : `${found} of ${plural(all.length, "message")}`);
  }
  function held() {
    still = !still;
    hold.setAttribute("aria-pressed", String(still));
    say(hold, still ? "Go on" : "Hold still");
    if (!still) draw();
  }
  function came(event) {
    const one = JSON.parse(event.data);
    if (all.some((known) => known.message_id === one.message_id)) return;
    all.push(one);
    if (all.length > 2 * MOST_SHOWN) all = all.slice(-MOST_SHOWN);
    if (still) return told();
    if (wanted(one)) {
      lines.prepend(frameLine(one));
      if (lines.children.length > MOST_SHOWN) lines.lastElementChild.remove();
    }
    told();
  }

  /** What was said before, and while the line to the simulator was down. */
  async function before() {
    const known = new Set(all.map((one) => one.message_id));
    const missed = (await get(`${at}/messages?limit=${MOST_SHOWN}`)).messages.filter((one) => !known.has(one.message_id));
    all = [...all, ...missed].sort((one, other) => one.message_id - other.message_id);
    if (!still) draw();
  }

  const stream = new EventSource(`${at}/messages/stream`);
  stream.addEventListener("message", came);
  stream.addEventListener("open", before);
  stream.addEventListener("error", () => say(count, "The simulator does not answer; trying again"));
  text.addEventListener("input", draw);
  direction.addEventListener("change", draw);
  draw();
  fill(body, h("div", { class: "tools" }, text, direction, hold, h("button", { class: "quiet", onclick: () => ((all = []), draw()) }, "Clear the view"), download, count), lines);
  return { leave: () => stream.close() };
}

/** One message on one line; opened, the whole frame. */
export function frameLine(one) {
  const frame = Array.isArray(one.frame) ? one.frame : null;
  const kind = KINDS[frame?.[0]] ?? (one.action === "chaos" ? "chaos" : "odd");
  const payload = kind === "call" ? frame[3] : kind === "result" ? frame[2] : kind === "error" ? frame.slice(2) : one.frame;
  const short = typeof payload === "string" ? payload : JSON.stringify(payload);
  return h(
    "details",
    { class: `frame ${one.direction} ${kind}` },
    h(
      "summary",
      {},
      h("span", { class: "number" }, String(one.message_id)),
      h("time", { dateTime: one.at }, clock(one.at)),
      h("span", { class: "way", title: one.direction }, one.direction === "sent" ? "→" : "←"),
      h("span", { class: "action" }, one.action ?? "", kind === "call" ? "" : ` ${kind}`),
      h("code", {}, short.slice(0, 160)),
      one.latency_ms === null || one.latency_ms === undefined ? null : h("span", { class: "muted" }, `${one.latency_ms.toFixed(1)} ms`),
    ),
    h("pre", {}, typeof one.frame === "string" ? one.frame : JSON.stringify(one.frame, null, 1)),
  );
}
