// A list from a file or a text to the API, and what came of each row.
import { call } from "./api.js";
import { tell } from "./dialog.js";

const form = document.getElementById("import");
const { what, file, csv } = form.elements;
const came = document.getElementById("came");
const WORDS = { made: "made", there_already: "there already", readable: "can be read", refused: "refused" };

// Spreadsheet programs write UTF-8, UTF-16 or, on many desks, the old code page of Western Europe.
function textOf(bytes) {
  const [first, second] = new Uint8Array(bytes.slice(0, 2));
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

what.addEventListener("change", () => {
  for (const each of form.querySelectorAll("[data-what]")) each.hidden = each.dataset.what !== what.value;
});
file.addEventListener("change", async () => {
  if (file.files[0]) csv.value = textOf(await file.files[0].arrayBuffer());
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const dry = event.submitter?.value === "look";
  const wrong = form.querySelector(".wrong");
  tell(wrong, "");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const answer = await call("POST", `/api/import/${what.value}`, { csv: csv.value, dry_run: dry });
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  came.hidden = !answer.ok;
  if (!answer.ok) return tell(wrong, answer.problem.detail);
  const { rows, made, refused } = answer.body;
  document.getElementById("sums").textContent = dry ? `${rows.length - refused} can be read, ${refused} cannot.` : `${made} made, ${refused} refused, ${rows.length - made - refused} there already.`;
  came.querySelector("tbody").replaceChildren(...rows.map((row) => {
    const line = document.createElement("tr");
    for (const [text, look] of [[row.line, "figures"], [row.name, ""], [[WORDS[row.outcome], row.detail].filter(Boolean).join(": "), row.outcome === "refused" ? "alert" : ""]])
      line.append(Object.assign(document.createElement("td"), { textContent: text, className: look }));
    return line;
  }));
});
