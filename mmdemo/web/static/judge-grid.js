// The products of a query side by side. Knows no server.

import { h, icon, photo } from "./dom.js";
import { keyOf, titleOf } from "./judge-answers.js";
import { tone } from "./judge-buttons.js";
import { desk } from "./judge-desk.js";
import { keyOfGrade } from "./judge-keys.js";
import { makeMeta } from "./judge-product.js";

export function makeGrid({ zoom }) {
  const element = h("ul", { class: "mm-judge-grid", "aria-label": "Products" });
  const cards = new Map(); // key → card

  const draw = () => {
    const items = desk.block?.items ?? [];
    for (const key of cards.keys()) if (!items.some((item) => keyOf(item) === key)) cards.delete(key);
    for (const item of items) if (!cards.has(keyOf(item))) cards.set(keyOf(item), makeCard(item, zoom));
    const wanted = items.map((item) => cards.get(keyOf(item)).element);
    if (wanted.length !== element.children.length || wanted.some((card, place) => element.children[place] !== card)) element.replaceChildren(...wanted);
  };
  const show = () => {
    const here = desk.at && keyOf(desk.at);
    for (const [key, card] of cards) card.show(key === here);
  };
  // The card at hand has the focus, unless the judge is elsewhere on the page.
  const focus = () => {
    const card = desk.at && cards.get(keyOf(desk.at))?.element;
    if (!card || card.contains(document.activeElement)) return;
    const { activeElement: active } = document;
    if (element.contains(active) || !active.matches("button, a, input, textarea, summary")) card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
  element.addEventListener("focusin", ({ target }) => {
    const key = target.closest(".mm-judge-card")?.dataset.key;
    const item = desk.block?.items.find((one) => keyOf(one) === key);
    if (item && keyOf(desk.at) !== key) desk.go(item);
  });
  return { element, draw, show, focus, columns: () => getComputedStyle(element).gridTemplateColumns.split(" ").length };
}

function makeCard(item, zoom) {
  const { product } = item;
  const title = titleOf(item);
  const { all } = desk.questions;
  const rows = all.map(({ name, ask, scale }) =>
    h(
      "div",
      { class: "mm-judge-card-grades", role: "group", "aria-label": ask, "data-question": name, "data-asked": all.length > 1 ? ask : null, "data-steps": scale.length },
      scale.map((step, place) =>
        h("button", { type: "button", "data-grade": step.grade, "data-tone": tone(place, scale.length), tabindex: "-1", title: step.description || null }, h("kbd", { "aria-hidden": "true" }, keyOfGrade(step).toUpperCase()), h("b", {}, step.name)),
      ),
    ),
  );
  const state = h("p", { class: "mm-judge-card-state" });
  const closer = h("button", { type: "button", class: "mm-judge-opener", tabindex: "-1", "aria-label": `Look closer at ${title}`, onclick: () => zoom(product.photos, 0, title) }, photo(product.photos[0]?.key, "", { large: true }), product.photos.length > 1 ? h("span", { class: "mm-judge-count" }, `${product.photos.length} photos`) : null);
  const element = h(
    "li",
    { class: "mm-judge-card", tabindex: "-1", "data-key": keyOf(item), "aria-label": title },
    closer,
    h("h3", { dir: "auto" }, title),
    makeMeta(product),
    h("details", {}, h("summary", { tabindex: "-1" }, "More"), product.description ? h("p", { dir: "auto" }, product.description) : null, h("dl", { class: "mm-judge-attributes" }, product.attributes.map(({ name, value }) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value))))),
    rows,
    state,
  );
  element.addEventListener("click", ({ target }) => {
    const grade = target.closest("button")?.dataset.grade;
    if (keyOf(desk.at) !== keyOf(item)) desk.go(item);
    if (grade !== undefined) desk.grade(Number(grade), target.closest("[data-question]").dataset.question);
  });
  const show = (here) => {
    const now = desk.answers.of(item);
    const given = { ...(now.answer === "grade" ? now.answers : {}), ...(here ? desk.chosen : {}) };
    element.classList.toggle("mm-here", here);
    element.tabIndex = here ? 0 : -1;
    for (const one of element.querySelectorAll("[tabindex]:not(summary)")) one.tabIndex = here ? 0 : -1;
    element.dataset.done = String(!desk.answers.isOpen(item));
    for (const row of rows) {
      const grade = given[row.dataset.question];
      for (const one of row.children) one.setAttribute("aria-pressed", String(Number(one.dataset.grade) === grade && grade !== undefined));
    }
    const told = now.answer && !["grade", "withdrawn"].includes(now.answer) ? desk.questions.tell(now) : "";
    const saving = { pending: ["clock", "kept here"], failed: ["warning", `not saved: ${now.reason}`] }[now.state];
    state.replaceChildren(...[told, saving ? icon(saving[0]) : "", saving?.[1] ?? ""].filter(Boolean));
    state.dataset.state = now.state;
  };
  return { element, show };
}
