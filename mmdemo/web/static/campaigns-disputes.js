// What judges disagree on, decided by a third person. Knows no other campaign.

import { button, h, icon, photo, plural } from "./dom.js";
import { askRequeue } from "./campaigns-actions.js";
import { desk } from "./campaigns-desk.js";
import { trouble, viewLink, waiting } from "./campaigns-parts.js";
import { keyed, tone } from "./judge-buttons.js";
import { makeMeta } from "./judge-product.js";
import { makeZoom } from "./judge-zoom.js";
import { newEventId } from "./outbox.js";
import { session } from "./session.js";

export async function showDisputes(place, campaign) {
  place.replaceChildren(waiting("Looking for disagreements…"));
  const [{ name: question, scale }] = campaign.definition.questions;
  try {
    const { disputes, total } = await desk.disputes(campaign.name, { question });
    place.replaceChildren(disputes.length ? makeList(disputes, total, campaign, { question, scale, again: () => showDisputes(place, campaign) }) : makeNone());
  } catch (error) {
    place.replaceChildren(trouble("The disagreements cannot be shown", error, () => showDisputes(place, campaign)));
  }
}

function makeNone() {
  return h("section", { class: "mm-judge-center" }, icon("check"), h("h2", {}, "Nothing to decide"), h("p", { class: "mm-lead" }, "No pair has judges who disagree and is still undecided."));
}

function makeList(disputes, total, campaign, about) {
  const zoom = makeZoom(() => {});
  const list = h("ol", { class: "mm-disputes" });
  const count = h("p", { class: "mm-soft", role: "status" });
  let left = total;
  const tell = () => (count.textContent = left ? `${plural(left, "pair")} with grades that differ, the widest apart first. Your grade counts as the decision; the others stay.` : "All are decided.");
  const decided = () => {
    left -= 1;
    tell();
    if (!list.querySelector(".mm-dispute:not([data-decided])") && left > 0) about.again();
  };
  list.append(...disputes.map((dispute) => makeDispute(dispute, campaign, about, { zoom, decided })));
  tell();
  return h("section", { class: "mm-disputes-part", "aria-label": "Disagreements" }, count, list, zoom.element);
}

function makeDispute({ pair, query, product, answers, adjudicated }, campaign, { question, scale }, { zoom, decided }) {
  const title = product.title || product.id;
  const nameOf = ({ grade, answer }) => scale.find((step) => step.grade === grade)?.name ?? { cant_tell: "Can't tell", skipped: "Skipped" }[answer] ?? "No grade";
  const labels = new Map(campaign.definition.reasons.map(({ name, label }) => [name, label]));
  const comment = h("input", { type: "text", maxlength: 2000, "aria-label": `Why, for ${title}`, placeholder: "Why (optional)" });
  const problem = h("p", { class: "mm-form-problem", role: "alert" });
  const grades = h("div", { class: "mm-judge-grades mm-dispute-grades", role: "group", "aria-label": `Decide on ${title}` }, scale.map((step, place) => keyed(step.name, "", { "data-grade": step.grade, "data-tone": tone(place, scale.length), "aria-pressed": "false" })));
  const element = h(
    "li",
    { class: "mm-dispute" },
    h("button", { type: "button", class: "mm-judge-opener", "aria-label": `Look closer at ${title}`, onclick: () => zoom.open(photosOf(product), 0, title) }, photo(photosOf(product)[0]?.key, "", { large: true })),
    h(
      "div",
      { class: "mm-dispute-told" },
      h("p", { class: "mm-soft" }, "Asked for ", h("b", { class: "mm-dispute-query" }, h("bdi", {}, query.text || query.id))),
      h("h3", { dir: "auto" }, title),
      makeMeta(product),
      product.description ? h("details", {}, h("summary", {}, "Description"), h("p", { dir: "auto" }, product.description)) : null,
      h(
        "ul",
        { class: "mm-dispute-answers" },
        answers.map((one) =>
          h("li", {}, h("bdi", {}, one.judge), h("b", { "data-tone": toneOf(scale, one.grade) }, nameOf(one)), h("span", { class: "mm-soft", dir: "auto" }, [...(one.reasons ?? []).map((name) => labels.get(name) ?? name), one.comment].filter(Boolean).join(" · "))),
        ),
      ),
      h(
        "p",
        { class: "mm-dispute-links" },
        viewLink({ part: "history", query: query.id, product: product.id }, { class: "mm-link" }, "All that was said of it"),
        pair ? button("Ask one more judge", { class: "mm-link", onclick: () => askRequeue(campaign.name, { pair }, `“${title}” for “${query.text}”`) }) : null,
      ),
    ),
    h("div", { class: "mm-dispute-decide" }, h("h4", {}, "Your decision"), grades, comment, problem),
  );
  let before = adjudicated?.client_event_id ?? null;
  grades.addEventListener("click", async ({ target }) => {
    const grade = target.closest("button")?.dataset.grade;
    if (grade === undefined) return;
    problem.textContent = "";
    const id = newEventId();
    const body = { client_event_id: id, pair, answers: { [question]: Number(grade) }, comment: comment.value.trim(), supersedes: before, clicked_at: new Date().toISOString() };
    for (const one of grades.children) one.setAttribute("aria-pressed", String(one.dataset.grade === grade));
    try {
      await desk.adjudicate(campaign.name, body);
      before = id;
      session.notice(`Decided: ${nameOf({ grade: Number(grade) })}`);
      if (!element.dataset.decided) {
        element.dataset.decided = "true";
        decided();
      }
    } catch (error) {
      for (const one of grades.children) one.setAttribute("aria-pressed", "false");
      problem.textContent = error.message;
    }
  });
  return element;
}

const photosOf = ({ photos = [] }) => photos.map((one) => (typeof one === "string" ? { key: one } : one));
const toneOf = (scale, grade) => {
  const place = scale.findIndex((step) => step.grade === grade);
  return place < 0 ? null : tone(place, scale.length);
};

