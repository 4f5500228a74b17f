// How well each list ranks, by kind of query, and where fusion does not help. Knows no server.

import { ends, intervalBar, round, signed } from "./charts.js";
import { capital, formatCount, h, icon, percent, plural } from "./dom.js";
import { hueOf } from "./marks.js";
import { session } from "./session.js";
import { table } from "./tables.js";

const ALL = "all";
const FUSED = "fused";
const BASELINES = ["text", "image"];
const LABELS = { bm25: "Words (BM25)", text: "Text only", image: "Image only", fused: "Fused", "fused-moe": "Learned: experts" };

const label = (name) => LABELS[name] ?? session.info.rankers?.find((one) => one.name === name)?.label ?? name;
// Over which queries a mean is: one over fewer cannot be held against the others of its row.
const isPartial = (value, family) => value.queries !== undefined && value.queries !== family.queries;
const familyName = ({ name }) => (name === ALL ? "All queries" : capital(name));

// families: what each asks for, in words, as far as it is told
export function makeResults(results, families) {
  const title = h("h2", {}, "How well it ranks");
  if (!results) {
    return h(
      "section",
      { class: "mm-sheet" },
      title,
      h("p", {}, "Nobody has measured it on this catalog yet, or the results were not put beside it."),
      h("p", { class: "mm-soft" }, "Grade a few queries, then the page Analysis tells what each list is worth, with intervals; ", h("code", {}, "mmdemo evaluate"), " does it from files."),
    );
  }
  return h("section", { class: "mm-sheet mm-an-section mm-about-results" }, title, h("p", { class: "mm-an-told" }, measured(results)), makeVerdict(results), makeMeans(results, families), makeDifferences(results));
}

function measured({ measure, split, queries, text_weight: weight, photo_weight: own, families }) {
  const photo = own ?? weight;
  const rank = /^nDCG@(\d+)$/.exec(measure);
  const means = rank ? `, where 1 is a perfect first ${rank[1]} and 0 has nothing right in it` : "";
  const which = split === "test" ? " test queries, which training and tuning refuse to read" : ` queries${split ? ` of the split ${split}` : ""}`;
  const partial = families.some((family) => Object.values(family.values).some((value) => isPartial(value, family)));
  return `Mean ${measure}${means}, over ${formatCount(queries)}${which}; Fused weighs text ${percent(weight)} and photos ${percent(1 - weight)}${photo === weight ? "" : `, for queries with a photo ${percent(photo)} and ${percent(1 - photo)}`}. The small figures are 95% intervals, not corrected for how many there are. A dash: such queries cannot be asked so.${partial ? " A mean of fewer queries than its row has says so and is left out of the comparison." : ""}`;
}

const difference = (family, baseline) => family.differences.find((one) => one.ranker === FUSED && one.baseline === baseline);

// better, worse, or not sure either way: the interval holds 0
const outcome = ({ low, high }) => (low > 0 ? "better" : high < 0 ? "worse" : "unsure");

// What there is to say in words, the bad news too.
function makeVerdict({ families }) {
  const [whole] = families.filter(({ name }) => name === ALL);
  const parts = families.filter(({ name }) => name !== ALL);
  const lines = [];
  const total = whole && BASELINES.map((baseline) => [baseline, difference(whole, baseline)]).filter(([, found]) => found);
  if (total?.length) {
    const told = total.map(([baseline, found]) => `${signed(found.mean)} against ${label(baseline)}${outcome(found) === "unsure" ? " (not sure)" : ""}`);
    lines.push([total.every(([, found]) => outcome(found) === "better") ? "check" : "warning", "Over all queries", `Fused is ${told.join(" and ")}.`]);
  }
  const weak = (wanted) =>
    parts.flatMap((family) => {
      const against = BASELINES.filter((baseline) => difference(family, baseline) && outcome(difference(family, baseline)) === wanted);
      return against.length ? [`${family.name} (${against.map((baseline) => label(baseline)).join(", ")})`] : [];
    });
  const [worse, unsure] = [weak("worse"), weak("unsure")];
  if (worse.length) lines.push(["warning", "Fusion hurts", `It is worse than one half alone for: ${worse.join("; ")}.`]);
  if (unsure.length) lines.push(["unsure", "No sure gain", `The interval holds 0 for: ${unsure.join("; ")}.`]);
  const asked = parts.filter(({ values }) => values[FUSED]).sort((a, b) => a.values[FUSED].mean - b.values[FUSED].mean);
  if (asked.length > 1) lines.push(["unsure", "Hardest", `${capital(asked[0].name)}, where Fused reaches ${round(asked[0].values[FUSED].mean, 2)}; easiest is ${asked.at(-1).name} with ${round(asked.at(-1).values[FUSED].mean, 2)}.`]);
  return lines.length ? h("ul", { class: "mm-about-verdict" }, lines.map(([symbol, name, told]) => h("li", { "data-symbol": symbol }, icon(symbol), h("span", {}, h("b", {}, name), " ", told)))) : null;
}

