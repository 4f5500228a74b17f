// One ranker's list: its cards in order, its states, its keys. Knows no server.

import { makeCard, makeGhosts, placeCard, showGrade } from "./card.js";
import { button, formatCount, h, icon, percent, reducedMotion, sentence } from "./dom.js";
import { gradeOfKey } from "./grades.js";
import { makeMenu } from "./menu.js";
import { badgesOf, hueOf, isCompared, isFused, TEXT } from "./marks.js";
import { session } from "./session.js";
import { writeView } from "./view.js";

const GHOSTS = 6;
const GLIDE = 280; // ms a card takes to its new place

export class Column {
  constructor(place) {
    this.place = place;
    this.cards = new Map(); // product id → element
    this.name = h("span", {});
    this.opener = h("button", { type: "button", class: "mm-ranker" }, this.name, icon("down"));
    this.remove = button("Remove this list", { bare: true, class: "mm-quiet mm-remove-list", symbol: "close" });
    this.told = h("p", { class: "mm-column-told" });
    this.where = h("p", { class: "mm-where", "aria-hidden": "true" });
    this.body = h("ol", { class: "mm-cards" });
    this.note = h("div", { class: "mm-note", hidden: true });
    this.ghosts = h("div", { class: "mm-ghosts", "aria-hidden": "true" }, makeGhosts(GHOSTS));
    const menu = makeMenu(this.opener, { label: "Ranker of this list", choices: () => this.#choices(), pick: (name) => this.#rank(name) });
    this.element = h(
      "section",
      { class: "mm-column" },
      h("header", { class: "mm-column-head" }, h("h2", {}, menu), this.where, this.remove, this.told),
      this.note,
      this.body,
      this.ghosts,
    );
    this.remove.addEventListener("click", () => this.#drop());
    this.body.addEventListener("click", (event) => this.#clicked(event));
    this.body.addEventListener("keydown", (event) => this.#pressed(event));
    this.body.addEventListener("focusin", ({ target }) => this.#focused(target.closest(".mm-card")));
    // Moved, not merely over: keys scroll cards under a pointer that rests.
    this.body.addEventListener("pointermove", ({ target }) => this.#point(target.closest(".mm-card")));
    this.body.addEventListener("pointerleave", () => session.pointed?.column === this.place && this.#point(this.body.querySelector(".mm-card:focus-within")));
  }

  // The ranker of this place and, once it is there, what it answered.
  show() {
    const ranker = session.view.rankers[this.place];
    const { label, about } = session.ranker(ranker);
    this.element.dataset.hue = hueOf(ranker);
    this.element.dataset.ranker = ranker;
    this.element.setAttribute("aria-label", label);
    this.body.setAttribute("aria-label", `${label}: results`);
    this.name.textContent = label;
    this.opener.title = about;
    this.opener.setAttribute("aria-label", `${label}: change the ranker`);
    this.remove.hidden = session.view.rankers.length < 2;
    const { answer, busy, info } = session;
    const column = (this.column = answer?.columns.find((one) => one.ranker === ranker) ?? null);
    this.element.classList.toggle("mm-busy", busy);
    this.ghosts.hidden = Boolean(column) || !busy;
    if (this.drawn?.column === column && this.drawn.info === info) return this.#note();
    this.drawn = { column, info };
    return this.#draw();
  }

  #draw() {
    const { answer } = session;
    const column = this.column;
    const sameQuery = column && this.drawnQuery === answer.query.id;
    const before = sameQuery && !reducedMotion() ? this.#places() : null;
    this.drawnQuery = column ? answer.query.id : "";
    const hits = column?.hits ?? [];
    const best = Math.max(...hits.map((hit) => hit.score), 0);
    const cards = new Map();
    for (const hit of hits) {
      const product = answer.products[hit.id];
      const href = writeView({ ...session.view, product: hit.id }, location.href).href;
      const card = (sameQuery && this.cards.get(hit.id)) || makeCard(hit.id, product, href);
      card.querySelector("a").href = href;
      placeCard(card, product.title || hit.id, {
        hit,
        best,
        hasPhoto: product.photos.length > 0,
        inText: column.ranker === TEXT ? undefined : answer.places?.[hit.id]?.[TEXT],
        badges: badgesOf(hit.id, column, answer),
      });
      cards.set(hit.id, card);
    }
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    this.cards = cards;
    this.active = null;
    this.body.replaceChildren(...cards.values());
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    this.#roving(focused?.closest?.(".mm-card") ?? this.body.firstElementChild);
    this.showGrades();
    this.#tell();
    this.showPointed();
    if (before) this.#glide(before);
  }

  showGrades() {
    if (!session.grades || !session.query) return this.#note();
    let gone = false;
    for (const [id, card] of this.cards) {
      const grade = session.grades.of(session.query.id, id);
      showGrade(card, session.answer.products[id].title || id, grade, session.grading);
      const hidden = session.unjudgedOnly && grade.grade !== null && grade.state === "saved";
      gone ||= hidden && !card.hidden;
      card.hidden = hidden;
    }
    if (gone && this.body.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
    if (this.active?.hidden) this.#roving([...this.cards.values()].find((card) => !card.hidden));
    return this.#note();
  }

  // Overlap, exclusive hits and, once there are judgments, how good the list is.
  #tell() {
    const { answer, measures } = session;
    const column = this.column;
    const text = session.ranker(TEXT).label;
    const told = [];
    if (column?.hits.length) {
      const measured = measures?.queryId === answer.query.id ? measures.columns[column.ranker] : null;
      const ndcg = measured?.["nDCG@10"];
      if (ndcg !== null && ndcg !== undefined) {
        told.push([`nDCG@10 ${ndcg.toFixed(2)}`, "By the grades that products have for this query; 1 is the best order", "mm-ndcg"]);
        told.push([`judged ${percent(measured["Judged@10"] ?? 0)}`, "Share of the first ten that have a grade: the fewer, the less nDCG says", "mm-judged"]);
      }
      if (column.ranker !== TEXT && column.overlap !== null && column.overlap !== undefined) {
        told.push([`${column.overlap} of ${column.hits.length} also in ${text}`, `Products that ${text} has among its first ${answer.top_k}, too`]);
      }
      if (isFused(column.ranker) && session.info.rankers && !session.ranker(column.ranker).weighted) {
        told.push(["sets its own weights", "A network learned how much text and photo count, product by product: the weight that you set has no say in this list"]);
      }
      if (isCompared(answer)) told.push([`${column.exclusive?.length ?? 0} only here`, "Products that no other list here shows"]);
    }
    if (!told.length) told.push([session.ranker(session.view.rankers[this.place]).about, ""]);
    this.told.replaceChildren(...told.map(([text, about, kind]) => h("span", { title: about || null, class: kind }, text)));
  }

  tellMeasures() {
    this.#tell();
  }

  // The product pointed at: marked if it is here, its rank here if it is pointed at elsewhere.
  showPointed() {
    const { pointed, answer } = session;
    for (const [id, card] of this.cards) card.classList.toggle("mm-twin", id === pointed?.id);
    const elsewhere = pointed && this.column && pointed.column !== this.place;
    const rank = elsewhere ? answer?.places?.[pointed.id]?.[this.column.ranker] : undefined;
    this.element.classList.toggle("mm-pointed", Boolean(elsewhere) && rank !== undefined);
    if (!elsewhere || rank === undefined) return;
    const shown = this.cards.has(pointed.id);
    this.where.replaceChildren(h("b", {}, rank === null ? "not found" : `#${formatCount(rank)}`), rank === null ? "" : shown ? " in this list" : ", not shown");
  }

  // Why there is nothing to see.
  #note() {
    const { answer, busy, error } = session;
    const cards = [...this.cards.values()];
    let text = "";
    if (error) text = "No list: see above.";
    else if (this.column?.missing) text = sentence(this.column.missing);
    else if (this.column && !cards.length) text = answer.matches ? "This ranker found no product." : "No product passes the filters.";
    else if (cards.length && cards.every((card) => card.hidden)) text = "All of these are judged.";
    this.note.hidden = busy || !text;
    this.note.textContent = text;
  }

  #choices() {
    return (session.info.rankers ?? []).map(({ name, label, about, unavailable }) => ({
      name: label,
      about: unavailable || about,
      value: name,
      chosen: name === session.view.rankers[this.place],
      disabled: Boolean(unavailable),
    }));
  }

  // A ranker that stands in another column changes places with this one.
  #rank(name) {
    const rankers = [...session.view.rankers];
    const other = rankers.indexOf(name);
    if (other >= 0) rankers[other] = rankers[this.place];
    rankers[this.place] = name;
    session.go({ rankers });
  }

  #drop() {
    const rankers = session.view.rankers.filter((_, place) => place !== this.place);
    session.go({ rankers });
    document.querySelector(".mm-ranker")?.focus();
  }

  #places() {
    return new Map([...this.cards].map(([id, card]) => [id, card.getBoundingClientRect()]));
  }

  #glide(before) {
    for (const [id, card] of this.cards) {
      const was = before.get(id);
      const is = card.getBoundingClientRect();
      const [x, y] = was ? [was.left - is.left, was.top - is.top] : [0, 0];
      if (was && !x && !y) continue;
      card.animate([was ? { transform: `translate(${x}px, ${y}px)` } : { opacity: 0 }, {}], { duration: GLIDE, easing: "cubic-bezier(.2,.7,.2,1)" });
    }
  }

  // One card of the list is in the tab order, with its buttons; arrow keys move that place.
  #roving(card) {
    if (!card || card === this.active) return;
    for (const [old, index] of [[this.active, "-1"], [card, "0"]]) {
      old?.setAttribute("tabindex", index);
      old?.querySelectorAll("button[data-grade]").forEach((one) => one.setAttribute("tabindex", index));
    }
    this.active = card;
  }

