// How far a campaign is: by judge, by query, how fast. Knows no grade.

import { button, formatCount, h, icon, plural } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { askRequeue } from "./campaigns-actions.js";
import { doneOf, progressBar, sheet, viewLink, when } from "./campaigns-parts.js";
import { table } from "./tables.js";

const SHOWN = 50; // queries at first

export function showProgress(place, campaign) {
  place.replaceChildren(makeTiles(campaign), h("div", { class: "mm-campaign-sheets" }, makeJudges(campaign), makePool(campaign), makeQueries(campaign)));
}

function makeTiles({ judgments, pool, pace, judges, judges_per_pair: each }) {
  const left = pace?.hours_left;
  const tiles = [
    [formatCount(pool?.pairs ?? 0), "pairs to judge"],
    [formatCount(each), "judges for each"],
    [formatCount(judges.filter(({ done }) => done).length), "have judged"],
    [pace?.per_hour ? formatCount(Math.round(pace.per_hour)) : "–", "judgments an hour"],
    [judgments.done >= judgments.needed ? "done" : left ? (left < 1.5 ? "an hour" : `${formatCount(Math.round(left))} h`) : "–", "of judging left"],
  ];
  return h("dl", { class: "mm-tiles" }, tiles.map(([value, name]) => h("div", {}, h("dd", {}, value), h("dt", {}, name))));
}

function makeJudges({ judges }) {
  if (!judges.length) return sheet("Judges", h("p", {}, "Nobody has judged yet. With ", h("b", {}, "Change → Judges"), " you say who may."));
  return sheet(
    "Judges",
    table(
      { name: "Judges", head: [["Judge"], ["Done", true], ["Today", true], ["Last", true], [""]] },
      judges.map(({ name, done, today, last, member }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, viewLink({ part: "history", judge: name }, { class: "mm-link" }, h("bdi", {}, name)), member === false ? h("span", { class: "mm-soft" }, " no longer a judge here") : null),
          h("td", { class: "mm-n" }, formatCount(done)),
          h("td", { class: "mm-n" }, today ? formatCount(today) : "–"),
          h("td", { class: "mm-n" }, when(last)),
          h("td", { class: "mm-n" }, done ? button("Judge again", { class: "mm-link", "aria-label": `Have the pairs of ${name} judged again`, onclick: () => askRequeue(desk.view.campaign, { judge: name }, `all ${plural(done, "pair")} that ${name} judged`) }) : null),
        ),
      ),
    ),
  );
}

function makePool({ pool, definition }) {
  const rows = definition.rankers.map((ranker) =>
    h("tr", {}, h("th", { scope: "row" }, ranker), h("td", { class: "mm-n" }, formatCount(pool?.found_by?.[ranker] ?? 0)), h("td", { class: "mm-n" }, formatCount(pool?.only_by?.[ranker] ?? 0))),
  );
  return sheet(
    "Pool",
    h("p", { class: "mm-soft" }, `The first ${plural(definition.depth, "product")} of each ranker for each query, each judged once for all of them.`),
    table({ name: "Pool", head: [["Ranker"], ["Pairs", true], ["Only by it", true, "found by no other ranker of the pool"]] }, rows),
  );
}

function makeQueries({ queries }) {
  const list = h("div", {});
  const more = button(`All ${formatCount(queries.length)} queries`, { class: "mm-tool", onclick: () => draw(queries.length) });
  const draw = (count) => {
    more.hidden = queries.length <= count;
    list.replaceChildren(
      table(
        { name: "Queries", head: [["Query"], ["Pairs", true], ["Judgments"], ["No good result", true, "judges who say that no good result is possible"], [""]] },
        queries.slice(0, count).map(makeQuery),
      ),
    );
  };
  draw(SHOWN);
  return h("section", { class: "mm-sheet mm-sheet-wide" }, h("h2", {}, "Queries"), list, more);
}

function makeQuery({ query_id: id, text, pairs, done, needed, no_good_result: hopeless }) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, viewLink({ part: "history", query: id }, { class: "mm-link" }, h("bdi", {}, text || id))),
    h("td", { class: "mm-n" }, formatCount(pairs)),
    h("td", {}, h("span", { class: "mm-row-progress" }, progressBar(done, needed, "Judgments"), h("span", { class: "mm-soft" }, doneOf(done, needed)))),
    h("td", { class: "mm-n" }, hopeless ? h("span", { class: "mm-warned" }, icon("none"), formatCount(hopeless)) : "–"),
    h("td", { class: "mm-n" }, done ? button("Judge again", { class: "mm-link", "aria-label": `Have the pairs of “${text}” judged again`, onclick: () => askRequeue(desk.view.campaign, { query_id: id }, `all ${plural(pairs, "pair")} of “${text}”`) }) : null),
  );
}

