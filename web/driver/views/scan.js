// The code on a charger: by camera, from a picture, or typed in.
import { path as pathOf } from "../api.js";
import { detector } from "../codes.js";
import { field, formOf, wrong } from "../parts.js";
import { t } from "../texts.js";
import { h, widget } from "../view.js";
import { keepCode } from "./place.js";

const LOOK_EVERY_MS = 250;

export default function scan(page) {
  page.title(t("scan"));
  let filming = false, said = "";
  const found = (text) => {
    const to = destination(text);
    if (to) page.go(to);
    else said = t("foreign_code");
    page.draw();
    return Boolean(to);
  };
  const filmed = page.action(async () => {
    filming = false;
    said = "";
    if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera();
    filming = true;
  });
  const read = page.action(async (file) => {
    said = "";
    const [code] = await (await detector()).detect(await createImageBitmap(file).catch(() => { throw new NoCode(); }));
    if (!code) throw new NoCode();
    found(code.rawValue);
  });
  const failed = (error) => {
    filming = false;
    filmed.wrong = error.message;
    page.draw();
  };
  const typed = (event) => {
    const { place, code } = formOf(event);
    const [location, charger] = split(place.trim());
    if (!location || !charger) {
      said = t("typed_wrong");
      return page.draw();
    }
    if (code.trim()) keepCode(location, code.trim());
    page.go(pathOf("c", location, charger));
  };
  return () => [
    h("p", { class: "quiet" }, t("scan_lead")),
    wrong(filmed, read),
    said && h("p", { class: "wrong", role: "alert" }, said),
    filming
      ? [widget("camera", camera, { found, failed }, { class: "camera" }), h("button", { type: "button", key: "stop", onclick: () => { filming = false; page.draw(); } }, t("camera_off"))]
      : h("button", { type: "button", class: "main wide", key: "film", onclick: () => filmed.run() }, t("camera_on")),
    h("label", { class: "button wide file" }, t("from_picture"), h("input", { type: "file", accept: "image/*", class: "visually-hidden", disabled: read.busy, onchange: (event) => event.target.files[0] && read.run(event.target.files[0]) })),
    read.busy && h("p", { role: "status" }, t("reading")),
    h(
      "form",
      { class: "card stack", onsubmit: typed },
      h("h2", {}, t("typed")),
      field("place", t("typed_place"), { placeholder: "yard:A1", autocapitalize: "none", spellcheck: "false", autocomplete: "off", required: true }, t("typed_place_hint")),
      field("code", t("typed_code"), { autocapitalize: "none", spellcheck: "false", autocomplete: "off" }, t("typed_code_hint")),
      h("button", { class: "main" }, t("go_on")),
    ),
  ];
}

function split(text) {
  const colon = text.lastIndexOf(":");
  return colon < 1 ? ["", ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

// Where a code leads: an address of this app (its host may be another name of it), or "location:charger".
function destination(text) {
  let address;
  try {
    address = new URL(text);
  } catch {
    return /^[^\s:/]+:[^\s:/]+$/.test(text) ? pathOf("c", ...split(text)) : "";
  }
  return /^\/app\/c\/[^/]+\/[^/]+$/.test(address.pathname) ? address.pathname + address.search : "";
}

// The back camera's picture, looked through for a code until one is found.
function camera(element, { found, failed }) {
  let stream = null, timer = 0, closed = false;
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  video.setAttribute("aria-label", t("camera"));
  element.append(video);
  begin().catch((error) => { if (!closed) failed(error.said ? error : new NoCamera()); });

  async function begin() {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
    if (closed) return close();
    video.srcObject = stream;
    await video.play();
    look(await detector());
  }

  async function look(reader) {
    const codes = await reader.detect(video).catch(() => []);
    if (closed || codes.some((code) => found(code.rawValue))) return;
    timer = setTimeout(() => look(reader), LOOK_EVERY_MS);
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
  return { close };
}

class NoCamera extends Error {
  said = true;
  constructor() {
    super(t("no_camera"));
  }
}

class NoCode extends Error {
  said = true;
  constructor() {
    super(t("no_code"));
  }
}
