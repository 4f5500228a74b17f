// A button that opens a list of choices. Knows no choice.

import { h, icon } from "./dom.js";

const EDGE = 8; // px

// choices(): [{name, about, value, chosen, disabled}] when it opens; pick(value) when one is taken.
export function makeMenu(opener, { label, choices, pick, end = false }) {
  const list = h("div", { role: "menu", class: `mm-menu${end ? " mm-menu-end" : ""}`, "aria-label": label, hidden: true });
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  const items = () => [...list.querySelectorAll("[role^=menuitem]:not([aria-disabled=true])")];
  const open = (wanted) => {
    list.hidden = !wanted;
    opener.setAttribute("aria-expanded", String(wanted));
    if (!wanted) return;
    list.replaceChildren(...choices().map(makeChoice));
    keepInSight(list);
    (list.querySelector("[aria-checked=true]") ?? items()[0])?.focus();
  };
  const element = h("div", { class: "mm-menu-place" }, opener, list);
  opener.addEventListener("click", () => open(list.hidden));
  opener.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !list.hidden) return;
    event.preventDefault();
    event.stopPropagation(); // the list would take it for its own
    open(true);
  });
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[role^=menuitem]");
    if (!item || item.getAttribute("aria-disabled") === "true") return;
    open(false);
    opener.focus();
    pick(item.dataset.value);
  });
  element.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const all = items();
    const here = all.indexOf(document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      open(false);
      opener.focus();
    } else if (next !== undefined) {
      all.at(next % all.length)?.focus();
    } else {
      return;
    }
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("pointerdown", ({ target }) => element.contains(target) || open(false));
  return element;
}

// Narrow windows would cut it off.
function keepInSight(list) {
  list.style.translate = "";
  const { left, right } = list.getBoundingClientRect();
  const over = right - document.documentElement.clientWidth + EDGE;
  const shift = left < EDGE ? EDGE - left : over > 0 ? -over : 0;
  list.style.translate = `${shift}px`;
}

function makeChoice({ name, about, value, chosen, disabled }) {
  const checkable = chosen !== undefined;
  return h(
    "button",
    {
      type: "button",
      role: checkable ? "menuitemradio" : "menuitem",
      "aria-checked": checkable ? String(chosen) : null,
      "aria-disabled": disabled ? "true" : null,
      "data-value": value,
      tabindex: "-1",
    },
    checkable && h("span", { class: "mm-menu-mark" }, chosen ? icon("check") : ""),
    h("span", {}, h("b", {}, name), about ? h("span", { class: "mm-menu-about" }, about) : null),
  );
}
