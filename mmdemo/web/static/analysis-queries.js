// Query by query: where fusion helps and where it hurts. Knows no list of products.

import { desk } from "./analysis-desk.js";
import { capital, kindCss, KINDS, label, queryName, queryPhoto, section, table } from "./analysis-parts.js";
import { round, scatterPlot, signed, sparkline, stripPlot } from "./charts.js";
import { button, formatCount, h } from "./dom.js";

const FIRST = 25; // rows, until more are wanted
const BETTER = "better single list";

const pair = () => {
  const { ranker, baseline } = desk.analysis.verdict?.comparison ?? {};
  return [ranker, baseline];
};

// The queries that pass the filters, in the table's order; the opened query steps through them.
export function shownCases() {
  const { segment, kind, tag } = desk.view;
  const found = desk.analysis.cases.filter(
    (one) =>
      (!kind || one.kinds[0] === kind) &&
      (!segment || Object.entries(one.facets).some(([facet, value]) => `${facet}: ${value}` === segment)) &&
      (!tag || desk.notes.tagsOf(one.topic_id).includes(tag)),
  );
  const { value, down } = order;
  const key = COLUMNS[value].value;
  return found.sort((a, b) => compare(key(a), key(b), down) || (a.topic_id < b.topic_id ? -1 : 1));
}

const order = { value: "regret", down: true };
const COLUMNS = {
  query: { name: "Query", value: (one) => one.query, about: "" },
  regret: { name: "Regret", value: (one) => one.regret, about: "what the better of text and image has over fused: above 0, fusion lost" },
  gain: { name: "Gain", value: (one) => one.gain, about: "what the ranker that may be shipped gains over the one in use" },
  weight: { name: "Best weight", value: (one) => one.best_weight?.[0] ?? null, about: "of text, for this query alone; the line goes from the text alone to the photo alone" },
  kind: { name: "What fusion did", value: (one) => one.kinds[0] ?? "", about: "" },
};

function compare(a, b, down) {
  if (a === null || b === null || a === undefined || b === undefined) return (a === null || a === undefined) - (b === null || b === undefined);
  const found = typeof a === "string" ? a.localeCompare(b) : a - b;
  return down ? -found : found;
}

export function makeQueries() {
  const { analysis } = desk;
  if (!analysis.cases.length || !analysis.verdict) return null;
  const chips = h("div", { class: "mm-kind-chips", role: "group", "aria-label": "What fusion did" });
  const meaning = h("p", { class: "mm-soft mm-kind-meaning" });
  const narrowed = h("div", { class: "mm-chosen" });
  const plots = h("div", { class: "mm-query-plots" });
  const list = h("div", {});
  let all = false;

  const show = () => {
    const { kind, segment, tag } = desk.view;
    const cases = shownCases();
    chips.replaceChildren(chip("", "All", analysis.cases.length), ...Object.entries(analysis.kinds).map(([name, count]) => chip(name, KINDS[name]?.[1] ?? name, count)));
    meaning.replaceChildren(kind ? `${capital(kind)}: ${desk.answer.meanings[kind]}.` : "Choose a kind to see only its queries; click a dot or a row to see a query's lists.");
    narrowed.replaceChildren(
      ...[segment && cut(segment, () => desk.go({ segment: "" })), tag && cut(`tag: ${tag}`, () => desk.go({ tag: "" }))].filter(Boolean),
      ...desk.notes.tags.filter((name) => name !== tag).map((name) => h("button", { type: "button", class: "mm-tag", onclick: () => desk.go({ tag: name }) }, `# ${name}`)),
    );
    plots.replaceChildren(...drawn(cases));
    list.replaceChildren(...rows(cases, all, () => ((all = true), show())));
  };
  const element = section("queries", "Where fusion helps and where it hurts", told(), chips, meaning, narrowed, plots, list);
  desk.watch(element, ["view", "notes"], show);
  list.addEventListener("mm-sort", show);
  show();
  return element;
}

function told() {
  const { measures } = desk.analysis;
  return `Every query by its ${measures[0]}. Regret is what the better of text only and image only has over fused: above 0, one list alone would have served the shopper better.`;
}

function chip(kind, name, count) {
  return h(
    "button",
    { type: "button", class: `mm-kind-chip ${kind ? kindCss(kind) : ""}`, "aria-pressed": String(desk.view.kind === kind), disabled: Boolean(kind) && !count, title: desk.answer.meanings[kind] ?? null, onclick: () => desk.go({ kind: desk.view.kind === kind ? "" : kind }) },
    kind ? h("i", { class: "mm-kind-dot", "aria-hidden": "true" }) : null,
    h("span", {}, capital(name)),
    h("b", {}, formatCount(count)),
  );
}

const cut = (name, off) => button(`${name}`, { class: "mm-chip", symbol: "close", onclick: off, title: "Take this filter off" });

