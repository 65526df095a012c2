// What stays on this device: the last known answers, what waits to be sent, and choices. All of it goes at logging out
// but the choices. A store that is full or forbidden keeps nothing, and the app works on.
const PREFIX = "kilowait:", CHOICE = "kilowait-choice:";
const MOST = 60;

export const kept = {
  get(name) {
    return read(PREFIX + name);
  },
  put(name, data, etag = "") {
    const entry = JSON.stringify({ data, etag, at: Date.now() });
    try {
      localStorage.setItem(PREFIX + name, entry);
    } catch {
      this.shorten(MOST / 2);
      try {
        localStorage.setItem(PREFIX + name, entry);
      } catch { /* It is not kept: it can be asked for again. */ }
    }
    this.shorten(MOST);
  },
  // The oldest answers go; what waits to be sent is none of them.
  shorten(most) {
    const names = all().filter((name) => name.startsWith(`${PREFIX}/`));
    if (names.length <= most) return;
    const oldest = names.sort((one, other) => (read(one)?.at ?? 0) - (read(other)?.at ?? 0));
    for (const name of oldest.slice(0, names.length - most)) localStorage.removeItem(name);
  },
  forgetAll() {
    for (const name of all()) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  },
  choice(name, value) {
    if (value === undefined) return read(CHOICE + name);
    try {
      localStorage.setItem(CHOICE + name, JSON.stringify(value));
    } catch { /* It holds until the app is closed. */ }
    return value;
  },
};

function all() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}
