// One query closely: its lists side by side, what moved, its weights, its notes. Knows no table.

import { desk } from "./analysis-desk.js";
import { makeNoteForm } from "./analysis-note-form.js";
import { capital, hue, kindCss, KINDS, label, queryName, queryPhoto, searchAddress, sentence, table } from "./analysis-parts.js";
import { shownCases } from "./analysis-queries.js";
import { round, signed, weightChart } from "./charts.js";
import { button, h, icon, photo } from "./dom.js";
import { gradeName } from "./grades.js";

export function makeCase() {
  const body = h("div", { class: "mm-case-body" });
  const close = button("Close", { bare: true, class: "mm-quiet mm-detail-close", symbol: "close", onclick: () => leave() });
  const dialog = h("dialog", { class: "mm-detail mm-case", "aria-label": "Query" }, close, body);
  const view = new CaseView(dialog, body);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("click", ({ target }) => target === dialog && leave());
  for (const name of ["view", "answer"]) desk.addEventListener(name, () => view.show());
  return dialog;
}

const leave = () => desk.go({ case: "" });

class CaseView {
  constructor(dialog, body) {
    Object.assign(this, { dialog, body, asked: "" });
  }

  async show() {
    const id = desk.view.case;
    if (!id || !desk.analysis) return this.#close();
    const asked = JSON.stringify([id, desk.answer.key]);
    if (asked === this.asked) return undefined;
    this.asked = asked;
    this.running?.abort();
    this.running = new AbortController();
    if (!this.dialog.open) {
      this.opener = document.activeElement;
      this.dialog.showModal();
    }
    const known = desk.analysis.cases.find((one) => one.topic_id === id);
    this.body.replaceChildren(...(known ? makeHead(known) : []), h("p", { class: "mm-soft mm-detail-wait", role: "status" }, h("span", { class: "mm-spinner" }), "Loading its lists…"));
    this.dialog.scrollTop = 0;
    try {
      const answer = await desk.openCase(id, this.running.signal);
      if (asked !== this.asked) return undefined;
      this.dialog.setAttribute("aria-label", queryName(answer.case));
      const form = makeNoteForm({ id, text: answer.case.query }, reasonsOf(answer.case));
      this.body.replaceChildren(...makeHead(answer.case), makeLists(answer), makeMoves(answer.case), h("div", { class: "mm-case-foot" }, makeCurve(answer.case), form));
    } catch (error) {
      if (asked !== this.asked || this.running.signal.aborted) return undefined;
      this.asked = "";
      this.body.replaceChildren(h("p", { class: "mm-detail-wait" }, icon("warning"), h("span", { dir: "auto" }, ` ${error.message}`)));
    }
    return undefined;
  }

  #close() {
    this.running?.abort();
    this.asked = "";
    if (!this.dialog.open) return;
    this.dialog.close();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }
}

const reasonsOf = ({ moves }) => [...new Set(moves.flatMap(({ reasons }) => reasons))];

function makeHead(one) {
  const others = shownCases().map(({ topic_id: id }) => id);
  const place = others.indexOf(one.topic_id);
  const step = (name, symbol, id) => button(name, { bare: true, class: "mm-quiet", symbol, disabled: !id, onclick: () => desk.go({ case: id }, { quiet: true }) });
  const [kind] = one.kinds;
  return [
    h(
      "header",
      { class: "mm-case-head" },
      h("div", { class: "mm-case-steps" }, step("Query before", "left", place > 0 ? others[place - 1] : ""), h("span", { class: "mm-soft" }, place < 0 ? "" : `${place + 1} of ${others.length}`), step("Next query", "right", place >= 0 ? (others[place + 1] ?? "") : "")),
      h("div", { class: "mm-case-asked" }, queryPhoto(one, "The photo that was searched with"), h("h2", { dir: "auto" }, queryName(one))),
      h("p", { class: "mm-case-kinds" }, kind ? h("span", { class: `mm-kind ${kindCss(kind)}` }, h("i", { class: "mm-kind-dot", "aria-hidden": "true" }), capital(KINDS[kind]?.[1] ?? kind)) : null, Object.entries(one.facets).map(([facet, value]) => h("span", { class: "mm-badge" }, `${facet}: ${value}`)), h("a", { class: "mm-link", href: searchAddress(one) }, "Search it")),
      one.explanation ? h("p", { class: "mm-case-told", dir: "auto" }, sentence(one.explanation)) : null,
    ),
  ];
}

