// How far judgments can be trusted: agreement, with themselves and with what is known. Knows no
// judgment.

import { button, formatCount, h, icon, percent, plural } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { figure, figureBar, sheet, trouble, viewLink, waiting, when } from "./campaigns-parts.js";
import { table } from "./tables.js";

// Krippendorff (2004, p. 241): draw conclusions from 0.8 on, tentative ones from 0.667 on.
const FIRM = 0.8;
const TENTATIVE = 0.667;

export async function showQuality(place, campaign, question = "") {
  place.replaceChildren(waiting("Comparing the judges…"));
  let quality;
  try {
    quality = await desk.quality(campaign.name, question);
  } catch (error) {
    return place.replaceChildren(trouble("The quality cannot be told now", error, () => showQuality(place, campaign, question)));
  }
  const { counts } = quality;
  if (!counts.answers) {
    return place.replaceChildren(h("section", { class: "mm-judge-center" }, icon("people"), h("h2", {}, "Nothing to compare yet"), h("p", { class: "mm-lead" }, "As soon as two judges have graded the same pair, this tells how far they agree.")));
  }
  return place.replaceChildren(
    quality.questions.length > 1 ? makeQuestions(quality, (name) => showQuality(place, campaign, name)) : "",
    makeAgreement(quality),
    h("div", { class: "mm-campaign-sheets" }, makeJudges(quality), makeQueries(quality, campaign), makePairs(quality)),
  );
}

function makeQuestions({ question, questions }, pick) {
  return h("div", { class: "mm-segments", role: "group", "aria-label": "Question" }, questions.map((name) => h("button", { type: "button", "aria-pressed": String(name === question), onclick: () => pick(name) }, name[0].toUpperCase() + name.slice(1))));
}

function told({ value, low }) {
  if (value === null) return ["open", "It cannot be told yet how far the judges agree"];
  if ((low ?? value) >= FIRM) return ["good", "The judges agree: conclusions can be drawn from these grades"];
  if (value >= TENTATIVE) return ["wait", "The judges agree well enough for tentative conclusions"];
  return ["bad", "The judges do not agree well: look at what is disputed, and at the guidelines"];
}