  #focused(card) {
    this.#roving(card);
    this.#point(card);
  }

  #point(card) {
    session.point(card?.dataset.product ?? null, this.place);
  }

  #clicked(event) {
    const card = event.target.closest(".mm-card");
    if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const id = card.dataset.product;
    const pressed = event.target.closest("button");
    if (!pressed) {
      if (getSelection()?.toString()) return; // words are being marked
      event.preventDefault();
      return session.go({ product: id });
    }
    if (pressed.dataset.grade) return this.#grade(card, Number(pressed.dataset.grade));
    const { eventId } = session.grades.of(session.query.id, id);
    if (pressed.dataset.act === "retry") session.outbox.retry(eventId);
    if (pressed.dataset.act === "discard") session.outbox.discard(eventId);
    card.focus({ preventScroll: true }); // the button is gone
    return undefined;
  }

  #grade(card, grade) {
    const next = session.unjudgedOnly ? this.#beside(card, 1) ?? this.#beside(card, -1) : null;
    session.grade(card.dataset.product, grade);
    next?.focus();
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.closest(".mm-card");
    if (!card) return;
    const grade = session.grading ? gradeOfKey(event.key) : undefined;
    if (grade !== undefined) {
      if (!event.repeat) this.#grade(card, grade);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.#beside(card, event.key === "ArrowDown" ? 1 : -1)?.focus();
    } else if (event.key === "Home") {
      [...this.cards.values()].find((one) => !one.hidden)?.focus();
    } else if (event.key === "End") {
      [...this.cards.values()].findLast((one) => !one.hidden)?.focus();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      this.#sideways(event.target, card, event.key === "ArrowRight" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === card) {
      session.go({ product: card.dataset.product });
    } else if (event.key === "Escape") {
      card.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #beside(card, step) {
    const shown = [...this.cards.values()].filter((one) => !one.hidden || one === card);
    return shown[shown.indexOf(card) + step];
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
    const next = [...(lists[lists.indexOf(this.body) + step]?.children ?? [])].filter((one) => !one.hidden);
    if (next.length) next[Math.min(place, next.length - 1)].focus();
  }
}
