// Every event ever made in a campaign, by pair and by judge. Knows no rule by which grades count.

import { button, h, icon } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { trouble, viewLink, waiting } from "./campaigns-parts.js";
import { table } from "./tables.js";

const SAID = { cant_tell: "Can't tell", skipped: "Skipped", withdrawn: "Taken back" };
const KINDS = { regular: "", repeat: "repeat", gold: "known pair", training: "training", adjudication: "decision", extra: "extra" };

export async function showHistory(place, campaign) {
  place.replaceChildren(waiting("Looking at what happened…"));
  const { judge, query, product } = desk.view;
  const chosen = [["judge", judge, judge], ["query", query, campaign.queries.find(({ query_id: id }) => id === query)?.text ?? query], ["product", product, product]].filter(([, value]) => value);
  const rows = h("div", {});
  const more = button("Earlier", { class: "mm-tool", hidden: true });
  const all = [];
  const load = async (before) => {
    const page = await desk.events(campaign.name, { judge, query, product, before });
    all.push(...page.events);
    rows.replaceChildren(all.length ? makeTable(all, campaign) : h("p", { class: "mm-soft" }, "Nothing has happened here yet."));
    more.hidden = !page.before;
    more.onclick = () => load(page.before);
  };
  try {
    await load(null);
  } catch (error) {
    return place.replaceChildren(trouble("The history cannot be shown", error, () => showHistory(place, campaign)));
  }
  return place.replaceChildren(
    h(
      "section",
      { class: "mm-sheet" },
      h("h2", {}, "All events, the newest first"),
      chosen.length ? h("div", { class: "mm-chosen" }, chosen.map(([name, , text]) => viewLink({ [name]: "" }, { class: "mm-chip", "aria-label": `${text}: no longer only this ${name}` }, icon("close"), h("span", {}, h("bdi", {}, text))))) : h("p", { class: "mm-soft" }, "Nothing is ever deleted: an answer that was changed or taken back is followed by another event."),
      rows,
      more,
    ),
  );
}

function makeTable(events, campaign) {
  const labels = new Map(campaign.definition.reasons.map(({ name, label }) => [name, label]));
  return table(
    { name: "Events", css: "mm-events", head: [["When"], ["Judge"], ["Query"], ["Product"], ["Answer"], ["Why"]] },
    events.map((event) => {
      const { context = {}, judge, query_id: id, query_text: text, product_id: product, clicked_at: clicked, current } = event;
      return h(
        "tr",
        { class: current ? "" : "mm-superseded" },
        h("td", { class: "mm-when" }, new Date(clicked).toLocaleString()),
        h("td", {}, viewLink({ judge }, { class: "mm-link" }, h("bdi", {}, judge))),
        h("td", {}, viewLink({ query: id }, { class: "mm-link" }, h("bdi", {}, text || id))),
        h("td", {}, viewLink({ query: id, product }, { class: "mm-link" }, h("bdi", {}, product))),
        h("td", {}, h("b", {}, said(event, campaign)), KINDS[context.kind] ? h("span", { class: "mm-badge" }, KINDS[context.kind]) : null, current ? null : h("span", { class: "mm-soft" }, " replaced")),
        h("td", { dir: "auto" }, [...(context.reasons ?? []).map((name) => labels.get(name) ?? name), context.comment].filter(Boolean).join(" · ")),
      );
    }),
  );
}

function said({ grade, question, context }, { definition }) {
  if (grade === null) return SAID[context?.answer] ?? "No grade";
  const asked = definition.questions.find(({ name }) => name === question) ?? definition.questions[0];
  const name = asked.scale.find((step) => step.grade === grade)?.name ?? String(grade);
  return asked === definition.questions[0] ? name : `${name} (${asked.name})`;
}
