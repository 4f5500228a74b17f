// Short messages at the foot of the page. Knows nothing of what they tell.

import { button, h, icon } from "./dom.js";
import { session } from "./session.js";

const STAY = 6_000; // ms
const SYMBOLS = { done: "check", problem: "warning" };

export function makeToasts(home) {
  const calm = h("div", { role: "status" });
  const urgent = h("div", { role: "alert" });
  const element = h("div", { class: "mm-toasts", popover: "manual" }, calm, urgent);
  const moveTo = (place) => {
    if (element.parentElement !== place) place.append(element); // this closes it
    if (element.matches(":popover-open")) element.hidePopover();
    element.showPopover(); // again: over a dialog that was opened since
  };
  session.addEventListener("notice", ({ detail: { text, kind, action } }) => {
    const toast = h("div", { class: `mm-toast mm-toast-${kind}` }, icon(SYMBOLS[kind]), h("span", { dir: "auto" }, text));
    const close = () => toast.remove();
    if (action) toast.append(button(action.name, { class: "mm-toast-act", onclick: () => (close(), action.run()) }));
    toast.append(button("Dismiss", { bare: true, class: "mm-quiet", symbol: "close", onclick: close }));
    (kind === "problem" ? urgent : calm).replaceChildren(toast);
    const dialog = document.querySelector("dialog[open]"); // all outside of it is inert
    dialog?.addEventListener("close", () => moveTo(home), { once: true });
    moveTo(dialog ?? home);
    let timer = setTimeout(close, STAY);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => (timer = setTimeout(close, STAY)));
    toast.addEventListener("focusin", () => clearTimeout(timer));
    toast.addEventListener("focusout", () => (timer = setTimeout(close, STAY)));
  });
  home.append(element);
}
