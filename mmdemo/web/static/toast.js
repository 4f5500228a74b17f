// Short messages at the foot of the page. Knows nothing of what they tell.

import { button, h, icon } from "./dom.js";
import { session } from "./session.js";

const STAY = 6_000; // ms
const SYMBOLS = { done: "check", problem: "warning" };

export function makeToasts() {
  const calm = h("div", { role: "status" });
  const urgent = h("div", { role: "alert" });
  session.addEventListener("notice", ({ detail: { text, kind, action } }) => {
    const toast = h("div", { class: `mm-toast mm-toast-${kind}` }, icon(SYMBOLS[kind]), h("span", { dir: "auto" }, text));
    const close = () => toast.remove();
    if (action) toast.append(button(action.name, { class: "mm-toast-act", onclick: () => (close(), action.run()) }));
    toast.append(button("Dismiss", { bare: true, class: "mm-quiet", symbol: "close", onclick: close }));
    (kind === "problem" ? urgent : calm).replaceChildren(toast);
    let timer = setTimeout(close, STAY);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => (timer = setTimeout(close, STAY)));
    toast.addEventListener("focusin", () => clearTimeout(timer));
  });
  return h("div", { class: "mm-toasts" }, calm, urgent);
}
