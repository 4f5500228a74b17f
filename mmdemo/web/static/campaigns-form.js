// Make a campaign. Knows no judge and no ranking.

import { button, formatCount, h, icon, plural, sentence } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { choice, field, sheet, trouble, waiting } from "./campaigns-parts.js";
import { makeExamples, makeScale } from "./campaigns-scale.js";
import { readable } from "./rich-text.js";
import { session } from "./session.js";

const PAUSE = 400; // ms after the last change until the pool is made
const SECONDS = 8; // a judgment of a practiced judge takes about as long
const USUAL = ["text", "image", "fused"];

export async function showForm(place) {
  place.replaceChildren(waiting("One moment…"));
  try {
    place.replaceChildren(makeForm(await desk.options()));
    place.querySelector("input").focus();
  } catch (error) {
    place.replaceChildren(trouble("A campaign cannot be made now", error, () => showForm(place)));
  }
}

function makeForm(options) {
  const { rankers, scales, strategies, questions = [], queries: set, catalog_queries: count } = options;
  const hasSet = Boolean(count);
  const title = h("input", { type: "text", name: "title", required: true, maxlength: 300, autocomplete: "off", placeholder: "Does fusion find more?" });
  const file = h("input", { type: "file", name: "file", "aria-label": "File of queries", accept: ".csv,.tsv,.txt,text/csv" });
  const depth = h("input", { type: "number", name: "depth", min: 1, max: 1000, value: 10, required: true });
  const each = h("input", { type: "number", name: "judges_per_pair", min: 1, max: 20, value: 3, required: true });
  const guidelines = h("textarea", { name: "guidelines", rows: 12 }, options.guidelines ?? "");
  const gold = h("input", { type: "file", name: "gold", accept: ".csv,.tsv,.txt,text/csv" });
  const share = (name, value) => h("input", { type: "number", name, min: 0, max: 50, step: 1, value });
  const repeats = share("repeat_share", 5);
  const goldShare = share("gold_share", 5);
  const training = h("input", { type: "number", name: "training", min: 0, max: 100, value: 5 });
  const random = h("input", { type: "number", name: "random_share", min: 1, max: 100, step: 1, value: 10 });
  const scale = makeScale(scales);
  const examples = makeExamples(scale.steps);
  const told = h("div", { class: "mm-form-pool", role: "status" });
  const problem = h("p", { class: "mm-form-problem", role: "alert" });
  const open = button("Create and open", { class: "mm-primary", type: "submit", value: "open" });
  const draft = button("Create as a draft", { class: "mm-tool", type: "submit", value: "draft" });
  const usable = rankers.filter(({ unavailable }) => !unavailable).map(({ name }) => name);
  const chosen = USUAL.some((name) => usable.includes(name)) ? USUAL : usable.slice(0, 2);

  const form = h(
    "form",
    { class: "mm-form mm-campaign-form", novalidate: true },
    h("header", { class: "mm-page-head" }, h("h1", {}, "New campaign")),
    sheet(
      "What is judged",
      field("Title", title, "What judges see. Its short name, used in files and addresses, is made of it."),
      h(
        "fieldset",
        {},
        h("legend", {}, "Queries"),
        hasSet ? choice("radio", "queries", { value: "catalog", name: set || "The catalog's own", about: plural(count, "query", "queries"), checked: true }) : null,
        choice("radio", "queries", { value: "file", name: "From a file", about: "CSV with the columns query_id and query, or one query a line", checked: !hasSet }),
        h("div", { class: "mm-file-row" }, file),
      ),
      h(
        "fieldset",
        {},
        h("legend", {}, "Rankers whose products are judged"),
        h("div", { class: "mm-choices" }, rankers.map(({ name, label, about, unavailable }) => choice("checkbox", "rankers", { value: name, name: label, about: unavailable || about, checked: chosen.includes(name) && !unavailable, disabled: Boolean(unavailable) }))),
      ),
      h("div", { class: "mm-fields" }, field("Depth", depth, "The first so many products of each ranker"), field("Judges for each pair", each, "More tell how far people agree")),
      told,
    ),
    sheet(
      "How it is judged",
      scale.element,
      questions.length ? h("fieldset", {}, h("legend", {}, "Second question"), questions.map((question) => choice("checkbox", "questions", { value: question.name, name: question.ask, about: "Asked after the first one, with its own grades" }))) : null,
      h("fieldset", {}, h("legend", {}, "Which pair comes next"), h("div", { class: "mm-choices" }, strategies.map(({ name, label, about }, place) => choice("radio", "strategy", { value: name, name: label, about, checked: place === 0 })))),
      h(
        "details",
        { class: "mm-more" },
        h("summary", {}, "Repeats, known answers, training"),
        h(
          "div",
          { class: "mm-fields" },
          field("Hidden repeats, %", repeats, "Of what a judge gets: do they agree with themselves?"),
          field("Drawn at random, %", random, "So that estimates stay unbiased"),
          field("Pairs whose grade is known", gold, "CSV with query_id, product_id, grade and, if you like, why"),
          field("Known pairs among the others, %", goldShare, "They look like any other pair"),
          field("Known pairs to train with", training, "Shown first, with what was expected"),
        ),
      ),
    ),
    sheet("Guidelines", field("In Markdown", guidelines, "What judges read first. A later change is a new version; each judgment tells which one it was given under."), makePreview(guidelines), examples.element),
    problem,
    h("footer", {}, button("Cancel", { class: "mm-tool", onclick: () => desk.go({ create: false }) }), draft, open),
  );

  const read = async () => {
    const values = new FormData(form);
    const source = values.get("queries");
    const texts = async (control) => (control.files[0] ? control.files[0].text() : "");
    return {
      name: shortName(title.value),
      title: title.value.trim(),
      queries: source === "catalog" ? "catalog" : await texts(file),
      rankers: values.getAll("rankers"),
      depth: Number(depth.value),
      scale: scale.value(),
      questions: questions.filter(({ name }) => values.getAll("questions").includes(name)),
      judges_per_pair: Number(each.value),
      repeat_share: Number(repeats.value) / 100,
      gold: await texts(gold),
      gold_share: Number(goldShare.value) / 100,
      training: gold.files.length ? Number(training.value) : 0,
      guidelines: guidelines.value,
      examples: examples.value(),
      strategy: values.get("strategy"),
      random_share: Number(random.value) / 100,
    };
  };
  const lacks = (body) => {
    if (!body.rankers.length) return "Choose at least one ranker.";
    if (!body.queries) return file.files.length ? "The file of queries is empty." : "Choose a file of queries.";
    if (!(body.depth >= 1)) return "Depth is a number from 1 on.";
    if (!(body.judges_per_pair >= 1)) return "Each pair needs at least one judge.";
    return "";
  };

  let running = null;
  let timer = 0;
  const preview = async () => {
    running?.abort();
    const body = await read();
    const lacking = lacks(body);
    if (lacking) return told.replaceChildren(h("span", { class: "mm-soft" }, lacking));
    running = new AbortController();
    const { signal } = running;
    told.replaceChildren(h("span", { class: "mm-spinner", "aria-hidden": "true" }), h("span", { class: "mm-soft" }, "Making the pool…"));
    try {
      const found = await desk.preview({ ...body, name: body.name || "new", title: body.title || "new", open: false }, signal);
      told.replaceChildren(...makePool(found, body));
    } catch (error) {
      if (!signal.aborted) told.replaceChildren(icon("warning"), h("span", { dir: "auto" }, sentence(error.message)));
    }
    return undefined;
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(preview, PAUSE);
  };
  form.addEventListener("input", ({ target }) => {
    if (["queries", "file", "rankers", "depth", "judges_per_pair", "gold"].includes(target.name)) later();
    if (target === file && file.files.length) form.querySelector("[name=queries][value=file]").checked = true;
    problem.textContent = "";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = await read();
    const lacking = !body.title ? "Give it a title." : lacks(body);
    if (lacking) return void (problem.textContent = lacking);
    open.disabled = draft.disabled = true;
    try {
      const { name } = await desk.create({ ...body, open: event.submitter?.value !== "draft" });
      session.notice(`“${body.title}” is made`);
      desk.go({ create: false, campaign: name ?? body.name, part: "progress" });
    } catch (error) {
      problem.textContent = sentence(error.message);
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      open.disabled = draft.disabled = false;
    }
    return undefined;
  });
  preview();
  return form;
}