function makeAgreement({ agreement, repeats, gold, counts, too_fast: fast }) {
  const { alpha, raw, fleiss, resampled } = agreement;
  const [tone, sentence] = told(alpha);
  return h(
    "section",
    { class: `mm-agreement mm-tone-box-${tone}`, "aria-label": "Agreement" },
    h("h2", {}, sentence),
    h(
      "dl",
      { class: "mm-figures-row" },
      tile("Krippendorff's α", alpha, `ordinal; 1 is full agreement, 0 what chance gives${alpha.low === null ? "" : `; 95% interval over ${resampled}`}`),
      tile("Same grade", raw, "of two judges of a pair", { share: true }),
      tile("Fleiss' κ", fleiss, "beyond chance, grades unordered"),
      tile("Agree with themselves", repeats, "on pairs that were shown again", { share: true }),
      tile("Right on known pairs", gold, "hidden among the others", { share: true }),
      tile("Too fast", fast.share, fast.below ? `answered in less than ${fast.below.toFixed(1)} s; the median is ${fast.median.toFixed(1)} s` : "", { share: true }),
    ),
    h("p", { class: "mm-soft" }, `From ${plural(counts.answers, "answer")} to ${plural(counts.pairs, "pair")}${counts.cant_tell ? `, ${formatCount(counts.cant_tell)} × can't tell` : ""}${counts.skipped ? `, ${formatCount(counts.skipped)} skipped` : ""}${counts.extras ? `, ${formatCount(counts.extras)} extra` : ""}${counts.adjudicated ? `, ${formatCount(counts.adjudicated)} adjudicated` : ""}.`),
  );
}

function tile(name, one, about, options) {
  const none = one?.value === null || one?.value === undefined;
  return h("div", {}, h("dt", {}, name), h("dd", {}, figure(one, options)), h("dd", { class: "mm-soft" }, none && one?.why ? one.why : about));
}

function makeJudges({ judges }) {
  return h(
    "section",
    { class: "mm-sheet mm-sheet-wide" },
    h("h2", {}, "Judges"),
    table(
      { name: "Judges", head: [["Judge"], ["Answers", true], ["Bias", false, "how much higher than the others of the same pairs, in grades; left of the line is stricter"], ["", true], ["With itself", true, "the same grade on pairs that were shown again"], ["Known pairs", true, "right on pairs whose grade is known"], ["Median", true, "time for a pair"], ["Too fast", true], ["An hour", true], ["Last", true]] },
      judges.map(({ judge, answers, bias, repeats, gold, too_fast: fast, median_seconds: median, per_hour: pace, last }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, viewLink({ part: "history", judge }, { class: "mm-link" }, h("bdi", {}, judge))),
          h("td", { class: "mm-n" }, formatCount(answers)),
          h("td", { class: "mm-plot" }, figureBar(bias, [-1, 1])),
          h("td", { class: "mm-n" }, signed(bias)),
          h("td", { class: "mm-n" }, figure(plain(repeats), { share: true })),
          h("td", { class: "mm-n" }, figure(plain(gold), { share: true })),
          h("td", { class: "mm-n" }, median === null ? "–" : `${median.toFixed(1)} s`),
          h("td", { class: "mm-n" }, fast.value ? h("span", { class: fast.value > 0.1 ? "mm-warned" : "" }, percent(fast.value)) : "–"),
          h("td", { class: "mm-n" }, pace ? formatCount(Math.round(pace)) : "–"),
          h("td", { class: "mm-n" }, when(last)),
        ),
      ),
    ),
  );
}

const plain = (one) => ({ ...one, low: null, high: null });
const signed = ({ value }) => (value === null ? "–" : `${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value).toFixed(2)}`);

function makeQueries({ queries }, campaign) {
  const texts = new Map(campaign.queries.map(({ query_id: id, text }) => [id, text]));
  const shown = queries.filter(({ disputed }) => disputed).slice(0, 12);
  if (!shown.length) return sheet("Most disputed queries", h("p", {}, "No judges disagree by far on any query."));
  return sheet(
    "Most disputed queries",
    table(
      { name: "Most disputed queries", head: [["Query"], ["Pairs", true], ["Disputed", true], [""]] },
      shown.map(({ query_id: id, pairs, disputed }) =>
        h("tr", {}, h("th", { scope: "row" }, viewLink({ part: "history", query: id }, { class: "mm-link" }, h("bdi", {}, texts.get(id) || id))), h("td", { class: "mm-n" }, formatCount(pairs)), h("td", { class: "mm-n" }, formatCount(disputed)), h("td", { class: "mm-plot" }, h("span", { class: "mm-bar-track", "aria-hidden": "true" }, h("i", { style: `width:${(100 * disputed) / Math.max(1, pairs)}%` })))),
      ),
    ),
    h("div", {}, button("Decide what is disputed", { class: "mm-tool", onclick: () => desk.go({ part: "disputes" }) })),
  );
}

function makePairs({ cohen }) {
  if (cohen.length < 2) return null;
  return sheet(
    "Two judges at a time",
    table(
      { name: "Cohen's κ", head: [["Judges"], ["Cohen's κ", true, "agreement of two beyond chance; 1 is full"], ["", false], ["Pairs", true]] },
      cohen.map(({ one, other, kappa }) => h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, one), " and ", h("bdi", {}, other)), h("td", { class: "mm-n" }, figure(plain(kappa))), h("td", { class: "mm-plot" }, figureBar(kappa, [-0.2, 1])), h("td", { class: "mm-n" }, formatCount(kappa.n)))),
    ),
  );
}
