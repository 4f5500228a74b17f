// The catalog's page: what is in it, and what its last import met with. Knows no search.

import { getJson } from "./api.js";
import { address, button, formatCount, h, icon, percent, plural, sentence } from "./dom.js";
import { makeHeader } from "./header.js";
import { session } from "./session.js";
import { makeToasts } from "./toast.js";
import { panel } from "./trouble.js";

const FIELDS = { title: "Title", description: "Description", brand: "Brand", category: "Category", price: "Price", images: "Photo" };
const SHOWN_ROWS = 8;

export function mount(element) {
  const body = h("main", { class: "mm-main mm-catalog-page" }, h("p", { class: "mm-soft mm-detail-wait" }, h("span", { class: "mm-spinner" }), "Looking through the catalog…"));
  const app = h("div", { class: "mm-app" }, makeHeader("Catalog"), body);
  makeToasts(app);
  element.replaceChildren(app);
  document.title = "Catalog · mmdemo";
  session.connect();
  load(body);
}

async function load(body) {
  try {
    const { facts, report } = await getJson("api/catalog");
    body.replaceChildren(
      makeTitle(facts),
      makeTiles(facts, report),
      h(
        "div",
        { class: "mm-sheets" },
        h("div", {}, makeFilled(facts), report && makeImport(report)),
        h("div", {}, makeIndexes(facts), makePhotos(facts)),
        report && makeProblems(report),
        h("div", {}, makeAlike(facts), report && makeColumns(report)),
        h("div", {}, makeContents(facts)),
      ),
    );
  } catch (error) {
    const again = button("Try again", { class: "mm-primary", onclick: () => load(body) });
    body.replaceChildren(panel("warning", "The catalog cannot be shown", h("p", { dir: "auto" }, sentence(error.message)), again));
  }
}

function makeTitle({ name, imported, source }) {
  const when = imported ? `Imported ${new Date(imported).toLocaleString()}${source ? ` from ${source}` : ""}` : "";
  return h("header", { class: "mm-catalog-title" }, h("h1", {}, h("bdi", {}, name)), when && h("p", { class: "mm-soft" }, when));
}

function makeTiles(facts, report) {
  const problems = Object.values(report?.problems ?? {}).reduce((sum, { count }) => sum + count, 0);
  const tiles = [
    [facts.products, "products"],
    [facts.photos.count, "photos"],
    [facts.without_photo.products, "without photo"],
    [facts.without_text.products, "without text"],
    ...(report ? [[report.left_out, "rows left out"], [problems, "things noticed"]] : []),
  ];
  return h("dl", { class: "mm-tiles" }, tiles.map(([count, name]) => h("div", {}, h("dd", {}, formatCount(count)), h("dt", {}, name))));
}

const sheet = (title, ...children) => h("section", { class: "mm-sheet" }, h("h2", {}, title), children);
const wideSheet = (title, ...children) => h("section", { class: "mm-sheet mm-sheet-wide" }, h("h2", {}, title), children);

function makeBars(counts, all) {
  return h(
    "ul",
    { class: "mm-bars" },
    counts.map(([name, count]) =>
      h("li", {}, h("bdi", {}, name), h("span", { class: "mm-bar-track" }, h("i", { style: `width:${(100 * count) / Math.max(1, all)}%` })), h("span", { class: "mm-count" }, `${formatCount(count)} · ${share(count, all)}`)),
    ),
  );
}

function share(count, all) {
  const part = count / Math.max(1, all);
  return part > 0.99 && part < 1 ? "> 99%" : part > 0 && part < 0.01 ? "< 1%" : percent(part);
}

function makeFilled({ filled, products }) {
  return sheet("What products have", makeBars(Object.entries(FIELDS).map(([field, name]) => [name, filled[field] ?? 0]), products));
}

function makeIndexes({ indexes }) {
  if (!indexes.length) return sheet("Indexes", h("p", {}, "None yet. Make one with ", h("code", {}, "mmdemo index"), "."));
  return sheet(
    "Indexes",
    h(
      "ul",
      { class: "mm-entries" },
      indexes.map(({ name, model, text_model: text, created, products, current, text_fields: fields }) =>
        h(
          "li",
          {},
          h("b", {}, h("bdi", {}, name)),
          h("span", {}, current ? "fits the products" : "older than the products: run mmdemo index again", ""),
          h("span", { class: "mm-soft" }, `${shortName(model)}${text && text !== model ? ` for photos, ${shortName(text)} for text` : ""} · reads ${fields.join(", ")} · ${plural(products, "product")} · ${new Date(created).toLocaleDateString()}`),
        ),
      ),
    ),
  );
}

const shortName = (spec) => spec.split(/[/\\]/).at(-1);

