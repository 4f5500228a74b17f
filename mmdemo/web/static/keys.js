// The keys of the search page, as a sheet. Knows no element but its own: who listens is beside it.

import { button, h } from "./dom.js";
import { SCALE } from "./grades.js";

const grades = (part) => SCALE.map((one) => String(one[part]));

// [where, [[keys, what they do]]]; "or" stands between keys that do the same.
const KEYS = [
  ["Search", [
    [["/"], "To the search box, from anywhere"],
    [["↑", "↓"], "In the box: recent searches and examples"],
    [["Enter"], "Search"],
    [["Esc"], "Close them, then from the box to the lists"],
    [["←", "→"], "On the slider: more text, more image"],
  ]],
  ["Lists", [
    [["↑", "↓"], "The product above, below"],
    [["←", "→"], "The same place in the list beside"],
    [["Home", "End"], "The first, the last"],
    [["Enter"], "Open it in full"],
    [["Esc"], "Close it"],
  ]],
  ["While Grade is on", [
    [[...grades("letter"), "or", ...grades("grade")], SCALE.map(({ name }) => name).join(", ")],
    [["U", "or", "Ctrl Z"], "Take the last grade back"],
    [["Shift U", "or", "Ctrl Y"], "Give it again"],
  ]],
];

export function makeKeys() {
  const close = button("Close", { bare: true, class: "mm-quiet mm-detail-close", symbol: "close", onclick: () => dialog.close() });
  const dialog = h(
    "dialog",
    { class: "mm-detail mm-keys", "aria-labelledby": "mm-keys-title" },
    close,
    h("div", { class: "mm-keys-body" }, h("h2", { id: "mm-keys-title" }, "Keys of the search page"), KEYS.map(([where, keys]) => h("section", {}, h("h3", {}, where), h("dl", {}, keys.map(makeRow))))),
  );
  let opener = null;
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("close", () => opener?.focus({ preventScroll: true }));
  const open = (from) => {
    opener = from;
    if (!dialog.isConnected) from.closest(".mm-app").append(dialog);
    dialog.showModal();
    close.focus();
  };
  return { open };
}

const makeRow = ([keys, what]) => h("div", {}, h("dt", {}, keys.map((key) => (key === "or" ? " or " : h("kbd", {}, key)))), h("dd", {}, what));