function makeLists({ case: one, lists, depth }) {
  return h(
    "div",
    { class: "mm-case-lists", style: `--lists:${lists.length}` },
    lists.map(({ ranker, value, hits, missing }) =>
      h(
        "section",
        { class: "mm-case-list", "data-hue": hue(ranker), "data-ranker": ranker },
        h("header", {}, h("h3", {}, label(ranker)), h("span", { class: "mm-measure" }, value === null ? "" : `${desk.analysis.measures[0]} ${round(value)}`)),
        missing ? h("p", { class: "mm-note" }, capital(missing)) : null,
        h("ol", {}, hits.slice(0, depth).map((hit) => makeCard(hit, one, ranker))),
      ),
    ),
  );
}

function makeCard({ id, rank, title, photo: key, grade, moved }, one, ranker) {
  const [candidate, baseline] = [desk.analysis.verdict?.comparison.ranker, desk.analysis.verdict?.comparison.baseline];
  const move = moved && (ranker === candidate || ranker === baseline) ? one.moves.find(({ product_id: product }) => product === id) : null;
  const before = move?.ranks[ranker === candidate ? baseline : candidate];
  const from = move ? (before ? `${ranker === candidate ? "from" : "to"} ${before}` : ranker === candidate ? "new" : "gone") : "";
  return h(
    "li",
    {},
    h(
      "a",
      { class: "mm-mini", href: searchAddress(one, id), title, "data-product": id, "data-grade": grade ?? "none" },
      h("span", { class: "mm-photo" }, photo(key, ""), h("span", { class: "mm-rank" }, rank)),
      h("span", { class: "mm-mini-told" }, h("bdi", { class: "mm-mini-title" }, title), h("span", { class: "mm-mini-line" }, makeGrade(grade), from && move && Math.abs(move.effect) > 0.005 ? h("span", { class: `mm-mini-move ${move.effect > 0 ? "mm-ink-good" : "mm-ink-bad"}` }, from) : null)),
    ),
  );
}

// On the scale of the judges, or as the truth's own number.
export function makeGrade(grade) {
  if (grade === null || grade === undefined) return h("span", { class: "mm-mark mm-mark-none" }, "no grade");
  const name = desk.source?.kind === "truth" ? (grade ? `grade ${grade}` : "irrelevant") : gradeName(grade);
  return h("span", { class: "mm-mark", "data-grade": Math.min(3, grade) }, name);
}

function makeMoves(one) {
  const { moves } = one;
  if (!moves.length) return null;
  const { ranker, baseline } = desk.analysis.verdict.comparison;
  const rank = (place) => (place === null || place === undefined ? "–" : String(place));
  const rows = moves.slice(0, 8).map((move) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, h("a", { class: "mm-move", href: searchAddress(one, move.product_id) }, h("span", { class: "mm-photo" }, photo(move.photo, "")), h("bdi", {}, move.title))),
      h("td", {}, makeGrade(move.grade)),
      h("td", { class: "mm-n" }, `${rank(move.ranks[baseline])} → ${rank(move.ranks[ranker])}`),
      h("td", { class: `mm-n ${move.effect > 0.0005 ? "mm-ink-good" : move.effect < -0.0005 ? "mm-ink-bad" : "mm-soft"}` }, signed(move.effect)),
      h("td", { class: "mm-soft" }, capital(move.why), move.reasons.length ? ` · judges: ${move.reasons.join(", ")}` : ""),
    ),
  );
  return h("section", { class: "mm-case-part" }, h("h3", {}, "Products that moved, and why"), table({ name: "Products that moved", head: [["Product"], ["Grade"], [`${label(baseline)} → ${label(ranker)}`, true], ["Effect", true, "what it adds to the difference of the measure"], ["Why"]] }, rows));
}

function makeCurve({ by_weight: values, best_weight: best, served_weight: served }) {
  if (!values.length || !best) return null;
  const weights = values.map((_, place) => place / (values.length - 1));
  return h(
    "section",
    { class: "mm-case-part" },
    h("h3", {}, "Which weight of text would have been best here"),
    weightChart({ weights, means: values, low: values, high: values }, { title: `${desk.analysis.measures[0]} of this query by weight`, marks: [{ weights: [served[0]], value: served[1], css: "mm-served" }, { weights: [best[0]], value: best[1], css: "mm-best-mark" }], warned: [], height: 220 }),
    h("p", { class: "mm-legend" }, h("span", { class: "mm-key mm-served" }, `in use: ${served[0].toFixed(2)} → ${round(served[1])}`), h("span", { class: "mm-key mm-best-mark" }, `best here: ${best[0].toFixed(2)} → ${round(best[1])}`)),
  );
}
