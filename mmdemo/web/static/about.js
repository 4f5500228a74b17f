// What is shown here: the shop, the model, how well it ranks, and how to bring one's own.
// Knows no search.

import { makeModel } from "./about-model.js";
import { makeOwn } from "./about-own.js";
import { makeResults } from "./about-results.js";
import { getJson } from "./api.js";
import { formatCount, h, icon, photoAddress, sentence } from "./dom.js";
import { makeHeader } from "./header.js";
import { session } from "./session.js";
import { makeToasts } from "./toast.js";
import { panel } from "./trouble.js";

const PHOTOS = 12;

export function mount(element) {
  const body = h("main", { class: "mm-main mm-about" }, h("p", { class: "mm-soft mm-detail-wait" }, h("span", { class: "mm-spinner" }), "Looking it up…"));
  const app = h("div", { class: "mm-app" }, makeHeader("About"), body);
  makeToasts(app);
  element.replaceChildren(app);
  document.title = "About · mmdemo";
  session.connect();
  load(body);
}

async function load(body) {
  try {
    const { catalog, shop, model, results, notes } = await getJson("api/about");
    body.replaceChildren(makeShop(catalog, shop), makeNotes(notes) ?? "", makeModel(model, catalog), makeResults(results, shop?.families ?? {}), makeOwn());
  } catch (error) {
    body.replaceChildren(panel("warning", "There is nothing to tell about yet", h("p", { dir: "auto" }, sentence(error.message))), makeOwn());
  }
}

function makeShop(catalog, shop) {
  const title = shop?.title || catalog.name;
  const written = shop?.text?.length;
  return h(
    "section",
    { class: "mm-about-shop", "aria-labelledby": "mm-about-title" },
    h(
      "div",
      { class: "mm-about-words" },
      h("p", { class: "mm-about-kind" }, "About this shop"),
      h("h1", { id: "mm-about-title" }, h("bdi", {}, title)),
      written ? shop.text.map((paragraph) => h("p", { dir: "auto" }, paragraph)) : h("p", {}, told(catalog)),
      makeCounts(catalog),
    ),
    makePhotos(),
  );
}

// Of a catalog that does not tell it itself.
function told({ products, with_photo: photos, with_description: described, categories, more_categories: more, source }) {
  const names = categories.slice(0, 5).map(([name]) => name.split(/\s*[>/]\s*/).at(-1));
  const kinds = names.length ? ` Most are in ${names.join(", ")}${more || categories.length > names.length ? " and others" : ""}.` : "";
  const share = (count) => (count === products ? "all" : formatCount(count));
  return `${formatCount(products)} products${source ? ` from ${source}` : ""}; ${share(photos)} have a photo, ${share(described)} a description.${kinds}`;
}

function makeCounts({ products, with_photo: withPhoto, photos, categories, more_categories: more }) {
  const counts = [[products, "products"], [withPhoto, "with a photo"], [photos, "photos"], ...(categories.length ? [[categories.length + more, "categories"]] : [])];
  return h("dl", { class: "mm-tiles" }, counts.map(([count, name]) => h("div", {}, h("dd", {}, formatCount(count)), h("dt", {}, name))));
}

// Once the server can show them.
function makePhotos() {
  const element = h("div", { class: "mm-about-photos", "aria-hidden": "true", hidden: true });
  const show = () => {
    const samples = (session.info.samples ?? []).slice(0, PHOTOS);
    element.hidden = samples.length < 4;
    if (element.children.length !== samples.length) element.replaceChildren(...samples.map(({ photo }) => h("img", { src: photoAddress(photo), alt: "", loading: "lazy", decoding: "async" })));
  };
  session.addEventListener("info", show);
  show();
  return element;
}

function makeNotes(notes) {
  return notes.length ? h("ul", { class: "mm-story-notes" }, notes.map((note) => h("li", { dir: "auto" }, icon("warning"), h("span", {}, note)))) : null;
}
