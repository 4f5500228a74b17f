// All campaigns, with how far they are. Knows no judge.

import { button, h, icon, plural } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { doneOf, progressBar, stateBadge, trouble, viewLink, waiting, when } from "./campaigns-parts.js";

export async function showList(place) {
  place.replaceChildren(waiting("Looking for campaigns…"));
  try {
    const { campaigns } = await desk.list();
    place.replaceChildren(campaigns.length ? makeList(campaigns) : makeEmpty());
  } catch (error) {
    place.replaceChildren(trouble("The campaigns cannot be shown", error, () => showList(place)));
  }
}

const makeNew = () => button("New campaign", { class: "mm-primary", symbol: "plus", onclick: () => desk.go({ create: true }) });

function makeList(campaigns) {
  return h(
    "div",
    { class: "mm-campaigns" },
    h("header", { class: "mm-page-head" }, h("h1", { tabindex: "-1" }, "Campaigns"), makeNew()),
    h("ul", { class: "mm-campaign-list" }, campaigns.map(makeRow)),
  );
}

function makeRow({ name, title, state, queries, pairs, judgments, judges, judges_per_pair: each, warnings, created_at: created }) {
  const { done, needed } = judgments;
  return h(
    "li",
    {},
    viewLink(
      { campaign: name, part: "progress" },
      { class: "mm-campaign-row" },
      h("span", { class: "mm-campaign-name" }, h("b", {}, h("bdi", {}, title || name)), stateBadge(state)),
      h("span", { class: "mm-soft" }, `${plural(queries, "query", "queries")}, ${plural(pairs, "product pair", "pairs")}, ${plural(each, "judge")} each · since ${when(created)}`),
      h("span", { class: "mm-campaign-progress" }, progressBar(done, needed, "Judgments"), h("span", {}, doneOf(done, needed))),
      h("span", { class: "mm-soft mm-campaign-judges" }, icon("people"), plural(judges, "judge")),
      warnings.length ? h("span", { class: "mm-warned" }, icon("warning"), warnings[0], warnings.length > 1 ? ` and ${warnings.length - 1} more` : "") : null,
    ),
  );
}

function makeEmpty() {
  return h(
    "section",
    { class: "mm-judge-center" },
    icon("grade"),
    h("h1", { tabindex: "-1" }, "No campaigns yet"),
    h("p", { class: "mm-lead" }, "In a campaign several people grade the same products blind, each as often as you ask. Their grades then tell which ranker is better, and how sure that is."),
    makeNew(),
  );
}
