// What is analyzed: judgments, rankers, measure, the two of the verdict; and the report.
// Knows no answer's content.

import { desk } from "./analysis-desk.js";
import { label } from "./analysis-parts.js";
import { button, formatCount, h, icon, plural } from "./dom.js";
import { makeMenu } from "./menu.js";

export function makeControls() {
  const element = h("div", { class: "mm-an-controls", hidden: true });
  const source = picker("Judgments");
  const rankers = makeRankerPicker();
  const candidate = picker("May be shipped");
  const baseline = picker("In use");
  const measure = picker("Measure");
  const report = button("Report", { symbol: "save", class: "mm-tool mm-report" });
  const strict = h("input", { type: "checkbox" });
  strict.addEventListener("change", () => desk.go({ complete: strict.checked }));
  const open = h("input", { type: "checkbox" });
  open.addEventListener("change", () => desk.go({ open: open.checked }));
  const openLine = h("label", { class: "mm-only", title: "Grades given on the search page, where the rankers were in sight" }, open, "open grades count");

  const names = () => desk.analysis?.rankers.map(({ ranker }) => ranker) ?? desk.offer?.chosen ?? [];
  element.append(
    makeMenu(source, { label: "Judgments", choices: sourceChoices, pick: (id) => desk.go({ source: id, open: null, complete: null, case: "", segment: "" }) }),
    rankers,
    makeMenu(candidate, { label: "Ranker that may be shipped", choices: () => names().filter((name) => name !== contest()[1]).map((name) => choice(name, name === contest()[0])), pick: (name) => desk.go({ candidate: name, baseline: contest()[1] }) }),
    makeMenu(baseline, { label: "Ranker in use", choices: () => names().filter((name) => name !== contest()[0]).map((name) => choice(name, name === contest()[1])), pick: (name) => desk.go({ baseline: name, candidate: contest()[0] }) }),
    makeMenu(measure, { label: "What decides", choices: () => desk.offer.measures.map((name) => ({ name, about: MEASURES[name] ?? "", value: name, chosen: name === desk.view.measure })), pick: (name) => desk.go({ measure: name }) }),
    h("label", { class: "mm-only", title: "Whether a product without a grade is known to be irrelevant, or unknown" }, strict, "ungraded is irrelevant"),
    openLine,
    h("div", { class: "mm-an-report" }, makeMenu(report, { label: "Report", end: true, choices: reportChoices, pick: (format) => location.assign(desk.reportAddress(format)) })),
  );
  const show = () => {
    const one = desk.source;
    element.hidden = !one;
    if (!one) return;
    set(source, sourceName(one));
    set(candidate, label(contest()[0] ?? ""));
    set(baseline, label(contest()[1] ?? ""));
    set(measure, desk.view.measure);
    candidate.disabled = baseline.disabled = !contest().length;
    report.disabled = !desk.analysis;
    strict.checked = desk.view.complete ?? one.kind === "truth";
    openLine.hidden = one.kind === "truth" || one.blind === one.grades;
    open.checked = desk.view.open ?? !one.blind;
  };
  for (const name of ["sources", "answer", "view"]) desk.addEventListener(name, show);
  return element;
}

const MOST_RANKERS = 12;
const MEASURES = {
  "nDCG@10": "the first ten, the top ones count most",
  "nDCG@5": "the first five",
  "nDCG@1": "the first product only",
  "P@10": "share of relevant products among the first ten",
  "R@10": "share of the relevant products that are among the first ten",
  "AP@10": "average precision",
  "RR@10": "one over the rank of the first relevant product",
};

const contest = () => {
  const { comparison } = desk.analysis?.verdict ?? {};
  return comparison ? [comparison.ranker, comparison.baseline] : [];
};
const choice = (name, chosen) => ({ name: label(name), about: desk.offer.rankers.find((one) => one.name === name)?.about ?? "", value: name, chosen });

function picker(name) {
  const told = h("b", {}, "…");
  return h("button", { type: "button", class: "mm-pick-tool" }, h("span", { class: "mm-pick-name" }, name), told, icon("down"));
}
const set = (opener, text) => opener.querySelector("b").replaceChildren(text);

const sourceName = ({ kind, name }) => ({ truth: "the catalog's own truth", open: "grades of the search page" })[kind] ?? name;

function sourceChoices() {
  return desk.offer.sources.map((one) => ({
    name: sourceName(one),
    about: `${plural(one.queries, "query", "queries")}, ${plural(one.grades, "grade")}${one.judges ? `, ${plural(one.judges, "judge")}` : ""}${one.kind !== "truth" && one.blind < one.grades ? `, ${formatCount(one.blind)} of them given blind` : ""}`,
    value: one.id,
    chosen: one.id === desk.source.id,
  }));
}

const reportChoices = () => [
  { name: "HTML", about: "one file with plots and photos, to be read without a server", value: "html" },
  { name: "Markdown", about: "text and tables, for a ticket or a wiki", value: "md" },
];

// Several at once: checkboxes, and one button that begins. A click elsewhere begins too if anything
// was changed; Escape leaves all as it was.
function makeRankerPicker() {
  const opener = picker("Rankers");
  opener.setAttribute("aria-expanded", "false");
  const choices = h("div", { class: "mm-ranker-choices" });
  const go = button("Compare these", { class: "mm-primary", onclick: () => close({ apply: true, focus: true }) });
  const list = h("div", { class: "mm-menu mm-ranker-menu", hidden: true, role: "group", "aria-label": "Rankers to compare" }, choices, h("div", { class: "mm-ranker-go" }, go));
  const place = h("div", { class: "mm-menu-place" }, opener, list);
  const shown = () => desk.analysis?.rankers.map(({ ranker }) => ranker) ?? (desk.view.rankers.length ? desk.view.rankers : (desk.offer?.chosen ?? []));
  const chosen = () => [...choices.querySelectorAll("input:checked")].map(({ value }) => value);
  let before = "";

  const usable = (names) => names.length > 0 && names.length <= MOST_RANKERS;
  const count = () => (go.disabled = !usable(chosen()));
  const open = () => {
    choices.replaceChildren(
      ...desk.offer.rankers.map(({ name, label: text, about, unavailable }) => {
        const box = h("input", { type: "checkbox", value: name, checked: shown().includes(name), disabled: Boolean(unavailable), onchange: count });
        return h("label", { class: "mm-ranker-choice" }, box, h("span", {}, h("b", {}, text), h("span", { class: "mm-menu-about" }, unavailable || about)));
      }),
    );
    before = chosen().join();
    count();
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    choices.querySelector("input:not(:disabled)")?.focus();
  };
  const close = ({ apply, focus = false }) => {
    if (list.hidden) return;
    const names = chosen();
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (focus) opener.focus();
    if (!apply || names.join() === before || !usable(names)) return;
    const kept = (name) => (names.includes(name) ? name : "");
    desk.go({ rankers: names, candidate: kept(desk.view.candidate), baseline: kept(desk.view.baseline) });
  };
  opener.addEventListener("click", () => (list.hidden ? open() : close({ apply: true })));
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    close({ apply: false, focus: true });
  });
  addEventListener("pointerdown", ({ target }) => place.contains(target) || close({ apply: true }));
  const show = () => desk.offer && set(opener, shown().length > 2 ? `${shown().length} rankers` : shown().map(label).join(", "));
  for (const name of ["sources", "answer", "view"]) desk.addEventListener(name, show);
  return place;
}
