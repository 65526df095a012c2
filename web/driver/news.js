// Server-sent events of the one location that matters now, where the server has them (on one machine; in the cloud it
// answers 204, and the paces of live.js are all there is). While they come, questions are asked at a third of the pace.
import { slower, wake } from "./live.js";

const STRETCH = 3;
let stream = null, where = "", version = "";

export function follow(location) {
  if (location === where && (stream || document.hidden)) return;
  if (location !== where) version = "";
  where = location;
  open();
}

function open() {
  close();
  if (!where || document.hidden || !("EventSource" in window)) return;
  stream = new EventSource(`/app/live/${encodeURIComponent(where)}`);
  stream.onopen = () => slower(STRETCH);
  stream.onmessage = ({ data }) => {
    if (version && data !== version) wake();
    version = data;
  };
  stream.onerror = () => slower(1); // The browser opens it again by itself, unless the server has none.
}

function close() {
  stream?.close();
  stream = null;
  slower(1);
}

document.addEventListener("visibilitychange", () => open());