function makeMeans({ families, rankers, measure }, told) {
  const rows = families.map((family) => {
    const compared = rankers.map((name) => family.values[name]).filter((value) => value && !isPartial(value, family));
    const best = compared.length > 1 ? Math.max(...compared.map(({ mean }) => mean)) : Infinity;
    return h(
      "tr",
      { class: family.name === ALL ? "mm-main-row" : null },
      h("th", { scope: "row", dir: "auto" }, familyName(family), h("span", { class: "mm-between" }, told[family.name] ? h("span", { class: "mm-about-asks" }, `${told[family.name]} · `) : null, `${formatCount(family.queries)} queries`)),
      rankers.map((name) => {
        const value = family.values[name];
        if (!value) return h("td", { class: "mm-n mm-soft", "data-label": label(name) }, h("span", { class: "mm-about-none" }, "–"));
        const partial = isPartial(value, family);
        const share = percent(Math.min(1, Math.max(0, value.mean)));
        return h(
          "td",
          { class: "mm-n", "data-hue": hueOf(name), "data-label": label(name) },
          h("b", { class: partial ? "mm-soft" : value.mean >= best - 1e-12 ? "mm-best" : null }, round(value.mean, 2)),
          h("span", { class: "mm-between" }, `${round(value.low, 2)} … ${round(value.high, 2)}`),
          partial ? h("span", { class: "mm-between mm-about-partial" }, `of ${plural(value.queries, "query", "queries")}`) : null,
          h("span", { class: "mm-about-bar", "aria-hidden": "true" }, h("i", { style: `width:${share}` })),
        );
      }),
    );
  });
  return table({ name: `${measure} by kind of query`, head: [["Queries"], ...rankers.map((name) => [label(name), true])] }, rows);
}

function makeDifferences({ families }) {
  const told = families.map((family) => [family, BASELINES.map((baseline) => difference(family, baseline))]).filter(([, found]) => found.some(Boolean));
  if (!told.length) return null;
  const span = ends(told.flatMap(([, found]) => found.filter(Boolean)));
  const rows = told.map(([family, found]) =>
    h(
      "tr",
      { class: family.name === ALL ? "mm-main-row" : null },
      h("th", { scope: "row", dir: "auto" }, familyName(family)),
      found.map((one, place) => {
        const told = `Fused less ${label(BASELINES[place])}`;
        if (!one) return h("td", { class: "mm-plot mm-soft", "data-label": told }, h("span", { class: "mm-about-none" }, "–"));
        const kind = outcome(one);
        return h(
          "td",
          { class: "mm-plot", "data-label": told },
          h("span", { class: `mm-about-difference mm-ink-${{ better: "good", worse: "bad", unsure: "open" }[kind]}` }, h("b", {}, signed(one.mean)), h("span", { class: "mm-between" }, `${signed(one.low)} … ${signed(one.high)}`), kind === "better" ? null : h("span", { class: `mm-badge ${kind === "worse" ? "mm-badge-buried" : ""}` }, kind === "worse" ? "worse" : "not sure")),
          intervalBar(one, span, { shown: kind !== "unsure", title: `${told}: ` }),
        );
      }),
    ),
  );
  return h("div", {}, h("h3", {}, "What fusion adds"), table({ name: "What fusion adds to one half alone", head: [["Queries"], ...BASELINES.map((baseline) => [`Fused less ${label(baseline)}`])] }, rows));
}