function makeImport(report) {
  const { rows, products, merged, left_out: left, changes, kind, dialect, notes } = report;
  const moved = [["added", changes.added], ["changed", changes.changed], ["removed", changes.removed], ["unchanged", changes.unchanged]].filter(([, count]) => count);
  return sheet(
    "Last import",
    h("p", {}, `${plural(rows, "row")} of ${kind}${dialect ? ` (${dialect})` : ""} became ${plural(products, "product")}`, merged ? `; ${plural(merged, "row")} were further photos or variants of one above` : "", left ? `; ${plural(left, "row")} gave none.` : "."),
    h("p", {}, moved.map(([what, count]) => `${formatCount(count)} ${what}`).join(" · ")),
    notes.length ? h("ul", { class: "mm-notes" }, notes.map((note) => h("li", { dir: "auto" }, note))) : null,
  );
}

function makeProblems({ problems }) {
  const found = Object.entries(problems).sort(([, a], [, b]) => Number(b.left_out) - Number(a.left_out) || b.count - a.count);
  if (!found.length) return wideSheet("What was noticed", h("p", {}, icon("check"), " Nothing. Every row was taken as it is."));
  return wideSheet(
    "What was noticed",
    h(
      "table",
      { class: "mm-table" },
      h("thead", {}, h("tr", {}, ["What", "How often", "Rows", "For example"].map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        {},
        found.map(([reason, { count, rows, examples, left_out: left }]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, reason, left ? h("span", { class: "mm-badge mm-badge-buried" }, "row left out") : null),
            h("td", {}, formatCount(count)),
            h("td", { class: "mm-soft" }, rows.length ? "" : "–", rows.slice(0, SHOWN_ROWS).join(", "), count > Math.min(rows.length, SHOWN_ROWS) ? ", …" : ""),
            h("td", {}, examples.slice(0, 2).map((one) => h("div", { class: "mm-example", dir: "auto" }, one))),
          ),
        ),
      ),
    ),
  );
}

function makeAlike(facts) {
  const kinds = [
    ["Share a title", facts.same_title],
    ["Titles of the same words", facts.near_titles],
    ["Share a photo", facts.same_photo],
    ["Photos alike but for color", facts.near_photos],
  ];
  return sheet(
    "Hard to tell apart",
    h(
      "ul",
      { class: "mm-entries" },
      kinds.map(([name, { products, groups, examples }]) =>
        h("li", {}, h("b", {}, name), h("span", {}, products ? `${plural(products, "product")} in ${plural(groups, "group")}` : "none"), examples[0] ? h("span", { class: "mm-soft" }, "such as ", examples[0].slice(0, 3).flatMap((id, place) => [place ? " = " : "", productLink(id)])) : null),
      ),
    ),
  );
}

const productLink = (id) => h("a", { class: "mm-link", href: address(`./?product=${encodeURIComponent(id)}`) }, h("bdi", {}, id));

function makePhotos({ photos, without_photo: without }) {
  if (!photos.count) return sheet("Photos", h("p", {}, "None. Bring them with ", h("code", {}, "mmdemo import SOURCE --images PATH"), "."));
  const [low, middle, high] = photos.sides;
  const told = [
    ["Formats", Object.entries(photos.formats).map(([name, count]) => `${name} ${formatCount(count)}`).join(", ")],
    ["Shorter side", `${low} to ${high} px, median ${middle}`],
    ["Under 200 px", formatCount(photos.small)],
    ["Several photos", plural(photos.several, "product")],
    ["Size", `${(photos.size / 1e6).toFixed(1)} MB`],
  ];
  return sheet("Photos", makePairs(told), without.products ? h("p", { class: "mm-soft" }, "Without photo: ", without.examples.slice(0, 5).flatMap((id, place) => [place ? ", " : "", productLink(id)]), without.products > 5 ? ", …" : "") : null);
}

const makePairs = (rows) => h("dl", { class: "mm-pairs" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value))));

function makeColumns({ columns, attributes, ignored }) {
  const rows = Object.entries(columns).map(([field, from]) => [field, from.join(", ")]);
  if (attributes.length) rows.push(["attributes", attributes.join(", ")]);
  for (const [column, why] of Object.entries(ignored)) rows.push([column, `not taken: ${why}`]);
  return sheet("Columns", makePairs(rows));
}

function makeContents({ categories, attributes, languages, languages_of: of, currencies, products }) {
  const some = (counts) => Object.entries(counts).slice(0, 8);
  return sheet(
    "Contents",
    h("h3", {}, "Categories"),
    makeBars(some(categories), products),
    Object.keys(attributes).length ? [h("h3", {}, "Attributes"), makeBars(some(attributes), products)] : null,
    h("h3", {}, "Languages and prices"),
    makePairs([
      ["Languages", Object.entries(languages).map(([code, count]) => `${code} ${share(count, of)}`).join(", ") || "unclear"],
      ["Prices in", Object.entries(currencies).map(([code, count]) => `${code || "no currency"} ${formatCount(count)}`).join(", ") || "no prices"],
    ]),
  );
}
