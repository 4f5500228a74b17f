// A judge's own answers, newest first, to be looked at again and changed. Knows no campaign.

import { button, h, icon, photo } from "./dom.js";
import { keyOf, titleOf } from "./judge-answers.js";
import { desk } from "./judge-desk.js";

export function makeHistory() {
  const list = h("ol", { class: "mm-judge-history" });
  const more = button("Earlier answers", { class: "mm-tool", onclick: () => load() });
  const empty = h("p", { class: "mm-soft" }, "No answers yet.");
  const close = button("Close", { bare: true, class: "mm-quiet mm-detail-close", symbol: "close", onclick: () => dialog.close() });
  const dialog = h("dialog", { class: "mm-detail mm-judge-dialog", "aria-label": "Your answers" }, close, h("div", { class: "mm-judge-guide" }, h("h1", {}, "Your answers"), h("p", { class: "mm-soft" }, "Choose one to look at it again or to change it."), list, empty, more));
  let opener = null;
  let before = null;
  let shown = new Set(); // what waits here; the server may have it by now
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus({ preventScroll: true }));
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "h") dialog.close();
  });
  const load = async () => {
    more.disabled = true;
    const page = await desk.past.page(before);
    more.disabled = false;
    if (!page) return;
    before = page.before;
    more.hidden = !before;
    const others = page.entries.filter((entry) => !shown.has(keyOf(entry)));
    list.append(...others.map((entry) => makeEntry(entry, look)));
    empty.hidden = list.children.length > 0;
  };
  const look = (entry) => {
    dialog.close();
    desk.look(entry, entry);
  };
  const open = () => {
    opener = document.activeElement;
    before = null;
    more.hidden = empty.hidden = true;
    // Those that only this browser has yet come first.
    const steps = desk.answers.steps.done;
    const waiting = desk.answers.outbox.entries().filter(({ event }) => event.answer !== "withdrawn").map(({ event }) => steps.findLast(({ item }) => keyOf(item) === keyOf(event))).filter(Boolean);
    shown = new Set(waiting.map(({ item }) => keyOf(item)));
    list.replaceChildren(...waiting.reverse().map(({ item, after }) => makeEntry({ ...item, ...after, waiting: true }, ({ pair, query, product }) => (dialog.close(), desk.look({ pair, query, product })))));
    dialog.showModal();
    close.focus();
    load();
  };
  return { element: dialog, open };
}

function makeEntry(entry, look) {
  const { query, product, comment, clicked_at: clicked, waiting } = entry;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", onclick: () => look(entry) },
      h("span", { class: "mm-photo" }, photo(product.photos[0]?.key, "")),
      h("span", { class: "mm-judge-entry" }, h("b", { dir: "auto" }, titleOf(entry)), h("span", { class: "mm-soft" }, h("bdi", {}, query.text || "a photo"), clicked ? ` · ${new Date(clicked).toLocaleString()}` : ""), comment ? h("span", { dir: "auto" }, comment) : null),
      h("span", { class: "mm-judge-entry-answer" }, waiting ? icon("clock") : null, desk.questions.tell(entry)),
    ),
  );
}
