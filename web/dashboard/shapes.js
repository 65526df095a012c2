// A state as colour, shape and word; the same as templates/dashboard/shapes.html.
export const SHAPES = {
  free: '<circle cx="10" cy="10" r="8"/>',
  reserved: '<path d="M10 1.5 18.5 10 10 18.5 1.5 10z"/>',
  used: '<rect x="2.5" y="2.5" width="15" height="15" rx="2"/>',
  out: '<path d="M4.5 2 10 7.5 15.5 2 18 4.5 12.5 10 18 15.5 15.5 18 10 12.5 4.5 18 2 15.5 7.5 10 2 4.5z"/>',
};

export const look = (state) => (state in SHAPES ? state : "out");

export function mark(state) {
  const place = document.createElement("span");
  place.className = `mark ${look(state)}`;
  place.innerHTML = `<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">${SHAPES[look(state)]}</svg>`;
  place.append(` ${state}`);
  return place;
}
