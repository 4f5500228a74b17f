// The columns side by side; on phones tabs over them. Knows no card.

import { post } from "./api.js";
import { Column } from "./column.js";
import { h } from "./dom.js";
import { hueOf } from "./marks.js";
import { session } from "./session.js";
import { hasQuery } from "./view.js";

const CALM = 250; // ms without a new grade before lists are measured again

export function makeLists() {
  const columns = [];
  const row = h("div", { class: "mm-columns", id: "mm-lists" });
  const tabs = h("nav", { class: "mm-tabs", "aria-label": "Lists" });
  const element = h("div", { class: "mm-lists" }, tabs, row);
  const show = () => {
    element.hidden = !hasQuery(session.view);
    const { rankers } = session.view;
    while (columns.length < rankers.length) columns.push(new Column(columns.length));
    columns.length = rankers.length;
    row.dataset.count = rankers.length;
    const elements = columns.map((column) => column.element);
    if (row.children.length !== elements.length) row.replaceChildren(...elements);
    for (const column of columns) column.show();
    showTabs(tabs, row);
  };
  const each = (work) => () => columns.forEach(work);
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
      try {
        session.measures = await post("api/measures", { query_id: answer.query.id, columns });
      } catch {
        session.measures = null; // without measures the lists are as good as before
      }
      if (session.answer?.query.id === answer.query.id) tell();
    }, CALM);
    if (session.measures?.query_id !== answer.query.id) session.measures = null;
  };
}

function showTabs(tabs, row) {
  const { rankers } = session.view;
  tabs.hidden = rankers.length < 2;
  tabs.replaceChildren(
    ...rankers.map((ranker, place) =>
      h(
        "button",
        { type: "button", class: "mm-tab", "data-hue": hueOf(ranker), onclick: () => row.scrollTo({ left: row.children[place].offsetLeft - row.offsetLeft, behavior: "smooth" }) },
        session.ranker(ranker).label,
      ),
    ),
  );
  markTab(tabs, row);
}

function markTab(tabs, row) {
  const width = row.firstElementChild?.offsetWidth || 1;
  const current = Math.round(row.scrollLeft / width);
  [...tabs.children].forEach((tab, place) => (place === current ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")));
}
