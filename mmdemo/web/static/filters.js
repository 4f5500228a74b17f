// Which products may be in the lists. Knows no card.

import { button, formatCount, h, plural } from "./dom.js";
import { session } from "./session.js";
import { filterCount, hasQuery } from "./view.js";

const FEW = 6; // values shown of a facet before "more"
const SEARCHABLE = 15; // values of a facet before it gets a box to find one

export function makeFilters() {
  const body = h("div", { class: "mm-facets" });
  const close = button("Close filters", { bare: true, class: "mm-quiet", symbol: "close" });
  const clear = button("Clear all", { class: "mm-link" });
  const element = h(
    "aside",
    { id: "mm-filters", class: "mm-filters", "aria-label": "Filters", hidden: true },
    h("header", {}, h("h2", {}, "Filters"), clear, close),
    body,
  );
  let wanted = filterCount(session.view) > 0 && matchMedia("(width > 900px)").matches;
  let opener = null;
  const groups = new Map(); // field → group
  const show = () => {
    element.hidden = !(wanted && hasQuery(session.view));
    clear.hidden = !filterCount(session.view);
    const facets = session.answer?.facets;
    if (!facets) return;
    if (!facets.length) return body.replaceChildren(h("p", { class: "mm-soft" }, "This catalog has no brand, category, price or attribute that divides its products."));
    for (const facet of facets) {
      if (!groups.has(facet.field)) groups.set(facet.field, facet.field === "price" ? new Prices(facet) : new Values(facet));
      groups.get(facet.field).show(facet);
    }
    const elements = facets.map(({ field }) => groups.get(field).element);
    if (elements.some((one, place) => body.children[place] !== one) || body.children.length !== elements.length) body.replaceChildren(...elements);
    return undefined;
  };
  const toggle = (by) => {
    wanted = !wanted;
    opener = by ?? opener;
    show();
    element.dispatchEvent(new Event("toggled"));
    if (wanted) close.focus();
    else opener?.focus();
  };
  close.addEventListener("click", () => toggle());
  clear.addEventListener("click", () => session.go({ fields: {}, price: null }));
  element.addEventListener("keydown", ({ key }) => key === "Escape" && toggle());
  session.addEventListener("answer", show);
  session.addEventListener("view", show);
  return { element, toggle, isOpen: () => !element.hidden };
}

// What is filtered by, above the lists: each goes with one click.
export function makeChosen() {
  const element = h("div", { class: "mm-chosen", role: "group", "aria-label": "Filters in use", hidden: true });
  const show = () => {
    const { fields, price } = session.view;
    const chips = Object.entries(fields).flatMap(([field, values]) =>
      values.map((value) => chip(value || "(empty)", `${labelOf(field)}: ${value}`, () => choose(field, value, false))),
    );
    if (price) chips.push(chip(priceTold(price), "Price", () => session.go({ price: null })));
    element.hidden = !chips.length;
    element.replaceChildren(...chips);
    if (chips.length > 1) element.append(button("Clear all", { class: "mm-link", onclick: () => session.go({ fields: {}, price: null }) }));
    for (const note of session.answer?.notes ?? []) element.append(h("span", { class: "mm-soft" }, note));
  };
  session.addEventListener("view", show);
  session.addEventListener("answer", show);
  show();
  return element;
}

const labelOf = (field) => session.answer?.facets?.find((facet) => facet.field === field)?.label ?? field;

function chip(text, about, remove) {
  const element = button(text, { class: "mm-chip", symbol: "close", title: `Remove the filter ${about}`, onclick: remove });
  element.querySelector("span").dir = "auto";
  return element;
}

function priceTold({ min, max }) {
  if (min === null) return `up to ${formatCount(max)}`;
  return max === null ? `from ${formatCount(min)}` : `${formatCount(min)} – ${formatCount(max)}`;
}

