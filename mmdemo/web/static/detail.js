// One product in full: photos, words, where it ranks, what is like it. Knows no list.

import { post } from "./api.js";
import { showGrade } from "./card.js";
import { button, formatCount, h, icon, photo, sentence } from "./dom.js";
import { gradeOfKey } from "./grades.js";
import { hueOf } from "./marks.js";
import { session } from "./session.js";
import { requestOf, writeView } from "./view.js";

const KINDS = [["both", "Text and image"], ["text", "Text"], ["image", "Image"]];
const LIKE = 12;
const LONG = 120; // characters of a title that is set smaller

export function makeDetail() {
  const body = h("div", { class: "mm-detail-body" });
  const close = button("Close", { bare: true, class: "mm-quiet mm-detail-close", symbol: "close" });
  const dialog = h("dialog", { class: "mm-detail", "aria-label": "Product" }, close, body);
  const detail = new Detail(dialog, body);
  close.addEventListener("click", () => session.closeProduct());
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    session.closeProduct();
  });
  dialog.addEventListener("click", ({ target }) => target === dialog && session.closeProduct());
  dialog.addEventListener("keydown", (event) => detail.pressed(event));
  session.addEventListener("view", () => detail.show());
  session.addEventListener("info", () => detail.show());
  session.addEventListener("answer", () => detail.show());
  for (const name of ["grades", "grading", "answer"]) session.addEventListener(name, () => detail.showGrade());
  return dialog;
}

class Detail {
  constructor(dialog, body) {
    Object.assign(this, { dialog, body, shown: "" });
  }

  async show() {
    const { product: id } = session.view;
    if (!id) return this.#close();
    if (session.info.state !== "ready") return undefined;
    const asked = JSON.stringify([id, requestOf(session.view)]);
    if (asked === this.asked) return undefined;
    this.asked = asked;
    if (!this.dialog.open) {
      this.opener = document.activeElement;
      this.dialog.showModal();
    }
    if (this.shown !== id) this.body.replaceChildren(h("p", { class: "mm-soft mm-detail-wait" }, h("span", { class: "mm-spinner" }), "Loading…"));
    try {
      const { top_k: _, ...found } = requestOf(session.view);
      const answer = await post("api/product", { id, ...found });
      if (asked !== this.asked) return undefined;
      this.#draw(answer);
    } catch (error) {
      if (asked !== this.asked) return undefined;
      this.asked = "";
      this.shown = "";
      this.body.replaceChildren(h("p", { class: "mm-detail-wait" }, icon("warning"), h("span", { dir: "auto" }, sentence(error.message))));
    }
    return undefined;
  }

  #close() {
    this.asked = "";
    this.shown = "";
    if (!this.dialog.open) return;
    this.dialog.close();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }

  #draw(answer) {
    const { product } = answer;
    const same = this.shown === product.id;
    const scroll = same ? this.dialog.scrollTop : 0;
    this.shown = product.id;
    this.product = product;
    const title = product.title || product.id;
    this.dialog.setAttribute("aria-label", title);
    this.card = h("div", { class: "mm-detail-grade" }, h("h3", {}, "Grade for this query"), h("div", { class: "mm-graded" }));
    this.card.addEventListener("click", (event) => this.#clicked(event));
    if (!same) this.like = makeLike(product);
    this.body.replaceChildren(
      makePhotos(product, title),
      h(
        "div",
        { class: "mm-detail-text" },
        h("h2", { dir: "auto", "data-long": title.length > LONG }, product.title ? pieces(answer.words.fields.title) : product.id),
        h(
          "p",
          { class: "mm-meta" },
          product.price ? h("span", { class: "mm-price" }, product.price) : null,
          product.brand ? h("bdi", {}, pieces(answer.words.fields.brand)) : null,
          product.category ? h("bdi", { class: "mm-soft" }, pieces(answer.words.fields.category)) : null,
        ),
        this.card,
        makePlaces(answer),
        makeWords(answer),
        makeDescription(product, answer.words),
        makeAttributes(product, answer.words),
      ),
      this.like,
    );
    this.dialog.scrollTop = scroll;
    this.showGrade();
    if (!same) this.dialog.querySelector(".mm-detail-close").focus();
  }

  showGrade() {
    if (!this.shown) return;
    this.card.hidden = !(session.current && session.grades);
    if (this.card.hidden) return;
    const grade = session.grades.of(session.query.id, this.shown);
    showGrade(this.card, this.product.title || this.shown, grade, session.grading);
    this.card.hidden = !session.grading && grade.grade === null;
  }

  #clicked({ target }) {
    const { grade, act } = target.closest("button")?.dataset ?? {};
    if (grade) session.grade(this.shown, Number(grade));
    const { eventId } = session.grades.of(session.query.id, this.shown);
    if (act === "retry") session.outbox.retry(eventId);
    if (act === "discard") session.outbox.discard(eventId);
  }

  pressed(event) {
    const grade = session.grading && session.query ? gradeOfKey(event.key) : undefined;
    if (grade === undefined || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !this.shown) return;
    session.grade(this.shown, grade);
    event.preventDefault();
  }
}

