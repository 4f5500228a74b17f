// Build elements. Knows no product: texts become text nodes, never markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Outlines on a 24 x 24 grid, drawn with the text's color.
const PATHS = {
  camera: "M4 8h3l1.5-2.5h7L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1ZM12 10a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4Z",
  copy: "M9 9h11v11H9ZM15 9V4H4v11h5",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 8v4.4l2.8 1.8",
  warning: "M12 4.5 21 19.5H3ZM12 10.5v4M12 16.9v.2",
  undo: "M8.5 5 4.5 9l4 4M5 9h9a5 5 0 0 1 0 10h-3",
  redo: "M15.5 5l4 4-4 4M19 9h-9a5 5 0 0 0 0 10h3",
  picture: "M4 5h16v14H4ZM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 8.8a.9.9 0 1 0 0 1.8.9.9 0 0 0 0-1.8Z",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15.5 15.5 20 20",
  filter: "M4 6h16M7 12h10M10 18h4",
  plus: "M12 5v14M5 12h14",
  down: "M7 10l5 5 5-5",
  left: "M14.5 6l-6 6 6 6",
  right: "M9.5 6l6 6-6 6",
  link: "M10 13.5a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10.5a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  save: "M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14",
  grade: "M12 4.5l2.3 4.8 5.2.7-3.8 3.6.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7Z",
  rows: "M4 6h4v4H4ZM4 14h4v4H4ZM11 7h9M11 9.5h6M11 15h9M11 17.5h6",
  tiles: "M4 4h7v7H4ZM13 4h7v7h-7ZM4 13h7v7H4ZM13 13h7v7h-7Z",
  moon: "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5Z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2.2M12 19.3v2.2M2.5 12h2.2M19.3 12h2.2M5.3 5.3l1.5 1.5M17.2 17.2l1.5 1.5M5.3 18.7l1.5-1.5M17.2 6.8l1.5-1.5",
  person: "M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4ZM4.8 20c.4-3.6 3.3-6 7.2-6s6.8 2.4 7.2 6",
  book: "M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5ZM12 6.5v13",
  comment: "M4 5h16v11h-9l-4.5 4v-4H4Z",
  history: "M4.5 12a7.5 7.5 0 1 0 2.3-5.4L4.5 9M4.5 4.5V9H9M12 8v4.4l2.8 1.8",
  none: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM6.5 6.5l11 11",
  one: "M5 4h14v16H5ZM5 14h14",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  people: "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11ZM3 19.5c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 5.2a3 3 0 0 1 0 5.6M17.5 14.4c2.2.7 3.5 2.6 3.5 5.1",
  play: "M8 5.5l10.5 6.5L8 18.5Z",
  skip: "M6 6l8.5 6L6 18ZM18 6v12",
  unsure: "M9 9.2a3 3 0 1 1 4.4 2.6c-.9.5-1.4 1.1-1.4 2.4M12 17.4v.2",
  zoom: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15.5 15.5 20 20M11 8.6v4.8M8.6 11h4.8",
  server: "M4 5h16v6H4ZM4 13h16v6H4ZM7.5 8v.1M7.5 16v.1M4 21 20 3",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `mm-icon mm-icon-${name}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// A button with a picture and, unless `bare`, its name beside it.
export function button(name, { symbol, bare = false, ...attributes } = {}) {
  return h(
    "button",
    { type: "button", ...(bare ? { "aria-label": name, title: name } : {}), ...attributes },
    symbol && icon(symbol),
    !bare && h("span", {}, name),
  );
}

export const photoAddress = (key, { large = false } = {}) => address(`media/${key}${large ? "?size=large" : ""}`);

// A product's photo, or a picture that says there is none. `eager`: it is looked at now.
export function photo(key, alt, { large = false, eager = false } = {}) {
  if (!key) return noPhoto("No photo");
  const image = h("img", {
    alt,
    loading: eager ? "eager" : "lazy",
    decoding: eager ? "sync" : "async",
    draggable: "false",
    src: photoAddress(key, { large }),
  });
  image.addEventListener("error", () => {
    const place = noPhoto("Photo not found");
    image.replaceWith(place);
    lost.add(() => place.isConnected && place.replaceWith(photo(key, alt, { large, eager })));
  });
  return image;
}

const lost = new Set(); // how to try each photo again that did not come

// When the network or the server is back.
export function retryPhotos() {
  const again = [...lost];
  lost.clear();
  for (const retry of again) retry();
}

function noPhoto(text) {
  return h("div", { class: "mm-no-photo", role: "img", "aria-label": text }, icon("picture"), text);
}

export const address = (path) => new URL(path, document.baseURI).href;

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const number = new Intl.NumberFormat("en-US");
export const formatCount = (count) => number.format(count);
export const plural = (count, noun, nouns = `${noun}s`) => `${formatCount(count)} ${count === 1 ? noun : nouns}`;
export const capital = (text) => text && text[0].toUpperCase() + text.slice(1);
export const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "");
export const percent = (share) => `${Math.round(share * 100)}%`;
