// Buttons that answers are given with. Knows no question.

import { h } from "./dom.js";

// A button that shows its key.
export function keyed(name, key, attributes = {}) {
  return h("button", { type: "button", "aria-keyshortcuts": key || null, ...attributes }, key ? h("kbd", { "aria-hidden": "true" }, key.toUpperCase()) : null, h("span", {}, name));
}

// From the best grade, 3, to the worst, 0, on a scale of any length.
export const tone = (place, steps) => (steps < 2 ? 3 : Math.round(3 - (3 * place) / (steps - 1)));