function choose(field, value, on) {
  const others = (session.view.fields[field] ?? []).filter((one) => one !== value);
  const values = on ? [...others, value] : others;
  const fields = { ...session.view.fields, [field]: values };
  if (!values.length) delete fields[field];
  session.go({ fields });
}

class Values {
  constructor({ field, label }) {
    this.field = field;
    this.list = h("ul", {});
    this.find = h("input", { type: "search", placeholder: `Find in ${label.toLowerCase()}`, "aria-label": `Find in ${label}`, hidden: true });
    this.more = h("button", { type: "button", class: "mm-link" });
    this.element = h("details", { class: "mm-facet", open: true }, h("summary", {}, h("h3", {}, label)), this.find, this.list, this.more);
    this.all = false;
    this.more.addEventListener("click", () => {
      this.all = !this.all;
      this.#draw();
    });
    this.find.addEventListener("input", () => this.#draw());
    this.list.addEventListener("change", ({ target }) => choose(field, target.value, target.checked));
  }

  show(facet) {
    this.facet = facet;
    this.#draw();
  }

  #draw() {
    const { values, more = 0 } = this.facet;
    const chosen = new Set(session.view.fields[this.field] ?? []);
    const there = new Set(values.map(({ value }) => value));
    const gone = [...chosen].filter((value) => !there.has(value)).map((value) => ({ value, count: 0 }));
    const typed = this.find.value.trim().toLowerCase();
    const fits = [...gone, ...values].filter(({ value }) => value.toLowerCase().includes(typed));
    const shown = this.all || typed ? fits : fits.filter(({ value }, place) => place < FEW || chosen.has(value));
    this.find.hidden = values.length <= SEARCHABLE;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.value : null;
    this.list.replaceChildren(
      ...shown.map(({ value, count }) =>
        h(
          "li",
          { "data-empty": count ? null : true },
          h(
            "label",
            {},
            h("input", { type: "checkbox", value, checked: chosen.has(value) }),
            h("bdi", {}, value),
            h("span", { class: "mm-count" }, formatCount(count)),
          ),
        ),
      ),
    );
    if (focused !== null) [...this.list.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
    const hidden = fits.length - shown.length;
    this.more.hidden = !hidden && !this.all;
    this.more.textContent = this.all ? "fewer" : `${plural(hidden + more, "more value")}`;
  }
}

class Prices {
  constructor({ label, currency = "" }) {
    const end = (name) => h("input", { type: "number", min: 0, step: "any", placeholder: name, "aria-label": `${name} price`, inputmode: "decimal" });
    this.min = end("Lowest");
    this.max = end("Highest");
    this.bars = h("div", { class: "mm-histogram", "aria-hidden": "true" });
    this.element = h(
      "details",
      { class: "mm-facet", open: true },
      h("summary", {}, h("h3", {}, currency ? `${label} (${currency})` : label)),
      this.bars,
      h("div", { class: "mm-prices" }, this.min, h("span", {}, "–"), this.max),
    );
    this.element.addEventListener("change", () => this.#changed());
  }

  show({ min, max, histogram = [] }) {
    const { price } = session.view;
    this.range = { min, max };
    for (const [input, value, edge] of [[this.min, price?.min, min], [this.max, price?.max, max]]) {
      if (document.activeElement !== input) input.value = value ?? "";
      if (edge !== null && edge !== undefined) input.placeholder = formatCount(Math.round(edge));
    }
    const counts = histogram.map((bar) => bar.count ?? bar);
    const most = Math.max(1, ...counts);
    this.bars.replaceChildren(...counts.map((count) => h("i", { style: `height:${Math.round((100 * count) / most)}%` })));
  }

  #changed() {
    const read = (input) => (input.value === "" || !(Number(input.value) >= 0) ? null : Number(input.value));
    const [min, max] = [read(this.min), read(this.max)];
    session.go({ price: min === null && max === null ? null : { min, max } });
  }
}
