// What the analysis page's sections are made of. Knows no section.

import { address, h } from "./dom.js";
import { desk } from "./analysis-desk.js";
import { emptyView, writeView } from "./view.js";

export const KINDS = {
  "fusion found what neither did": ["found", "better than both"],
  "photo rescued": ["photo-rescued", "photo rescued"],
  "photo hurt": ["photo-hurt", "photo hurt"],
  "text rescued": ["text-rescued", "text rescued"],
  "text hurt": ["text-hurt", "text hurt"],
  "both failed": ["failed", "both failed"],
  "no visible difference": ["even", "no difference"],
};
export const kindCss = (kind) => `mm-k-${KINDS[kind]?.[0] ?? "even"}`;

// A section with its heading and, in one line, what it tells.
export function section(id, title, told, ...children) {
  return h("section", { class: "mm-sheet mm-an-section", id: `an-${id}`, "aria-labelledby": `an-${id}-title` }, h("h2", { id: `an-${id}-title` }, title), told ? h("p", { class: "mm-an-told" }, told) : null, children);
}

export const label = (ranker) => desk.offer?.rankers.find(({ name }) => name === ranker)?.label ?? ranker;

export const hue = (ranker) => (["text", "image", "fused"].includes(ranker) ? ranker : ranker.startsWith("fused") ? "fused" : "other");

// A query, {query, photo}: what it is called, its photo if it has one, and where it is searched.
export const queryName = ({ query }) => query || "a photo";

export function queryPhoto({ photo }, alt = "") {
  if (!photo) return null;
  const image = h("img", { class: "mm-query-photo", src: address(`api/query-photos/${photo}`), alt, loading: "lazy", draggable: "false" });
  image.addEventListener("error", () => image.remove());
  return image;
}

export const searchAddress = ({ query, photo }, product = "") => writeView({ ...emptyView(), text: query, photo, product }, address("./")).href;

export const pValue = (p) => (p < 0.001 ? "< 0.001" : p.toFixed(3));

// Won, tied and lost queries as a bar with its numbers.
export function outcomes({ wins, ties, losses }) {
  const all = Math.max(1, wins + ties + losses);
  const part = (count, css) => h("i", { class: css, style: `width:${(100 * count) / all}%` });
  return h(
    "span",
    { class: "mm-outcomes" },
    h("span", { class: "mm-outcomes-bar", "aria-hidden": "true" }, part(wins, "mm-won"), part(ties, "mm-tied"), part(losses, "mm-lost")),
    h("span", {}, `${wins} won · ${ties} tied · ${losses} lost`),
  );
}

export const capital = (text) => (text ? text[0].toUpperCase() + text.slice(1) : "");
export { sentence } from "./dom.js";
export { download, scroller, table } from "./tables.js";
