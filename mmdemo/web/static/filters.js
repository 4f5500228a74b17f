// Which products may be in the lists. Knows no card.

import { post } from "./api.js";
import { button, formatCount, h, plural } from "./dom.js";
import { session } from "./session.js";
import { filterCount, hasQuery, noFilters, requestOf, withValues } from "./view.js";

const FEW = 6; // values shown of a facet before "more"
const OPEN = 8; // facets that are open at first
const SEARCHABLE = 15; // values of a facet before it gets a box to find one
const CALM = 150; // ms without a key before values are looked for

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
    for (const [place, facet] of facets.entries()) {
      const open = place < OPEN || Boolean(session.view.fields[facet.name]);
      if (!groups.has(facet.name)) groups.set(facet.name, facet.kind === "range" ? new Prices(facet, open) : new Values(facet, open));
      groups.get(facet.name).show(facet);
    }
    const elements = facets.map(({ name }) => groups.get(name).element);
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
  clear.addEventListener("click", () => {
    session.go(noFilters());
    close.focus(); // its own button is gone
  });
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
      values.map((value) => chip(value || "(empty)", `${field}: ${value}`, () => choose(field, value, false))),
    );
    if (price) chips.push(chip(priceTold(price), "Price", () => session.go({ price: null })));
    const focused = [...element.children].indexOf(document.activeElement);
    element.hidden = !chips.length;
    element.replaceChildren(...chips);
    if (chips.length > 1) element.append(button("Clear all", { class: "mm-link", onclick: () => session.go(noFilters()) }));
    for (const note of session.answer?.notes ?? []) element.append(h("span", { class: "mm-soft" }, note));
    if (focused >= 0) (chips[Math.min(focused, chips.length - 1)] ?? document.querySelector("[aria-controls=mm-filters]"))?.focus();
  };
  session.addEventListener("view", show);
  session.addEventListener("answer", show);
  show();
  return element;
}

// Names as catalogs write them: sub_category, Sleeve Length.
const labelOf = (name) => `${name[0].toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;

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
  session.go({ fields: withValues(session.view.fields, field, on ? [...others, value] : others) });
}

class Values {
  constructor({ name }, open) {
    this.name = name;
    const label = labelOf(name);
    this.list = h("ul", {});
    this.find = h("input", { type: "search", placeholder: `Find in ${label.toLowerCase()}`, "aria-label": `Find in ${label}`, hidden: true });
    this.more = h("button", { type: "button", class: "mm-link" });
    this.element = h("details", { class: "mm-facet", open }, h("summary", {}, h("h3", { dir: "auto" }, label)), this.find, this.list, this.more);
    this.all = false;
    this.more.addEventListener("click", () => {
      this.all = !this.all;
      this.#update();
    });
    this.find.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#update(), CALM);
    });
    this.list.addEventListener("change", ({ target }) => choose(name, target.value, target.checked));
  }

  show(facet) {
    this.facet = facet;
    this.#update();
  }

  // A search tells the most frequent values only: the others are asked for.
  async #update() {
    const find = this.find.value.trim();
    const { values, more } = this.facet;
    this.find.hidden = values.length + more <= SEARCHABLE;
    const asked = (this.asked = {});
    if (!find && !(this.all && more)) return this.#draw(this.facet, this.all ? values.length : FEW);
    const { filters } = requestOf(session.view);
    const found = await post("api/facet", { name: this.name, find, filters }).catch(() => null);
    if (found && asked === this.asked) this.#draw(found, found.values.length);
    return undefined;
  }

  #draw({ values, more }, limit) {
    const shown = values.filter(({ chosen }, place) => place < limit || chosen);
    const focused = this.list.contains(document.activeElement) ? document.activeElement.value : null;
    this.list.replaceChildren(
      ...shown.map(({ value, count, chosen }) =>
        h(
          "li",
          { "data-empty": count ? null : true },
          h("label", {}, h("input", { type: "checkbox", value, checked: chosen }), h("bdi", {}, value || "(empty)"), h("span", { class: "mm-count" }, formatCount(count))),
        ),
      ),
    );
    if (!shown.length) this.list.append(h("li", { class: "mm-soft" }, "Nothing like it."));
    if (focused !== null) [...this.list.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
    const hidden = values.length - shown.length + more;
    this.more.hidden = Boolean(this.find.value.trim()) || (!hidden && !this.all);
    this.more.textContent = this.all ? "fewer" : plural(hidden, "more value");
  }
}

class Prices {
  constructor({ currency }, open) {
    const end = (name) => h("input", { type: "number", min: 0, step: "any", placeholder: name, "aria-label": `${name} price`, inputmode: "decimal" });
    this.min = end("Lowest");
    this.max = end("Highest");
    this.bars = h("div", { class: "mm-histogram", "aria-hidden": "true" });
    this.element = h(
      "details",
      { class: "mm-facet", open },
      h("summary", {}, h("h3", {}, currency ? `Price (${currency})` : "Price")),
      this.bars,
      h("div", { class: "mm-prices" }, this.min, h("span", {}, "–"), this.max),
    );
    this.element.addEventListener("change", () => this.#changed());
  }

  show({ min, max, counts }) {
    const { price } = session.view;
    for (const [input, value, edge] of [[this.min, price?.min, min], [this.max, price?.max, max]]) {
      if (document.activeElement !== input) input.value = value ?? "";
      if (edge !== null && edge !== undefined) input.placeholder = formatCount(Math.round(edge));
    }
    const most = Math.max(1, ...counts);
    this.bars.replaceChildren(...counts.map((count) => h("i", { style: `height:${Math.round((100 * count) / most)}%` })));
  }

  #changed() {
    const read = (input) => (input.value === "" || !(Number(input.value) >= 0) ? null : Number(input.value));
    const [min, max] = [read(this.min), read(this.max)];
    session.go({ price: min === null && max === null ? null : { min, max } });
  }
}
