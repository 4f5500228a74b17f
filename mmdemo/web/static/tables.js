// Tables and files for people. Knows no number.

import { h } from "./dom.js";
import { showEdges } from "./edges.js";

// A table that scrolls inside its own box, by keyboard as well.
export function scroller(name, table) {
  return showEdges(h("div", { class: "mm-scroller", tabindex: "0", role: "region", "aria-label": name }, table));
}

// head: [[text, is it a number, what it means]]
export function table({ name, head, css = "" }, rows) {
  return scroller(
    name,
    h(
      "table",
      { class: `mm-an-table ${css}` },
      h("thead", {}, h("tr", {}, head.map(([text, number, about]) => h("th", { scope: "col", class: number ? "mm-n" : null, title: about ?? null }, text)))),
      h("tbody", {}, rows),
    ),
  );
}

export function download({ blob, name }) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
