// The bar of a grading session: the scale, undo and redo, what is left. Knows no list.

import { button, h, icon } from "./dom.js";
import { gradeName, SCALE } from "./grades.js";
import { remember, remembered, session } from "./session.js";
import { hasQuery } from "./view.js";

const SCALE_OPEN = "mmdemo:scale";

export function makeGrading() {
  const undo = button("Undo", { class: "mm-tool", symbol: "undo", title: "Take the last grade back (key u)", "aria-keyshortcuts": "u" });
  const redo = button("Redo", { class: "mm-tool", symbol: "redo", title: "Give it again (key Shift+u)", "aria-keyshortcuts": "Shift+U" });
  const only = h("input", { type: "checkbox" });
  const count = h("span", { class: "mm-soft", role: "status" });
  const scale = makeScale();
  const element = h(
    "section",
    { class: "mm-grading", "aria-label": "Grading", hidden: true },
    makeQuestion(scale),
    h("div", { class: "mm-grading-tools" }, count, h("label", { class: "mm-only" }, only, "Only unjudged"), undo, redo),
    scale,
  );
  const show = () => {
    const { grades, query, answer } = session;
    element.hidden = !(session.grading && hasQuery(session.view));
    only.checked = session.unjudgedOnly;
    undo.disabled = !grades?.steps.done.length;
    redo.disabled = !grades?.steps.undone.length;
    if (!grades || !query) return count.replaceChildren();
    const shown = Object.keys(answer.products).filter((id) => answer.columns.some((column) => column.hits.some((hit) => hit.id === id)));
    const judged = shown.filter((id) => grades.of(query.id, id).grade !== null).length;
    count.textContent = shown.length ? `${judged} of ${shown.length} judged` : "";
    return undefined;
  };
  undo.addEventListener("click", () => step("undo"));
  redo.addEventListener("click", () => step("redo"));
  only.addEventListener("change", () => session.setUnjudgedOnly(only.checked));
  addEventListener("keydown", (event) => {
    if (!session.grading || event.repeat || event.target.closest?.("input:not([type=checkbox], [type=range]), textarea")) return;
    const [plain, key] = [!(event.ctrlKey || event.metaKey || event.altKey), event.key.toLowerCase()];
    const command = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (plain && key === "u") step(event.shiftKey ? "redo" : "undo");
    else if (command && key === "z") step(event.shiftKey ? "redo" : "undo");
    else if (command && key === "y") step("redo");
    else return;
    event.preventDefault();
  });
  for (const name of ["view", "answer", "grades", "grading", "info"]) session.addEventListener(name, show);
  show();
  return element;
}

function makeScale() {
  return h(
    "div",
    { class: "mm-scale", id: "mm-scale" },
    h(
      "dl",
      {},
      SCALE.map(({ letter, name, hint, grade }) => h("div", { "data-grade": grade }, h("dt", {}, h("kbd", {}, letter), name), h("dd", {}, hint))),
    ),
    h("p", { class: "mm-soft", title: "Exports leave them out unless they are asked for" }, "The rankers are in sight: these grades are marked as not blind."),
  );
}

// Opens and closes the scale, which takes half of a phone.
function makeQuestion(scale) {
  const element = h("button", { type: "button", class: "mm-question", "aria-controls": scale.id, title: "The scale" }, "How well does the product answer the query?", icon("down"));
  const open = (wanted) => {
    scale.hidden = !wanted;
    element.setAttribute("aria-expanded", String(wanted));
  };
  element.addEventListener("click", () => {
    open(scale.hidden);
    remember(SCALE_OPEN, scale.hidden ? "no" : "yes");
  });
  open(remembered(SCALE_OPEN) ? remembered(SCALE_OPEN) === "yes" : matchMedia("(width > 900px)").matches);
  return element;
}

// Tell what was undone: it may be a product, or a query, that is not in sight.
function step(what) {
  const done = session.grades?.[what]();
  if (!done) return session.notice(`Nothing to ${what}`);
  const { query, productId, title, before, after } = done;
  const grade = what === "undo" ? before : after;
  const elsewhere = query.id === session.query?.id ? "" : ` for “${query.text || "a photo"}”`;
  const back = what === "undo" ? "Undone" : "Redone";
  const show = elsewhere && query.text ? { action: { name: "Show", run: () => session.go({ text: query.text, photo: "" }) } } : {};
  return session.notice(`${back}: “${title || productId}”${elsewhere} is ${grade === null ? "without a grade" : gradeName(grade)} again`, show);
}