function makePhotos({ photos }, title) {
  const stage = h("div", { class: "mm-stage" });
  const strip = h("div", { class: "mm-strip", role: "group", "aria-label": "Photos" });
  const show = (place) => {
    stage.replaceChildren(photo(photos[place]?.key, title, { large: true }));
    [...strip.children].forEach((one, at) => one.setAttribute("aria-pressed", String(at === place)));
  };
  if (photos.length > 1) {
    strip.append(
      ...photos.map(({ key }, place) => h("button", { type: "button", "aria-label": `Photo ${place + 1} of ${photos.length}`, onclick: () => show(place) }, photo(key, ""))),
    );
  }
  show(0);
  return h("div", { class: "mm-photos" }, stage, photos.length > 1 ? strip : null);
}

// Rank and score in every ranker: the reason why it stands where it stands.
function makePlaces({ places }) {
  if (!places?.length) return null;
  return h(
    "section",
    { class: "mm-places" },
    h("h3", {}, "Where it ranks"),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Ranker"), h("th", { scope: "col" }, "Rank"), h("th", { scope: "col" }, "Score"))),
      h(
        "tbody",
        {},
        places.map((place) =>
          h(
            "tr",
            { "data-hue": hueOf(place.ranker), "data-shown": session.view.rankers.includes(place.ranker) },
            h("th", { scope: "row" }, session.ranker(place.ranker).label),
            place.rank === null
              ? h("td", { colspan: 2, class: "mm-soft" }, place.missing || "not in its list")
              : [h("td", {}, `#${formatCount(place.rank)}`), h("td", {}, bar(place), place.score.toFixed(3))],
          ),
        ),
      ),
    ),
  );
}

// How much of the score came from text, how much from the photo; rankers' scores do not compare.
function bar({ text_part: text, image_part: image }) {
  if ((text ?? image ?? null) === null) return h("span", { class: "mm-bar mm-no-bar" }); // scores without parts
  const parts = [["text", text], ["image", image]].filter(([, value]) => value > 0);
  const all = parts.reduce((sum, [, value]) => sum + value, 0);
  const told = parts.map(([name, value]) => `${name} ${value.toFixed(3)}`).join(" + ");
  return h("span", { class: "mm-bar", title: told || null }, parts.map(([name, value]) => h("i", { class: `mm-part-${name}`, style: `width:${((100 * value) / all).toFixed(1)}%` })));
}

function makeWords({ words }) {
  if (!words.query.length) return null;
  const found = new Set(words.found);
  return h(
    "section",
    { class: "mm-words" },
    h("h3", {}, "Words of the query"),
    h("ul", {}, words.query.map((word) => h("li", { "data-found": String(found.has(word)) }, icon(found.has(word) ? "check" : "close"), h("bdi", {}, word), h("span", { class: "mm-soft" }, found.has(word) ? whereIs(word, words) : "nowhere in its text")))),
  );
}

function whereIs(word, { fields, attributes }) {
  const has = ([, parts]) => parts.some(([, one]) => one === word);
  const names = [...Object.entries(fields), ...Object.entries(attributes)].filter(has).map(([name]) => name);
  return `in ${names.join(", ")}`;
}

function makeDescription({ description }, { fields }) {
  if (!description) return h("p", { class: "mm-soft" }, "No description.");
  return h("section", { class: "mm-description" }, h("h3", {}, "Description"), h("p", { dir: "auto" }, pieces(fields.description)));
}

function makeAttributes({ id, attributes }, words) {
  const rows = [["ID", [[id, ""]]], ...attributes.map(({ name, value }) => [name, words.attributes[name] ?? [[value, ""]]])];
  return h(
    "section",
    { class: "mm-attributes" },
    h("h3", {}, "Attributes"),
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, pieces(value))))),
  );
}

// A text in pieces [text, word of the query it is, or ""], with those words set off.
function pieces(parts) {
  return parts.map(([text, word]) => (word ? h("mark", {}, text) : text));
}

function makeLike({ id }) {
  const list = h("ul", { class: "mm-like-list" });
  const kinds = h("div", { class: "mm-segments", role: "group", "aria-label": "Alike by" });
  const load = async (by) => {
    [...kinds.children].forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.by === by)));
    let answer;
    try {
      answer = await post("api/similar", { id, by, text_weight: session.weight, top_k: LIKE });
    } catch (error) {
      return list.replaceChildren(h("li", { class: "mm-soft" }, error.message));
    }
    if (kinds.querySelector('[aria-pressed="true"]')?.dataset.by !== by) return undefined;
    if (!answer.hits.length) return list.replaceChildren(h("li", { class: "mm-soft" }, answer.missing || "Nothing is like it."));
    return list.replaceChildren(
      ...answer.hits.map((hit) => {
        const one = answer.products[hit.id];
        const link = h("a", { href: writeView({ ...session.view, product: hit.id }, location.href).href }, h("div", { class: "mm-photo" }, photo(one.photos[0], "")), h("span", { dir: "auto" }, one.title || hit.id));
        link.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          session.go({ product: hit.id });
        });
        return h("li", {}, link);
      }),
    );
  };
  kinds.append(...KINDS.map(([by, name]) => h("button", { type: "button", "data-by": by, "aria-pressed": "false", onclick: () => load(by) }, name)));
  load("both");
  return h("section", { class: "mm-like" }, h("header", {}, h("h3", {}, "More like this"), kinds), list);
}
