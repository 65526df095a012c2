// Files of packages, loaded when they are first needed.
export const vendor = (name) => `${document.body.dataset.vendor}/${name}`;

const loaded = new Map();

export function style(name) {
  return once(name, () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: vendor(name) }));
}

// A classic script that leaves a global.
export function script(name) {
  return once(name, () => Object.assign(document.createElement("script"), { src: vendor(name) }));
}

function once(name, make) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise((resolve, reject) => {
      const element = make();
      element.onload = resolve;
      element.onerror = () => {
        loaded.delete(name);
        element.remove();
        reject(new Error(name));
      };
      document.head.append(element);
    }));
  }
  return loaded.get(name);
}
