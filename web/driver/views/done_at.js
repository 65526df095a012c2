// When a charge will be done, about: from the battery's own word, else as the server foresees it.
const LONGEST_MS = 24 * 3_600_000, LEAST_GAIN = 3;

// {at, from?, to?, by: "battery"|"site"}, in ms, or null. `series` and `full` are answers of the API.
export function doneAt(series, full, now) {
  return byBattery(series, now) ?? bySite(full, now);
}

function byBattery(series, now) {
  const values = series?.find((one) => one.measurand === "SoC")?.values ?? [];
  const last = values.at(-1), before = values.findLast((one) => last.value - one.value >= LEAST_GAIN);
  if (!before || last.value >= 100) return null;
  const took = Date.parse(last.at) - Date.parse(before.at);
  const at = Date.parse(last.at) + ((100 - last.value) / (last.value - before.value)) * took;
  return at > now && at - now < LONGEST_MS ? { at, by: "battery" } : null;
}

function bySite(full, now) {
  if (!full?.median_at) return null;
  const at = Date.parse(full.median_at);
  return at > now ? { at, from: Date.parse(full.low_at), to: full.high_at && Date.parse(full.high_at), by: "site" } : null;
}
