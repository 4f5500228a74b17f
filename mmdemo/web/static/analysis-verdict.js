// The answer in one sentence, how sure it is, and what would settle it. Knows no table.

import { desk } from "./analysis-desk.js";
import { download, label, outcomes, pValue, sentence } from "./analysis-parts.js";
import { ends, intervalBar, round, signed } from "./charts.js";
import { button, formatCount, h, icon, percent, plural } from "./dom.js";
import { session } from "./session.js";

const LOOKS = {
  "ship it": ["ship", "check", "Ship it"],
  "not yet": ["wait", "close", "Not yet"],
  "not enough grades to say": ["open", "clock", "Not enough grades to say"],
  "not enough queries to say": ["open", "clock", "Not enough queries to say"],
};

export function makeVerdict() {
  const { verdict, queries, grades, unjudged_queries: left, complete } = desk.analysis;
  const basis = `${plural(queries, "judged query", "judged queries")} · ${plural(grades, "grade")}${left ? ` · ${formatCount(left)} more without a grade, left out` : ""}${complete ? " · products without a grade count as irrelevant" : ""}`;
  if (!verdict) return h("section", { class: "mm-verdict mm-verdict-open", id: "an-verdict" }, h("h1", {}, "One ranker only: nothing to compare"), h("p", {}, "Choose a second ranker above."), h("p", { class: "mm-soft" }, basis));
  const [css, symbol, name] = LOOKS[verdict.decision] ?? ["open", "clock", verdict.decision];
  const { comparison, outlook } = verdict;
  return h(
    "section",
    { class: `mm-verdict mm-verdict-${css}`, id: "an-verdict", "aria-labelledby": "an-verdict-title" },
    h(
      "div",
      { class: "mm-verdict-main" },
      h("p", { class: "mm-verdict-question" }, "Should ", h("b", {}, label(comparison.ranker)), " replace ", h("b", {}, label(comparison.baseline)), "?"),
      h("h1", { id: "an-verdict-title" }, icon(symbol), name),
      h("p", { class: "mm-verdict-sentence", dir: "auto" }, sentence(verdict.sentence)),
      verdict.because.length ? h("p", { class: "mm-verdict-because" }, h("b", {}, "Because: "), sentence(verdict.because.join("; "))) : null,
      verdict.but ? h("p", { class: "mm-verdict-because" }, h("b", {}, "But: "), sentence(verdict.but)) : null,
      h("p", { class: "mm-soft" }, basis),
    ),
    makeFigures(comparison),
    h("div", { class: "mm-verdict-more" }, makeCaveats(verdict), makeOutlook(verdict, outlook)),
  );
}

function makeFigures(comparison) {
  const { interval, measure, means } = comparison;
  const shown = comparison.p_corrected < desk.analysis.options.level && (interval.low > 0 || interval.high < 0);
  return h(
    "dl",
    { class: "mm-figures" },
    h("div", {}, h("dt", {}, `Difference, ${measure}`), h("dd", { class: "mm-figure" }, signed(interval.mean)), h("dd", { class: "mm-soft" }, `${round(means[0])} against ${round(means[1])}`)),
    h("div", {}, h("dt", {}, "95% interval"), h("dd", {}, intervalBar(interval, ends([interval]), { shown })), h("dd", { class: "mm-soft" }, `${signed(interval.low)} to ${signed(interval.high)} · p ${pValue(comparison.p_corrected)}`)),
    h("div", {}, h("dt", {}, "Query by query"), h("dd", {}, outcomes(comparison))),
  );
}

function makeCaveats({ caveats }) {
  const lines = caveats.length ? caveats.map((one) => h("li", {}, sentence(one))) : [h("li", {}, "Nothing that was tried: other ways to count the grades say the same.")];
  return h("div", {}, h("h2", {}, "What could change it"), h("ul", { class: "mm-plain" }, lines));
}

function makeOutlook(verdict, { power, power_at_margin: atMargin, queries_at_margin: forMargin, more_queries: more, unjudged, more_grades: grades }) {
  const { margin } = desk.analysis.options;
  const lines = [];
  if (more === 0) lines.push("More queries are not needed to tell the two apart.");
  else if (more === null || more === undefined) lines.push("No number of queries in sight would tell the two apart: they rank about equally well.");
  else lines.push(`About ${plural(more, "more query", "more queries")} like these would settle it, with a chance of 80%.`);
  if (grades === 0 && !unjudged) lines.push("More grades are not needed: everything that counts is judged.");
  else if (grades === 0) lines.push(`${plural(unjudged, "product")} in the lists' first places have no grade, but no grades of theirs could turn the result.`);
  else if (grades) lines.push(`Grade ${formatCount(grades)} of the ${formatCount(unjudged)} products without a grade, the weightiest first, and the rest should not turn it any more (with a chance of 80%, if they turn out like the judged ones).`);
  lines.push(`Were the true difference as large as measured, as many queries would show it with a chance of ${percent(power)}; were it only ${margin}, with ${percent(atMargin)}${forMargin ? ` (${formatCount(forMargin)} queries make that 80%)` : ""}.`);
  return h("div", {}, h("h2", {}, "What more would bring"), h("ul", { class: "mm-plain" }, lines.map((line) => h("li", {}, line))), grades ? button("Save the pairs to grade", { class: "mm-tool", symbol: "save", onclick: savePairs }) : null);
}

async function savePairs() {
  try {
    download(await desk.settlingPairs());
  } catch (error) {
    session.notice(error.message, { kind: "problem" });
  }
}
