// The analysis page: from grades to a decision, and to the queries behind it. Knows no statistics.

import { makeControls } from "./analysis-controls.js";
import { makeCase } from "./analysis-case.js";
import { desk } from "./analysis-desk.js";
import { makeHalves } from "./analysis-halves.js";
import { makeQueries } from "./analysis-queries.js";
import { makeChecks, makeComparisons, makeRankers, makeSegments, makeSettings } from "./analysis-tables.js";
import { makeVerdict } from "./analysis-verdict.js";
import { makeWeights } from "./analysis-weights.js";
import { h, icon } from "./dom.js";
import { makeHeader } from "./header.js";
import { session } from "./session.js";
import { makeToasts } from "./toast.js";
import { makeTrouble } from "./trouble.js";

export function mount(element) {
  const waiting = h("div", { class: "mm-an-wait", role: "status" });
  const body = h("div", { class: "mm-an-body" });
  const main = h("main", { class: "mm-main mm-analysis", id: "an-main" }, makeControls(), makeTrouble(), waiting, body);
  const skip = h("a", { class: "mm-skip", href: "#an-main" }, "To the analysis");
  const app = h("div", { class: "mm-app" }, skip, makeHeader("Analysis"), main, makeCase());
  makeToasts(app);
  element.replaceChildren(app);
  document.title = "Analysis · mmdemo";
  const wait = () => {
    const text = desk.busy ? desk.stage || "Analyzing" : session.info.state === "loading" ? "Waiting for the model" : !desk.offer && session.info.state === "ready" && !desk.error ? "Looking for judgments" : "";
    body.classList.toggle("mm-busy", desk.busy);
    waiting.replaceChildren(...(text ? [h("span", { class: "mm-spinner", "aria-hidden": "true" }), h("span", {}, `${text}…`)] : []));
  };
  const show = () => {
    wait();
    body.replaceChildren(...sections());
  };
  for (const name of ["busy", "stage"]) desk.addEventListener(name, wait);
  session.addEventListener("info", wait);
  desk.addEventListener("sources", wait);
  desk.addEventListener("answer", show);
  wait();
  desk.start();
}

function sections() {
  if (desk.error) return [trouble("There is no analysis", desk.error)];
  if (desk.offer && !desk.source) return [makeFirstSteps()];
  if (!desk.analysis) return [];
  const { problem } = desk.offer ?? {};
  return [problem ? trouble("The catalog's own truth is left out", problem) : null, makeVerdict(), makeRankers(), makeComparisons(), makeSegments(), makeChecks(), makeQueries(), makeWeights(), makeHalves(), makeSettings()].filter(Boolean);
}

function trouble(title, message) {
  return h("section", { class: "mm-panel-trouble" }, icon("warning"), h("div", {}, h("h2", {}, title), h("p", { dir: "auto" }, message)));
}

// Nobody has judged anything yet: how to get judgments.
function makeFirstSteps() {
  const way = (title, ...told) => h("li", {}, h("b", {}, title), h("p", {}, told));
  return h(
    "section",
    { class: "mm-sheet mm-an-empty" },
    h("h1", {}, "No judgments to analyze yet"),
    h("p", { class: "mm-lead" }, "An analysis compares rankers by what people, or a known truth, say of their products. There are three ways to begin:"),
    h(
      "ol",
      { class: "mm-ways" },
      way("Grade on the search page", "Search, turn on ", h("b", {}, "Grade"), " and grade the first products of some ten queries. Then come back here. ", h("a", { class: "mm-link", href: "./" }, "To the search page")),
      way("Bring your own judgments", "Put ", h("code", {}, "queries.csv"), " (query_id, query) and ", h("code", {}, "qrels.txt"), " (TREC qrels) into the catalog's folder, beside ", h("code", {}, "catalog.json"), ", and load this page again."),
      way("Look at a shop whose truth is known", h("code", {}, "mmdemo demo"), " serves one with queries and their truth."),
    ),
  );
}
