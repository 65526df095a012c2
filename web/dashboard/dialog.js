// Questions before something that cannot be taken back, and a place for what came of it.
export function ask(question, yes = "Yes") {
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "stack";
  const text = document.createElement("p");
  text.textContent = question;
  const row = document.createElement("div");
  row.className = "row";
  row.append(choice("No", ""), choice(yes, "yes", "danger"));
  form.append(text, row);
  dialog.append(form);
  dialog.setAttribute("aria-label", question);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

export function choice(label, value, look = "") {
  const button = document.createElement("button");
  button.textContent = label;
  button.value = value;
  button.className = look;
  return button;
}

export function tell(place, text) {
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  if (text) place.scrollIntoView({ block: "nearest" });
}
