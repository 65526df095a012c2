// The view layer: h() makes an element, show() brings what stands on the page to what it should be, in place, so that
// focus, what is typed and where one has scrolled stay as they are.
const KEY = Symbol("key"), HANDLERS = Symbol("handlers"), MAKE = Symbol("make"), DATA = Symbol("data"), LIVING = Symbol("living");
const SVG = "http://www.w3.org/2000/svg";

export const h = (tag, given, ...children) => element(document.createElement(tag), given, children);
export const svg = (tag, given, ...children) => element(document.createElementNS(SVG, tag), given, children);

// A part that draws itself: make(element, data) is called once on the page; what it returns has update(data), close().
export function widget(key, make, data, given = {}) {
  const place = h("div", { ...given, key });
  place[MAKE] = make;
  place[DATA] = data;
  return place;
}

export function show(parent, ...wanted) {
  align(parent, flat(wanted));
}

export function clear(parent) {
  for (const node of [...parent.childNodes]) remove(node);
}

function element(made, given, children) {
  made[HANDLERS] = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    if (name === "key") made[KEY] = value;
    else if (name.startsWith("on")) made[name] = made[HANDLERS][name] = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...flat(children));
  return made;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

function align(parent, wanted) {
  const keyed = new Map([...parent.childNodes].filter((node) => node[KEY] !== undefined).map((node) => [node[KEY], node]));
  let at = parent.firstChild;
  for (const fresh of wanted) {
    const old = fresh[KEY] !== undefined ? keyed.get(fresh[KEY]) : at && at[KEY] === undefined ? at : null;
    if (old && same(old, fresh)) {
      if (old === at) at = at.nextSibling;
      else parent.insertBefore(old, at);
      patch(old, fresh);
    } else {
      parent.insertBefore(fresh, at);
      start(fresh);
    }
  }
  while (at) {
    const next = at.nextSibling;
    remove(at);
    at = next;
  }
}

function same(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && old.type === fresh.type;
}

function patch(old, fresh) {
  if (old === fresh) return;
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(old[LIVING] && (name === "class" || name === "style"))) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !(old[LIVING] && name === "class")) old.setAttribute(name, value);
  }
  for (const name of Object.keys(old[HANDLERS] ?? {})) old[name] = null;
  Object.assign(old, fresh[HANDLERS]);
  old[HANDLERS] = fresh[HANDLERS];
  if (old[LIVING]) old[LIVING].update?.(fresh[DATA]);
  else align(old, [...fresh.childNodes]);
}

function start(node) {
  if (node[MAKE]) node[LIVING] = node[MAKE](node, node[DATA]) ?? {};
  else for (const child of node.children ?? []) start(child);
}

function remove(node) {
  stop(node);
  node.remove();
}

function stop(node) {
  if (node[LIVING]) node[LIVING].close?.();
  for (const child of node.children ?? []) stop(child);
}
