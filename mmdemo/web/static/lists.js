// The columns side by side; on phones tabs over them. Knows no card.

import { post } from "./api.js";
import { Column } from "./column.js";
import { h, reducedMotion } from "./dom.js";
import { bringInRow, showEdges } from "./edges.js";
import { hueOf } from "./marks.js";
import { session } from "./session.js";
import { hasQuery } from "./view.js";

const CALM = 250; // ms without a new grade before lists are measured again

export function makeLists() {
  const columns = [];
  const row = h("div", { class: "mm-columns", id: "mm-lists" });
  const tabs = showEdges(h("div", { class: "mm-tabs-row" }));
  const bar = h("nav", { class: "mm-tabs", "aria-label": "Lists" }, tabs);
  const element = h("div", { class: "mm-lists" }, bar, row);
  const show = () => {
    element.hidden = !hasQuery(session.view) || session.info.state === "failed";
    const { rankers } = session.view;
    while (columns.length < rankers.length) columns.push(new Column(columns.length));
    row.dataset.count = rankers.length;
    const shown = columns.slice(0, rankers.length); // one that was removed waits for the next
    if (row.children.length !== shown.length) row.replaceChildren(...shown.map((column) => column.element));
    for (const column of shown) column.show();
    bar.hidden = rankers.length < 2;
    showTabs(tabs, row);
  };
  const each = (work) => () => columns.slice(0, row.children.length).forEach(work);
  for (const name of ["view", "answer", "busy", "info"]) session.addEventListener(name, show);
  for (const name of ["grades", "grading"]) session.addEventListener(name, each((column) => column.showGrades()));
  session.addEventListener("point", each((column) => column.showPointed()));
  const measure = makeMeasuring(each((column) => column.tellMeasures()));
  session.addEventListener("answer", measure);
  session.addEventListener("grades", measure);
  row.addEventListener("scroll", () => markTab(tabs, row), { passive: true });
  show();
  return element;
}

// Measures follow the grades that are stored, those of other judges too.
function makeMeasuring(tell) {
  let timer = 0;
  let asked = "";
  return () => {
    const { answer, outbox, grades } = session;
    if (!answer || !grades) return;
    const columns = Object.fromEntries(answer.columns.map(({ ranker, hits }) => [ranker, hits.map(({ id }) => id)]));
    const now = JSON.stringify([answer.query.id, columns, grades.acknowledged]);
    if (now === asked || outbox.entries().some(({ state }) => state === "pending")) return;
    asked = now;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const found = await post("api/measures", { query_id: answer.query.id, columns }).catch(() => null);
      if (now !== asked) return; // of lists or grades that are no more
      session.measures = found && { ...found, queryId: answer.query.id }; // without, lists are as good
      tell();
    }, CALM);
  };
}

function showTabs(tabs, row) {
  const { rankers } = session.view;
  const labels = rankers.map((ranker) => session.ranker(ranker).label);
  if (labels.join("\n") !== [...tabs.children].map((tab) => tab.textContent).join("\n")) {
    tabs.replaceChildren(
      ...labels.map((label, place) => {
        const go = () => row.scrollTo({ left: row.children[place].offsetLeft - row.offsetLeft, behavior: reducedMotion() ? "instant" : "smooth" });
        return h("button", { type: "button", class: "mm-tab", "data-hue": hueOf(rankers[place]), onclick: go }, label);
      }),
    );
  }
  markTab(tabs, row);
}

function markTab(tabs, row) {
  const width = row.firstElementChild?.offsetWidth || 1;
  const current = Math.round(row.scrollLeft / width);
  [...tabs.children].forEach((tab, place) => {
    if (place !== current) return tab.removeAttribute("aria-current");
    if (tab.hasAttribute("aria-current")) return undefined;
    tab.setAttribute("aria-current", "true");
    return bringInRow(tabs, tab);
  });
}
