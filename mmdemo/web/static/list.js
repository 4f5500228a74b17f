// One ranker's list: its cards in order, its states, its keys. Knows no server.

import { makeCard, placeCard, showGrade, tellElsewhere, weightTold } from "./cards.js";
import { h, reducedMotion } from "./dom.js";
import { gradeOfKey } from "./grades.js";
import { session } from "./session.js";

const LISTS = {
  text: { title: "Text only", told: "By the product's words" },
  image: { title: "Image only", told: "By what the photos show" },
  fused: { title: "Fused", told: "By both together" },
};
const GHOSTS = 5;
const GLIDE = 280; // ms a card takes to its new place

export function mount({ element, props, watch }) {
  const list = new List(element.querySelector(".mm-mount"), props.value.ranker);
  watch("value", () => list.show(props.value));
  list.show(props.value);
}

class List {
  constructor(root, ranker) {
    this.ranker = ranker;
    this.cards = new Map(); // product id → element
    this.queryId = "";
    const { title, told } = LISTS[ranker] ?? { title: ranker, told: "" };
    this.told = h("p", { class: "mm-list-told" }, told);
    this.body = h("ol", { class: "mm-cards", "aria-label": `${title}: results` });
    this.note = h("div", { class: "mm-list-note", hidden: true });
    this.ghosts = h("div", { class: "mm-ghosts", "aria-hidden": "true" }, ...ghosts());
    this.root = root;
    root.classList.add("mm-list", `mm-list-${ranker}`);
    root.replaceChildren(
      h("header", { class: "mm-list-head" }, h("h2", {}, title), this.told),
      this.note,
      this.body,
      this.ghosts,
    );
    this.body.addEventListener("click", (event) => this.#clicked(event));
    this.body.addEventListener("keydown", (event) => this.#pressed(event));
    this.body.addEventListener("focusin", ({ target }) => this.#focused(target.closest(".mm-card")));
    this.body.addEventListener("pointerover", ({ target }) => pointAt(target.closest(".mm-card")));
    this.body.addEventListener("pointerleave", () => pointAt(null));
    addEventListener("mmdemo:searching", () => root.classList.add("mm-busy"));
    session.addEventListener("lost", () => root.classList.remove("mm-busy"));
    session.addEventListener("ready", () => this.showGrades());
    session.addEventListener("grades", () => this.showGrades());
    session.addEventListener("ranks", () => this.#soon());
    session.addEventListener("twin", ({ detail }) => this.#twin(detail));
    session.addEventListener("query", () => this.#tellWeight());
  }

  show({ items, missing, query_id: queryId, text_weight: weight }) {
    const before = this.queryId && this.queryId === queryId ? this.#places() : null;
    this.queryId = queryId;
    const best = Math.max(...items.map((item) => item.score), 0);
    const cards = new Map();
    for (const item of items) {
      const card = this.cards.get(item.id) ?? makeCard(item);
      placeCard(card, item, best);
      cards.set(item.id, card);
    }
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    this.cards = cards;
    this.body.replaceChildren(...cards.values());
    focused?.isConnected && focused.focus({ preventScroll: true });
    this.#roving(focused?.closest?.(".mm-card") ?? this.body.firstElementChild);
    this.#note(missing || (queryId && !items.length ? "No product found." : ""));
    this.ghosts.hidden = Boolean(queryId);
    this.root.classList.remove("mm-busy");
    this.showGrades();
    session.ranked(this.ranker, items);
    if (this.ranker === "fused" && weight !== null) session.reweighted(weight);
    if (before && !reducedMotion()) this.#glide(before);
  }

  showGrades() {
    if (!session.grades) return;
    for (const [id, card] of this.cards) showGrade(card, session.grades.of(this.queryId, id));
  }

  #note(text) {
    this.note.hidden = !text;
    this.note.textContent = text;
  }

  #tellWeight() {
    if (this.ranker !== "fused" || !session.query) return;
    const { weight } = session.query;
    this.told.replaceChildren(
      h("span", { class: "mm-split", "aria-hidden": "true" }, h("i", { style: `width:${weight * 100}%` })),
      weightTold(weight),
    );
  }

  // Three lists change one after the other: tell the ranks once.
  #soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      for (const card of this.cards.values()) {
        tellElsewhere(card, this.ranker, session.ranks, session.shown);
      }
    });
  }

  #places() {
    return new Map([...this.cards].map(([id, card]) => [id, card.getBoundingClientRect().top]));
  }

  #glide(before) {
    for (const [id, card] of this.cards) {
      const was = before.get(id);
      const change = was === undefined ? null : was - card.getBoundingClientRect().top;
      if (change === 0) continue;
      const from =
        change === null ? { opacity: 0 } : { transform: `translateY(${change}px)` };
      card.animate([from, {}], { duration: GLIDE, easing: "cubic-bezier(.2,.7,.2,1)" });
    }
  }

  // One card of the list is in the tab order, with its buttons; arrow keys move that place.
  #roving(card) {
    if (!card || card === this.active) return;
    for (const [old, index] of [[this.active, "-1"], [card, "0"]]) {
      old?.setAttribute("tabindex", index);
      old?.querySelectorAll("button[data-grade]").forEach((b) => b.setAttribute("tabindex", index));
    }
    this.active = card;
  }

  #focused(card) {
    this.#roving(card);
    pointAt(card);
  }

  #twin(productId) {
    for (const [id, card] of this.cards) card.classList.toggle("mm-twin", id === productId);
  }

  #clicked(event) {
    const card = event.target.closest(".mm-card");
    const button = event.target.closest("button");
    if (!card || !button) return;
    const id = card.dataset.product;
    if (button.dataset.grade) return session.grade(id, Number(button.dataset.grade));
    const { eventId } = session.grades.of(this.queryId, id);
    if (button.dataset.act === "retry") session.outbox.retry(eventId);
    if (button.dataset.act === "discard") session.outbox.discard(eventId);
    card.focus({ preventScroll: true }); // the button is gone
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.closest(".mm-card");
    const grade = gradeOfKey(event.key);
    if (!card) return;
    if (grade !== undefined) {
      if (!event.repeat) session.grade(card.dataset.product, grade);
    } else if (event.key.toLowerCase() === "u") {
      if (!event.repeat) session.undo();
    } else if (event.key === "ArrowDown") {
      card.nextElementSibling?.focus();
    } else if (event.key === "ArrowUp") {
      card.previousElementSibling?.focus();
    } else if (event.key === "Home") {
      this.body.firstElementChild.focus();
    } else if (event.key === "End") {
      this.body.lastElementChild.focus();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      this.#sideways(event.target, card, event.key === "ArrowRight" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === card) {
      (card.querySelector('button[aria-pressed="true"]') ?? card.querySelector("button")).focus();
    } else if (event.key === "Escape") {
      card.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // Between a card's buttons, or to the same place in the next list.
  #sideways(target, card, step) {
    if (target !== card) {
      const buttons = [...card.querySelectorAll("button[data-grade]")];
      buttons[buttons.indexOf(target) + step]?.focus();
      return;
    }
    const place = [...this.body.children].indexOf(card);
    const lists = [...document.querySelectorAll(".mm-cards")];
    const next = lists[lists.indexOf(this.body) + step]?.children;
    if (next?.length) next[Math.min(place, next.length - 1)].focus();
  }
}

function pointAt(card) {
  session.tell("twin", card?.dataset.product ?? null);
}

function ghosts() {
  return Array.from({ length: GHOSTS }, () =>
    h("div", { class: "mm-ghost" }, h("i"), h("div", {}, h("b"), h("b"), h("b"))),
  );
}
