// Rankers, their differences, segments, checks and settings. Knows no chart's inside.

import { desk } from "./analysis-desk.js";
import { capital, hue, label, outcomes, pValue, section, table } from "./analysis-parts.js";
import { ends, intervalBar, round, signed } from "./charts.js";
import { button, formatCount, h, plural } from "./dom.js";

const FIRST_PAIRS = 6;
const SHOWN_SEGMENTS = 8; // of a facet
const MEASURES = {
  nDCG: "nDCG: the better the best products stand on top, from 0 to 1",
  Judged: "Judged: share of the first products that have a grade",
  condensed: "condensed: products without a grade taken out of the list first",
};

// "Compat_nDCG@10" and the like, as people say it.
export function measureName(name) {
  return name === desk.analysis?.measures[0] ? name : name.replace(/^Judged@(\d+)$/, "judged@$1").replace(/.*nDCG.*judged_only.*@(\d+).*/i, "condensed nDCG@$1");
}

export function makeRankers() {
  const { rankers, measures, complete, verdict } = desk.analysis;
  const best = Math.max(...rankers.map(({ means }) => means[measures[0]]?.mean ?? -1));
  const roles = { [verdict?.comparison.ranker]: "may be shipped", [verdict?.comparison.baseline]: "in use" };
  const rows = rankers.map((one) =>
    h(
      "tr",
      { "data-hue": hue(one.ranker) },
      h("th", { scope: "row" }, h("i", { class: "mm-hue", "aria-hidden": "true" }), h("bdi", {}, label(one.ranker)), roles[one.ranker] ? h("span", { class: "mm-badge" }, roles[one.ranker]) : null, missing(one), empty(one)),
      h("td", { class: "mm-n" }, formatCount(one.answered)),
      measures.map((name, place) => {
        const mean = one.means[name];
        if (!mean) return h("td", { class: "mm-n mm-soft" }, "–");
        return h("td", { class: "mm-n" }, h("b", { class: !place && mean.mean >= best - 1e-12 && rankers.length > 1 ? "mm-best" : null }, round(mean.mean)), h("span", { class: "mm-between" }, `${round(mean.low)} … ${round(mean.high)}`));
      }),
      complete ? null : h("td", { class: "mm-n" }, one.bounds ? `${round(one.bounds.low)} … ${round(one.bounds.high)}` : "–"),
    ),
  );
  const head = [["Ranker"], ["Queries", true], ...measures.map((name) => [measureName(name), true]), ...(complete ? [] : [["Worst … best case", true]])];
  const told = `Mean over the queries, with the range that it lies in with 95% confidence. ${MEASURES.nDCG}. ${MEASURES.Judged}; ${MEASURES.condensed}.${complete ? "" : " Worst and best case: what products without a grade could still do to it."}`;
  return section("rankers", "What each ranker is worth", told, table({ name: "Rankers and measures", head }, rows));
}

function missing({ missing: reasons }) {
  const found = Object.entries(reasons);
  return found.length ? h("span", { class: "mm-between" }, `missing, not zero, for ${found.map(([why, count]) => `${plural(count, "query", "queries")} (${why})`).join(", ")}`) : null;
}

// An empty list has value 0 and no share of judged products.
function empty({ empty: count }) {
  return count ? h("span", { class: "mm-between" }, `finds nothing for ${plural(count, "query", "queries")}: zero, but left out of ${measureName("Judged@10")}`) : null;
}

export function makeComparisons() {
  const { comparisons, complete, options } = desk.analysis;
  if (!comparisons.length) return null;
  const span = ends(comparisons.map(({ interval }) => interval));
  const row = (one, place) => {
    const shown = one.p_corrected < options.level && (one.interval.low > 0 || one.interval.high < 0);
    return h(
      "tr",
      { class: place ? null : "mm-main-row" },
      h("th", { scope: "row" }, h("bdi", {}, label(one.ranker)), h("span", { class: "mm-soft" }, " against "), h("bdi", {}, label(one.baseline))),
      h("td", { class: `mm-n mm-ink-${shown ? (one.interval.mean > 0 ? "good" : "bad") : "open"}` }, h("b", {}, signed(one.interval.mean))),
      h("td", { class: "mm-plot" }, intervalBar(one.interval, span, { shown })),
      h("td", { class: "mm-n" }, pValue(one.p_corrected)),
      h("td", {}, outcomes(one)),
      h("td", { class: "mm-n" }, signed(one.condensed?.mean)),
      complete ? null : h("td", { class: "mm-n" }, one.bounds ? `${signed(one.bounds.low)} … ${signed(one.bounds.high)}` : "–"),
    );
  };
  const rows = comparisons.map(row);
  rows.slice(FIRST_PAIRS).forEach((one) => (one.hidden = true));
  const more = rows.length > FIRST_PAIRS ? button(`All ${rows.length} pairs`, { class: "mm-tool", onclick: () => (rows.forEach((one) => (one.hidden = false)), more.remove()) }) : null;
  const head = [["Pair"], ["Difference", true], ["with its 95% interval"], ["p", true, "of a paired randomization test, corrected"], ["Queries"], ["Condensed", true], ...(complete ? [] : [["Worst … best case", true]])];
  const told = `Paired by query. Green or red: test and interval agree that the difference is real; gray: it could be chance. p is corrected for all ${plural(comparisons.length, "comparison")} (${options.correction}).`;
  return section("pairs", "Which is better, pair by pair", told, table({ name: "Differences of rankers", head }, rows), more);
}

