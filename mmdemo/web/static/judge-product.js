// A product as a shopper sees it: photos, words, price. Knows no query and no answer.

import { h, icon, photo } from "./dom.js";

const LONG = 120; // characters of a title that is set smaller

export function makeMeta({ price, brand, category }) {
  return h("p", { class: "mm-meta" }, price ? h("span", { class: "mm-price" }, price) : null, brand ? h("bdi", {}, brand) : null, category ? h("bdi", { class: "mm-soft" }, category) : null);
}

// `zoom(photos, place, title)` opens a photo; `id` names the heading.
export function makeProduct(product, { zoom, id }) {
  const title = product.title || product.id;
  const gallery = makeGallery(product.photos, title, zoom);
  const element = h(
    "article",
    { class: "mm-judge-product", "aria-labelledby": id },
    gallery.element,
    h(
      "div",
      { class: "mm-judge-words", tabindex: "0", role: "region", "aria-label": "About the product" },
      h("h2", { id, dir: "auto", "data-long": title.length > LONG }, title),
      makeMeta(product),
      product.description ? h("p", { class: "mm-judge-description", dir: "auto" }, product.description) : h("p", { class: "mm-soft" }, "No description."),
      product.attributes.length
        ? h("dl", { class: "mm-judge-attributes" }, product.attributes.map(({ name, value }) => h("div", {}, h("dt", { dir: "auto" }, name), h("dd", { dir: "auto" }, value))))
        : null,
    ),
  );
  return { element, gallery };
}

function makeGallery(photos, title, zoom) {
  let at = 0;
  const several = photos.length > 1;
  const stage = h("div", { class: "mm-judge-stage" });
  const strip = h("div", { class: "mm-strip", role: "group", "aria-label": "Photos" });
  const show = (place) => {
    at = place;
    const picture = photo(photos[place]?.key, title, { large: true, eager: true });
    const name = `Look closer at ${several ? `photo ${place + 1} of ${photos.length}` : "the photo"}`;
    if (photos.length) {
      const opener = stage.querySelector(".mm-judge-opener") ?? h("button", { type: "button", class: "mm-judge-opener", onclick: () => zoom(photos, at, title) });
      opener.setAttribute("aria-label", name);
      opener.replaceChildren(picture, h("span", { class: "mm-judge-zoom" }, icon("zoom")));
      if (!opener.isConnected) stage.replaceChildren(opener);
    } else {
      stage.replaceChildren(picture);
    }
    [...strip.children].forEach((one, number) => one.setAttribute("aria-pressed", String(number === place)));
  };
  if (several) {
    strip.append(...photos.map(({ key }, place) => h("button", { type: "button", "aria-label": `Photo ${place + 1} of ${photos.length}`, onclick: () => show(place) }, photo(key, "", { eager: true }))));
  }
  show(0);
  return {
    element: h("div", { class: "mm-judge-photos" }, stage, several ? strip : null),
    show,
    turn: () => several && show((at + 1) % photos.length),
    open: () => photos.length && zoom(photos, at, title),
  };
}

// What was asked for: words, a photo or both.
export function makeQuery({ text, photo: key }, zoom) {
  return [
    key ? h("button", { type: "button", class: "mm-judge-query-photo", "aria-label": "Look closer at the photo that was searched with", onclick: () => zoom(key) }, h("img", { src: queryPhoto(key), alt: "" })) : null,
    h("bdi", { class: "mm-asked" }, text || "this photo"),
  ];
}

export const queryPhoto = (key) => new URL(`api/query-photos/${key}`, document.baseURI).href;
