// A first visit: what this is, and ways to begin. Knows no list.

import { takeCatalogPhoto } from "./ask.js";
import { address, h } from "./dom.js";
import { session } from "./session.js";
import { makeStories } from "./stories.js";
import { hasQuery } from "./view.js";

const RANKERS = [
  ["text", "Text only", "ranks by what sellers wrote. It cannot know what only the photo shows."],
  ["image", "Image only", "ranks by what photos show. It cannot know what only the words say."],
  ["fused", "Fused", "ranks by both. You set how much each one counts, and see what it rescues and what it buries."],
];

export function makeStart() {
  const photos = h("div", { class: "mm-samples", role: "group", "aria-label": "Search with one of these photos" });
  const pick = h("section", { class: "mm-pick", hidden: true }, h("h2", {}, "… or search with one of these photos"), photos);
  const element = h(
    "div",
    { class: "mm-start" },
    h("h1", {}, "What do photos add to search?"),
    h("p", { class: "mm-lead" }, "Ask as a shopper would: with words, with a photo, or with both. Three lists stand side by side."),
    makeStories(),
    h(
      "ul",
      { class: "mm-kinds" },
      RANKERS.map(([hue, name, told]) => h("li", { "data-hue": hue }, h("b", {}, name), " ", told)),
    ),
    pick,
  );
  const show = () => {
    element.hidden = hasQuery(session.view) || session.info.state === "failed";
    const samples = session.info.samples ?? [];
    pick.hidden = !samples.length;
    if (photos.children.length === samples.length) return;
    photos.replaceChildren(
      ...samples.map(({ title, photo }) =>
        h(
          "button",
          { type: "button", "aria-label": `Search with the photo of ${title || "a product"}`, title: title || null, onclick: () => takeCatalogPhoto(photo) },
          h("img", { src: address(`media/${photo}`), alt: "", loading: "lazy", decoding: "async" }),
        ),
      ),
    );
  };
  session.addEventListener("view", show);
  session.addEventListener("info", show);
  show();
  return element;
}
