// Elements from a tag, properties and children; text is always text, never markup.

/** `h("button", { class: "quiet", onclick: f }, "Save")`. Children: nodes, text, arrays; null and false are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list" && name !== "form") element[name === "class" ? "className" : name] = value;
    else element.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  if (properties.class) element.className = properties.class;
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Put these in place of what an element held. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Change an element's text only when it differs, so that nothing flickers and no selection is lost. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