function drawn(cases) {
  const [ranker, baseline] = pair();
  const pick = (id) => desk.go({ case: id });
  const chosen = desk.view.case;
  const gains = cases.filter(({ gain }) => gain !== null);
  const single = cases.filter(({ best_single: best, values }) => best && values[ranker] !== undefined && best !== ranker);
  return [
    gains.length
      ? h(
          "figure",
          { class: "mm-figure-box" },
          h("figcaption", {}, h("b", {}, `${label(ranker)} less ${label(baseline)}`), h("span", { class: "mm-soft" }, " one dot a query")),
          stripPlot(gains.map((one) => ({ id: one.topic_id, value: one.gain, css: kindCss(one.kinds[0]), title: `${queryName(one)}: ${signed(one.gain)}` })), { title: `Gain of each query`, low: `${label(baseline)} is better`, high: `${label(ranker)} is better`, onpick: pick, chosen }),
        )
      : null,
    single.length
      ? h(
          "figure",
          { class: "mm-figure-box" },
          h("figcaption", {}, h("b", {}, `${label(ranker)} against the ${BETTER}`), h("span", { class: "mm-soft" }, " below the line, fusion lost")),
          scatterPlot(single.map((one) => ({ id: one.topic_id, x: one.values[one.best_single], y: one.values[ranker], css: kindCss(one.kinds[0]), title: `${queryName(one)}: ${round(one.values[ranker])}, ${label(one.best_single)} ${round(one.values[one.best_single])}` })), { title: `${label(ranker)} against the ${BETTER}`, across: BETTER, up: label(ranker), onpick: pick, chosen }),
        )
      : null,
  ].filter(Boolean);
}

function rows(cases, all, more) {
  if (!cases.length) return [h("p", { class: "mm-note" }, "No query is of this kind here.")];
  const [ranker] = pair();
  const rankers = desk.analysis.rankers.map((one) => one.ranker);
  const lists = ["text", "image", ranker, ...rankers].filter((name, place, names) => rankers.includes(name) && names.indexOf(name) === place && (["text", "image"].includes(name) || name === ranker));
  for (const name of lists) COLUMNS[`list:${name}`] = { name: label(name), value: (one) => one.values[name] ?? null, about: `${desk.analysis.measures[0]} of ${label(name)}` };
  const columns = ["query", ...lists.map((name) => `list:${name}`), "regret", "gain", "weight", "kind"];
  const shown = all ? cases : cases.slice(0, FIRST);
  const made = table(
    { name: "Queries", head: [...columns.map((name) => [COLUMNS[name].name, !["query", "kind"].includes(name), COLUMNS[name].about]), ["Tags"]], css: "mm-query-table" },
    shown.map((one) => makeRow(one, lists)),
  );
  made.querySelectorAll("thead th").forEach((cell, place) => {
    const name = columns[place];
    if (!name) return;
    const on = order.value === name;
    cell.setAttribute("aria-sort", on ? (order.down ? "descending" : "ascending") : "none");
    cell.replaceChildren(
      h(
        "button",
        { type: "button", class: "mm-sort", "data-column": name, onclick: ({ currentTarget }) => {
          Object.assign(order, { value: name, down: on ? !order.down : name !== "query" && name !== "kind" });
          const box = currentTarget.closest(".mm-an-section");
          currentTarget.dispatchEvent(new Event("mm-sort", { bubbles: true }));
          box.querySelector(`[data-column="${CSS.escape(name)}"]`)?.focus();
        } },
        COLUMNS[name].name,
        h("span", { "aria-hidden": "true" }, on ? (order.down ? " ↓" : " ↑") : ""),
      ),
    );
  });
  return [made, shown.length < cases.length ? button(`All ${formatCount(cases.length)} queries`, { class: "mm-tool mm-more", onclick: more }) : null].filter(Boolean);
}

function makeRow(one, lists) {
  const tags = desk.notes.tagsOf(one.topic_id);
  const best = Math.max(...lists.map((name) => one.values[name] ?? -1));
  const value = (name) => {
    const found = one.values[name];
    if (found === undefined) return h("td", { class: "mm-n mm-soft", title: one.missing[name] ?? "no answer" }, "missing");
    return h("td", { class: "mm-n" }, found >= best - 1e-9 ? h("b", {}, round(found)) : round(found));
  };
  const open = () => desk.go({ case: one.topic_id });
  return h(
    "tr",
    { "data-case": one.topic_id, onclick: (event) => event.target.closest("button") || open() },
    h("th", { scope: "row" }, h("button", { type: "button", class: "mm-open-case", onclick: open }, queryPhoto(one), h("bdi", {}, queryName(one))), one.unjudged ? h("span", { class: "mm-between" }, `${one.unjudged} without a grade`) : null),
    lists.map(value),
    h("td", { class: `mm-n ${one.regret > 0.005 ? "mm-ink-bad" : one.regret < -0.005 ? "mm-ink-good" : ""}` }, signed(one.regret)),
    h("td", { class: `mm-n ${one.gain > 0.005 ? "mm-ink-good" : one.gain < -0.005 ? "mm-ink-bad" : ""}` }, signed(one.gain)),
    h("td", { class: "mm-n" }, one.best_weight ? h("span", { class: "mm-spark-cell" }, sparkline(one.by_weight, one.best_weight), h("span", {}, one.best_weight[0].toFixed(2))) : "–"),
    h("td", {}, one.kinds[0] ? h("span", { class: `mm-kind ${kindCss(one.kinds[0])}`, title: desk.answer.meanings[one.kinds[0]] }, h("i", { class: "mm-kind-dot", "aria-hidden": "true" }), KINDS[one.kinds[0]]?.[1] ?? one.kinds[0]) : "–"),
    h("td", {}, tags.map((tag) => h("span", { class: "mm-badge" }, tag))),
  );
}
