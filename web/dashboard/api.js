// Calls to the API: {ok, body} or {ok: false, problem} with a sentence in `problem.detail`, whatever happened.
const LOGGED_OUT = "You are logged out, and nothing was changed. Log in again in another tab, then come back here: what you filled in is still there.";

export async function call(method, path, body, headers = {}) {
  try {
    const answer = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status === 401 && method !== "GET") return { ok: false, problem: { detail: LOGGED_OUT } };
    if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    const json = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) return { ok: true, body: json, status: answer.status };
    return { ok: false, problem: { detail: `The server answered ${answer.status}.`, ...json } };
  } catch {
    return { ok: false, problem: { detail: "The server cannot be reached. Nothing was changed; try again." } };
  }
}
