// The scale of a new campaign, a known one or one's own; example pairs that are graded on it.
// Knows no campaign.

import { button, h } from "./dom.js";
import { choice } from "./campaigns-parts.js";

const MOST = 10; // the highest grade

const small = (name, attributes) => h("input", { type: "text", "aria-label": name, ...attributes });

// {element, value(): the name of a known scale or its steps, steps()}
export function makeScale(scales) {
  const rows = h("ol", { class: "mm-steps" });
  const add = button("Add a grade", { class: "mm-tool", symbol: "plus" });
  const own = h("div", { class: "mm-own-scale", hidden: true }, h("p", { class: "mm-soft" }, "The best first. A key is one letter; the digit works, too."), rows, add);
  const choices = h(
    "div",
    { class: "mm-choices" },
    scales.map(({ name, label, steps }, place) => choice("radio", "scale", { value: name, name: label.split(":")[0], about: steps.map((step) => step.name).join(" · "), checked: place === 0 })),
    choice("radio", "scale", { value: "own", name: "Your own", about: "Names, keys and descriptions as you write them" }),
  );
  let last = scales[0];
  const chosen = () => choices.querySelector(":checked").value;
  const addStep = (step) => rows.append(makeStep(step));
  choices.addEventListener("change", () => {
    const known = scales.find(({ name }) => name === chosen());
    last = known ?? last;
    own.hidden = Boolean(known);
    if (!known && !rows.children.length) last.steps.forEach(addStep); // begins as the one before
  });
  add.addEventListener("click", () => {
    const highest = Math.max(-1, ...read().map(({ grade }) => grade));
    rows.prepend(makeStep({ grade: Math.min(MOST, highest + 1), name: "", key: "", description: "" }));
    rows.querySelector("[data-part=name]").focus();
  });
  const read = () =>
    [...rows.children].map((row) => {
      const [grade, name, key, description] = ["grade", "name", "key", "description"].map((part) => row.querySelector(`[data-part=${part}]`).value.trim());
      return { grade: Number(grade), name, key: key.toLowerCase(), description };
    });
  const steps = () => (chosen() === "own" ? read() : scales.find(({ name }) => name === chosen()).steps);
  return { element: h("fieldset", {}, h("legend", {}, "Scale"), choices, own), value: () => (chosen() === "own" ? read() : chosen()), steps };
}

function makeStep({ grade, name, key, description }) {
  const row = h(
    "li",
    {},
    h("input", { type: "number", min: 0, max: MOST, value: grade, "aria-label": "Grade", "data-part": "grade" }),
    small("Name", { value: name, maxlength: 60, placeholder: "Name", "data-part": "name" }),
    small("Key", { value: key, maxlength: 1, placeholder: "Key", "data-part": "key" }),
    small("Description", { value: description, maxlength: 2000, placeholder: "What it means", "data-part": "description" }),
    button("Remove this grade", { bare: true, class: "mm-quiet", symbol: "close", onclick: () => row.remove() }),
  );
  return row;
}

// {element, value(): [{query, product_id, grade, why}]}
export function makeExamples(steps) {
  const rows = h("ol", { class: "mm-steps mm-example-rows" });
  const add = button("Add an example pair", { class: "mm-tool", symbol: "plus" });
  add.addEventListener("click", () => {
    const grade = h("select", { "aria-label": "Grade", "data-part": "grade" }, steps().map((step) => h("option", { value: step.grade }, step.name)));
    const row = h(
      "li",
      {},
      small("Query", { placeholder: "Query", "data-part": "query" }),
      small("Product id", { placeholder: "Product id", "data-part": "product_id" }),
      grade,
      small("Why", { placeholder: "Why", "data-part": "why" }),
      button("Remove this example", { bare: true, class: "mm-quiet", symbol: "close", onclick: () => row.remove() }),
    );
    rows.append(row);
    row.querySelector("input").focus();
  });
  const value = () =>
    [...rows.children]
      .map((row) => Object.fromEntries([...row.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one.value.trim()])))
      .filter(({ query, product_id: id }) => query || id)
      .map((one) => ({ ...one, grade: Number(one.grade) }));
  return { element: h("div", { class: "mm-field" }, rows, h("div", {}, add)), value };
}
