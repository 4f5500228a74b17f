// The two halves: what their cosines know of relevance, how far apart they lie, a map. Knows no weight.

import { desk } from "./analysis-desk.js";
import { capital, kindCss, KINDS, section, table } from "./analysis-parts.js";
import { histogram, plane, round } from "./charts.js";
import { address, formatCount, h, percent, plural } from "./dom.js";

const KIND_NAMES = [["relevant", "relevant"], ["partly", "partly relevant"], ["irrelevant", "irrelevant"], ["others", "without a grade"]];
const PALETTE = ["#2563eb", "#d9620a", "#15803d", "#9333ea", "#c81e3a", "#0e7490", "#a16207", "#be185d", "#4d7c0f", "#4338ca"];
const NAMES = { text: "Text", image: "Photo" };

export function makeHalves() {
  const { modalities } = desk.analysis;
  if (!modalities) return null;
  const { halves, correlation, gaps, note, agreement, points } = modalities;
  return section(
    "halves",
    "What text and photo know",
    "How alike a query and a product are by each half (cosine), for products that answer the query and for those that do not. The less the hills overlap, the more that half knows.",
    h("div", { class: "mm-halves" }, halves.map(makeHalf)),
    h(
      "div",
      { class: "mm-halves" },
      h(
        "div",
        { class: "mm-case-part" },
        h("h3", {}, "Modality gap"),
        h("p", { class: "mm-soft" }, "Distance between the means of two kinds of vectors: texts and photos often lie apart, whatever they show. Centering takes each kind's mean off."),
        gaps.length ? table({ name: "Modality gap", head: [["Between"], ["As it is", true], ["Centered", true]] }, gaps.map(({ between, before, after }) => h("tr", {}, h("th", { scope: "row" }, between.join(" and ")), h("td", { class: "mm-n" }, round(before)), h("td", { class: "mm-n" }, round(after))))) : null,
        note ? h("p", { class: "mm-soft" }, `${capital(note)}.`) : null,
        correlation === null ? null : h("p", {}, "The two halves' cosines go together by ", h("b", {}, round(correlation, 2)), ": the nearer to 0, the more the one adds to the other."),
      ),
      agreement.length ? makeAgreement(agreement) : null,
    ),
    points.length ? makeMap(modalities) : null,
  );
}

function makeHalf(half) {
  const { name, edges, auc, queries } = half;
  const kinds = KIND_NAMES.map(([key, text]) => ({ css: `mm-of-${key}`, name: text, ...half[key] })).filter(({ pairs }) => pairs);
  const told = kinds.map((kind) => `${kind.name}: mean ${round(kind.mean, 2)}, ${formatCount(kind.pairs)} pairs`).join("; ");
  return h(
    "figure",
    { class: "mm-figure-box" },
    h("figcaption", {}, h("b", {}, NAMES[name] ?? name), auc === null ? null : h("span", {}, ` ranks a relevant product above another one in ${percent(auc)} of cases`), h("span", { class: "mm-soft" }, ` (AUC, ${plural(queries, "query", "queries")})`)),
    histogram(edges, kinds, { title: `Cosines of the ${NAMES[name] ?? name} half`, told }),
    h("p", { class: "mm-legend" }, kinds.map((kind) => h("span", { class: `mm-key ${kind.css}` }, `${kind.name}, mean ${round(kind.mean, 2)}`))),
  );
}

function makeAgreement(agreement) {
  const bar = (share) => h("span", { class: "mm-share" }, h("span", { class: "mm-bar-track", "aria-hidden": "true" }, h("i", { style: `width:${100 * share}%` })), percent(share));
  const rows = agreement.slice(0, 12).map(({ name, queries, overlap, rbo }) => h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, capital(name) || "All queries")), h("td", { class: "mm-n" }, formatCount(queries)), h("td", {}, bar(overlap)), h("td", { class: "mm-n" }, round(rbo, 2))));
  return h(
    "div",
    { class: "mm-case-part" },
    h("h3", {}, "How often the two lists agree"),
    h("p", { class: "mm-soft" }, "Share of the first products that both lists show. Little agreement is where fusion has most to gain, and most to lose."),
    table({ name: "Agreement of text and photo", css: "mm-tight", head: [["Segment"], ["Queries", true], ["Shared"], ["RBO", true, "rank-biased overlap: agreement that counts the top most, 0 to 1"]] }, rows),
  );
}

const COLORINGS = [["modality", "Modality"], ["category", "Category"], ["kind", "What fusion did"]];

function makeMap({ points, map_note: note }) {
  let coloring = "modality";
  const box = h("div", { class: "mm-map-box" });
  const legend = h("p", { class: "mm-legend" });
  const tools = h("div", { class: "mm-segments", role: "group", "aria-label": "Color of the dots" });
  const categories = commonest(points.filter(({ modality }) => modality !== "query").map(({ group }) => group));
  const show = () => {
    tools.replaceChildren(...COLORINGS.map(([value, name]) => h("button", { type: "button", "aria-pressed": String(coloring === value), onclick: () => ((coloring = value), show()) }, name)));
    const ordered = [...points].sort((a, b) => (a.modality === "query") - (b.modality === "query"));
    box.replaceChildren(plane(ordered.map((point) => dot(point, coloring, categories)), { title: "Map of products and queries", told: `${plural(points.length, "dot")}. ${note}` }));
    legend.replaceChildren(...keys(points, coloring, categories));
  };
  show();
  return h("div", { class: "mm-case-part" }, h("div", { class: "mm-map-head" }, h("h3", {}, "Map"), tools), h("p", { class: "mm-soft" }, `${capital(note)}. Near means alike. Click a dot to open it.`), box, legend);
}

const modalityCss = { text: "mm-map-text", photo: "mm-map-photo", product: "mm-map-product", query: "mm-map-query" };

function dot({ id, modality, x, y, label: name, group }, coloring, categories) {
  const query = modality === "query";
  const faded = coloring !== "modality" && (coloring === "kind" ? !query : query);
  const css = faded ? "mm-map-faded" : coloring === "modality" ? modalityCss[modality] : coloring === "kind" ? `mm-map-kind ${kindCss(group)}` : "";
  const color = coloring === "category" && !query ? (categories.has(group) ? PALETTE[categories.get(group)] : "var(--mm-k-even)") : null;
  const pick = query ? () => desk.analysis.cases.some((one) => one.topic_id === id) && desk.go({ case: id }) : () => location.assign(address(`./?product=${encodeURIComponent(id)}`));
  return { x, y, css, color, shape: query ? "query" : "dot", title: `${query ? "query" : modality}: ${name}${group ? ` (${group})` : ""}`, pick };
}

function commonest(groups) {
  const counts = new Map();
  for (const group of groups) if (group) counts.set(group, (counts.get(group) ?? 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1]).slice(0, PALETTE.length);
  return new Map(names.map(([name], place) => [name, place]));
}

function keys(points, coloring, categories) {
  if (coloring === "category") return [...categories].map(([name, place]) => h("span", { class: "mm-key", style: `--mm-key:${PALETTE[place]}` }, name));
  if (coloring === "kind") return Object.entries(KINDS).filter(([kind]) => points.some(({ group }) => group === kind)).map(([kind, [, name]]) => h("span", { class: `mm-key ${kindCss(kind)}` }, name));
  const names = { text: "product texts", photo: "product photos", product: "products", query: "queries" };
  return Object.entries(names).filter(([modality]) => points.some((point) => point.modality === modality)).map(([modality, name]) => h("span", { class: `mm-key ${modalityCss[modality]}` }, name));
}