export function makeSegments() {
  const { segments, verdict } = desk.analysis;
  if (!segments.length || !verdict) return null;
  const span = ends(segments.map(({ interval }) => interval));
  const { ranker, baseline } = verdict.comparison;
  const facets = [...new Set(segments.map(({ facet }) => facet))];
  const tables = facets.map((facet) => makeFacet(facet, segments.filter((one) => one.facet === facet), span));
  const told = `The same difference, ${label(ranker)} less ${label(baseline)}, on one kind of query each. Small segments say so: their intervals are wide. Choose one to see only its queries and its weights below.`;
  return section("segments", "Where it holds", told, h("div", { class: "mm-facet-tables" }, tables));
}

// The largest segments, and the others where somebody wants them.
function makeFacet(facet, segments, span) {
  const head = [["Segment"], ["Queries", true], ["Difference with interval"], ["Mean", true]];
  const rows = segments.map((one) => makeSegment(one, span));
  const few = rows.length > SHOWN_SEGMENTS + 2;
  const more = few ? button(`All ${rows.length}`, { class: "mm-tool mm-more", onclick: show }) : null;
  if (few) rows.forEach((row, place) => (row.hidden = place >= SHOWN_SEGMENTS && desk.view.segment !== `${facet}: ${segments[place].value}`));
  function show() {
    for (const row of rows) row.hidden = false;
    more.remove();
    rows[SHOWN_SEGMENTS].querySelector("button").focus();
  }
  return h("div", { class: "mm-facet-table" }, h("h3", {}, capital(facet)), table({ name: `Difference by ${facet}`, head, css: "mm-segment-table" }, rows), more);
}

function makeSegment({ facet, value, queries, interval, shown, note }, span) {
  const name = `${facet}: ${value}`;
  const end = value.split(" > ").at(-1); // of a path of categories
  const pick = h("button", { type: "button", class: "mm-segment", title: end === value ? null : value, "aria-pressed": "false", onclick: () => desk.go({ segment: desk.view.segment === name ? "" : name }) }, h("bdi", {}, end));
  const show = () => pick.setAttribute("aria-pressed", String(desk.view.segment === name));
  desk.watch(pick, ["view"], show);
  show();
  return h(
    "tr",
    { class: note ? "mm-small" : null },
    h("th", { scope: "row" }, pick, note ? h("span", { class: "mm-between" }, note) : null),
    h("td", { class: "mm-n" }, formatCount(queries)),
    h("td", { class: "mm-plot" }, intervalBar(interval, span, { shown, title: `${name}: ` })),
    h("td", { class: `mm-n mm-ink-${shown ? (interval.mean > 0 ? "good" : "bad") : "open"}` }, signed(interval.mean)),
  );
}

const STANDINGS = { stands: ["good", "stands"], stronger: ["good", "shown only so"], weaker: ["wait", "no longer sure"], turns: ["bad", "turns"] };

export function makeChecks() {
  const { checks, comparisons } = desk.analysis;
  if (!checks.length) return null;
  const all = [comparisons[0], ...checks];
  const span = ends(all.map(({ interval }) => interval));
  const rows = checks.map(({ name, interval, standing, queries }) => {
    const [css, text] = STANDINGS[standing] ?? ["wait", standing];
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("bdi", {}, capital(name)), h("span", { class: "mm-between" }, plural(queries, "query", "queries"))),
      h("td", { class: "mm-plot" }, intervalBar(interval, span, { shown: standing === "stands" || standing === "stronger" || standing === "turns" })),
      h("td", { class: "mm-n" }, signed(interval.mean)),
      h("td", {}, h("span", { class: `mm-standing mm-standing-${css}` }, text)),
    );
  });
  return section("checks", "Does it stand?", "The verdict's difference under other ways to count: another rule, a judge less, the highest grade only.", table({ name: "The difference under other grades", head: [["Counted otherwise"], ["With its interval"], ["Difference", true], ["Result"]] }, rows));
}

export function makeSettings() {
  const { facts, options, complete, measures } = desk.analysis;
  const rows = [...Object.entries(facts), ["measure", measures[0]], ["correction", options.correction], ["margin", `${options.margin}: smaller differences do not matter`], ["products without a grade", complete ? "irrelevant" : "open"], ["resamples", `${formatCount(options.resamples)}, seed ${options.seed}`], ["hash", desk.answer.key]];
  return section("facts", "What this was made of", "Enough to make the same analysis again.", h("dl", { class: "mm-pairs" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, capital(name)), h("dd", { dir: "auto" }, value)))));
}
