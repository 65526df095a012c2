// What is looked at stays new: one conditional question after another, each path asked once however many look at it.
//
// The bounds, of one open app: an offer or hold is asked for every 3 s (it lasts minutes), what one waits for or looks at
// every 30 s, a curve every 3 min, a hidden app asks nothing. A screen watches who one is (two reads), its location (one)
// and a forecast (none or one): at most 480 reads an hour of an app that stays open, 2,400 in an hour of nothing but
// offers; an unchanged answer is a 304 without a body. A push message wakes all at once.
// Another source of news (news.js) has one door: `wake(paths)` asks at once, `slower(factor)` stretches the paces.
import { ask, Refusal, Unreached } from "./api.js";
import { kept } from "./kept.js";

export const PACE_S = { offer: 3, waiting: 30, looking: 30, curve: 180 };
export const SLOWEST_S = 120;
const BACK_S = 5;
const JITTER = 0.15;
const watched = new Map();
let stretch = 1;

// {data, at, stale, refusal, pace(name), ask(), close()}: `changed` is called after every answer that differs.
export function watch(path, pace, changed) {
  const line = watched.get(path) ?? new Line(path);
  watched.set(path, line);
  const look = {
    get data() { return line.data; },
    get at() { return line.at; },
    get stale() { return line.stale; },
    get refusal() { return line.refusal; },
    changed,
    seconds: PACE_S[pace],
    pace(name) {
      if (look.seconds === PACE_S[name]) return;
      look.seconds = PACE_S[name];
      line.plan();
    },
    ask: () => line.ask(),
    close() {
      line.looks.delete(look);
      if (!line.looks.size) line.rest();
    },
  };
  line.looks.add(look);
  if (line.looks.size === 1) line.ask();
  else line.plan();
  return look;
}

// A hidden app is told nothing it would not show: reading an offer says that it was seen. It asks when it is looked at.
export function wake(paths = [...watched.keys()]) {
  if (document.hidden) return;
  for (const path of paths) watched.get(path)?.ask();
}

export function slower(factor) {
  stretch = factor;
}

export function forgetAnswers() {
  for (const line of watched.values()) line.rest();
  watched.clear();
}

class Line {
  constructor(path) {
    const last = kept.get(`/${path}`);
    Object.assign(this, { path, looks: new Set(), timer: 0, failures: 0, soon: 0, asking: null, refusal: null });
    Object.assign(this, { data: last?.data ?? null, at: last?.at ?? 0, etag: last?.etag ?? "", stale: Boolean(last) });
  }

  rest() {
    clearTimeout(this.timer);
    if (!this.looks.size && watched.get(this.path) === this) watched.delete(this.path);
  }

  plan(least = 0) {
    clearTimeout(this.timer);
    if (!this.looks.size || document.hidden) return;
    const wanted = Math.min(...[...this.looks].map((look) => look.seconds)) * stretch;
    const seconds = this.soon || Math.max(least, Math.min(wanted * 2 ** this.failures, Math.max(wanted, SLOWEST_S)));
    this.timer = setTimeout(() => this.ask(), seconds * 1000 * (1 - JITTER + 2 * JITTER * Math.random()));
  }

  // One question at a time: who asks meanwhile gets one that begins after it.
  async ask() {
    if (this.asking) {
      this.again = true;
      return this.asking;
    }
    clearTimeout(this.timer);
    this.asking = this.once();
    const least = await this.asking;
    this.asking = null;
    if (this.again) {
      this.again = false;
      return this.ask();
    }
    this.plan(least);
  }

  async once() {
    const before = { stale: this.stale, refusal: this.refusal?.code };
    let differs = false, least = 0;
    try {
      const answer = await ask("GET", this.path, undefined, { etag: this.data ? this.etag : "" });
      differs = answer.status !== 304;
      if (differs) Object.assign(this, { data: answer.data, etag: answer.etag });
      Object.assign(this, { at: Date.now(), stale: false, failures: 0, refusal: null });
      kept.put(`/${this.path}`, this.data, this.etag);
      this.soon = 0;
    } catch (error) {
      if (!(error instanceof Unreached) && !(error instanceof Refusal)) throw error;
      const gone = error instanceof Refusal && error.status < 500 && error.status !== 429;
      if (gone) Object.assign(this, { data: null, etag: "", stale: false, failures: 0, refusal: error });
      else Object.assign(this, { stale: this.data !== null, failures: Math.min(this.failures + 1, 6), refusal: error });
      least = error.retryAfter ?? 0;
      // Nothing was there to answer: that may be over in a moment, and asking costs nobody anything.
      this.soon = error instanceof Unreached ? Math.min(BACK_S * 2 ** (this.failures - 1), SLOWEST_S / 2) : 0;
    }
    if (differs || before.stale !== this.stale || before.refusal !== this.refusal?.code) {
      for (const look of [...this.looks]) look.changed();
    }
    return least;
  }
}

document.addEventListener("visibilitychange", () => {
  for (const line of watched.values()) {
    if (document.hidden) clearTimeout(line.timer);
    else if (Date.now() - line.at > 2000) line.ask();
    else line.plan();
  }
});
window.addEventListener("online", () => wake());
