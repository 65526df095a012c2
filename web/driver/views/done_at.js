// When a charge will be done, about: from the battery's own word, else from what this driver usually takes.
const LONGEST_MS = 24 * 3_600_000;

// {at: ms, by: "battery"|"usual"} or null. `series` and `past` are answers of the API.
export function doneAt(session, series, past, now) {
  return byBattery(series, now) ?? byUsual(session, past, now);
}

function byBattery(series, now) {
  const values = series?.find((one) => one.measurand === "SoC")?.values ?? [];
  if (values.length < 2) return null;
  const last = values.at(-1), before = values.findLast((one) => last.value - one.value >= 3) ?? values[0];
  const gained = last.value - before.value, took = Date.parse(last.at) - Date.parse(before.at);
  if (gained <= 0 || took <= 0 || last.value >= 100) return null;
  return soon(Date.parse(last.at) + ((100 - last.value) / gained) * took, now, "battery");
}

function byUsual(session, past, now) {
  const drawn = (past ?? []).filter((one) => one.end_time && one.energy_wh > 500).map((one) => one.energy_wh).sort((one, other) => one - other);
  if (drawn.length < 3 || session.power_w < 500) return null;
  const usual = drawn[Math.floor(drawn.length / 2)];
  if (session.energy_wh >= usual) return null;
  return soon(now + ((usual - session.energy_wh) / session.power_w) * 3_600_000, now, "usual");
}

const soon = (at, now, by) => (at > now && at - now < LONGEST_MS ? { at, by } : null);