function makePool({ queries, pool, judgments, problems = [] }, { judges_per_pair: each }) {
  const hours = (judgments * SECONDS) / 3600;
  return [
    h("p", {}, h("b", {}, plural(pool, "pair")), ` of ${plural(queries, "query", "queries")} and their products, each judged by ${formatCount(each)}: `, h("b", {}, plural(judgments, "judgment")), `, about ${hours < 1 ? "an hour" : plural(Math.round(hours), "hour")} of work.`),
    ...problems.map((text) => h("p", { class: "mm-warned" }, icon("warning"), h("span", { dir: "auto" }, sentence(text)))),
  ];
}

function makePreview(source) {
  const place = h("div", { class: "mm-preview", hidden: true });
  const toggle = button("Show as judges see it", { class: "mm-tool", "aria-expanded": "false" });
  const show = async () => place.replaceChildren(await readable(source.value));
  toggle.addEventListener("click", () => {
    place.hidden = !place.hidden;
    toggle.setAttribute("aria-expanded", String(!place.hidden));
    if (!place.hidden) show();
  });
  source.addEventListener("change", () => place.hidden || show());
  return h("div", { class: "mm-preview-place" }, toggle, place);
}

// Of letters, digits, dots and dashes.
export const shortName = (title) =>
  title
    .normalize("NFKD")
    .replace(/[^\w\s.-]/g, "")
    .trim()
    .replace(/[\s_]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 60)
    .toLowerCase() || "campaign";

export { makePreview };
