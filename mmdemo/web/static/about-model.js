// The model in words for people who build none: what reads texts, what reads photos, how both
// become one list, and where it is from. Knows no server but for texts in Markdown.

import { capital, formatCount, h, icon, percent } from "./dom.js";
import { readable } from "./rich-text.js";

const SOURCES = { folder: "A model in a folder of this server", hub: "The HuggingFace hub", open_clip: "One of open_clip's own pretrained models" };

export function makeModel(model, catalog) {
  const title = h("h2", {}, "The model");
  if (!model) return h("section", { class: "mm-sheet" }, title, h("p", {}, "None yet: this catalog has no index. ", h("code", {}, "mmdemo index"), " makes one."));
  const { image, text, dimensions, text_fields: fields, fusions, text_weight: weight } = model;
  const words = text ?? image;
  return h(
    "section",
    { class: "mm-sheet mm-about-model" },
    title,
    h("p", { class: "mm-an-told" }, "A model turns words and photos into lists of numbers, so that what means the same lies close together. A search only has to look who is near."),
    h(
      "ol",
      { class: "mm-about-parts" },
      part("text", "Words", `Reads the query, and of each product ${listed(fields)}. Each becomes ${formatCount(dimensions.text)} numbers. Text only ranks by them.`),
      part("image", "Photos", `Looks at each product's photo: ${formatCount(dimensions.image)} numbers. The query, in words or as a photo, is read so that it can be held against them. Image only ranks by these.`),
      part("fused", "Fused", `Adds both: ${percent(weight)} words and ${percent(1 - weight)} photo, until you move the slider. What a product lacks is estimated, so that none sinks for having no photo.`),
    ),
    fusions.length
      ? h("div", { class: "mm-about-learned" }, h("h3", {}, "Learned fusions"), h("p", {}, "Besides adding, a network learned which half to trust for which product. Add its list on the search page to compare:"), h("ul", { class: "mm-plain" }, fusions.map(({ label, about }) => h("li", {}, h("b", {}, label), ` ${about[0].toLowerCase()}${about.slice(1)}`))))
      : null,
    h("div", { class: "mm-about-towers" }, text ? [origin("Reads words", text), origin("Reads photos", image)] : origin("Reads words and photos", image)),
    h("p", { class: "mm-soft" }, `Indexed ${day(model.created)}: ${formatCount(model.products)} products${catalog.products === model.products ? "" : ` of ${formatCount(catalog.products)}`}, ${formatCount(model.with_text)} with text, ${formatCount(model.with_image)} with a photo.`),
    makeCard(words.card || image.card),
  );
}

const part = (hue, name, told) => h("li", { "data-hue": hue }, h("b", {}, name), h("span", {}, told));

const listed = (names) => (names.length ? `the ${names.join(" and ").replace(/ and (?=.* and )/g, ", ")}` : "its text");

function origin(does, { name, told, source, link, license, made }) {
  const size = made?.image_size ? `${made.image_size.join(" × ")} pixels` : "";
  const learned = made && [made.products && `${formatCount(made.products)} products`, made.queries && `${formatCount(made.queries)} queries`].filter(Boolean).join(" and ");
  const rows = [
    [does, link ? h("a", { class: "mm-link", href: link, target: "_blank", rel: "noopener noreferrer" }, name) : h("bdi", { title: told === name ? null : `Its folder: ${name}` }, told === name ? name : capital(told))],
    ["From", SOURCES[source] ?? source],
    ["License", license || (link ? "Its page tells" : "Not told")],
    made?.text_tower && ["Built on", h("bdi", {}, made.text_tower === "scratch" ? "nothing: its text half was trained from the start" : made.text_tower)],
    made?.image_tower && ["Photos by", [h("bdi", {}, made.image_tower), size && `, ${size}`]],
    learned && ["Trained on", `${learned}${made.catalog ? ` of ${made.catalog}` : ""}`],
    made?.date && ["Trained", `${made.date}${made.mmdemo ? `, by mmdemo ${made.mmdemo}` : ""}`],
  ].filter(Boolean);
  return h("dl", { class: "mm-pairs" }, rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", { dir: "auto" }, value))));
}

// The card that lies beside the model; read when it is opened.
function makeCard(markdown) {
  if (!markdown?.trim()) return null;
  const place = h("div", { class: "mm-about-card" });
  const element = h("details", { class: "mm-about-details" }, h("summary", {}, icon("book"), "The model's own card"), place);
  element.addEventListener("toggle", async () => element.open && !place.childElementCount && place.replaceChildren(await readable(markdown)));
  return element;
}

const day = (created) => {
  const date = new Date(created);
  return Number.isNaN(date.getTime()) ? "" : `on ${date.toLocaleDateString("en-US", { dateStyle: "long" })}`;
};
