// Queries to try. Knows no answer.

import { h } from "./dom.js";

export function mount({ element, props, trigger, watch }) {
  const root = element.querySelector(".mm-mount");
  root.classList.add("mm-chips");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Example queries");
  root.addEventListener("click", ({ target }) => {
    const chip = target.closest("button");
    if (!chip) return;
    props.value = { ...props.value, chosen: chip.textContent };
    trigger("select");
  });
  const show = () => {
    const { examples } = props.value;
    root.hidden = !examples.length;
    root.replaceChildren(
      h("span", { class: "mm-try" }, "Try"),
      ...examples.map((text) => h("button", { type: "button", dir: "auto" }, text)),
    );
  };
  let shown = "";
  const changed = () => {
    const now = JSON.stringify(props.value.examples);
    if (now !== shown) show();
    shown = now;
  };
  watch("value", changed);
  changed();
}
