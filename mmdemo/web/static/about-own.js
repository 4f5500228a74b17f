// How to bring one's own catalog and a model of the hub: four commands. Knows no server.

import { button, h } from "./dom.js";
import { showEdges } from "./edges.js";
import { session } from "./session.js";

const COMMANDS = [
  ["mmdemo import products.csv.gz --images photos.zip --catalog shop", "Takes a CSV, TSV, JSON lines or Parquet file, as six kinds of shop export it, and photos from a folder, a zip or web addresses. Nothing stops at a bad row; a report accounts for every one."],
  ["mmdemo catalog shop", "Tells what is in it: fields, photos, languages, products that are hard to tell apart."],
  ["mmdemo index --catalog shop --model hf-hub:Marqo/marqo-fashionSigLIP", "Encodes texts and photos with any open_clip model; this one knows fashion and is fetched once. Without a network, `--model sample` takes the sample shop's own model, which is small and knows things for the home."],
  ["mmdemo serve --catalog shop --port 7861", "Opens this page with your products, beside the one that is running."],
];

export function makeOwn() {
  return h(
    "section",
    { class: "mm-sheet mm-about-own" },
    h("h2", {}, "Bring your own catalog"),
    h("p", { class: "mm-an-told" }, "Four commands, in the folder where your files are. In a checkout, ", h("code", {}, ". .venv/bin/activate"), " comes first."),
    h("ol", { class: "mm-commands" }, COMMANDS.map(makeCommand)),
    h("p", { class: "mm-soft" }, "Three files in the catalog's folder make it tell its own story, all optional: ", h("code", {}, "examples.csv"), " (query, photo, story), ", h("code", {}, "about.json"), " (title, text) and ", h("code", {}, "results.json"), "."),
  );
}

function makeCommand([command, about]) {
  const copy = button(`Copy: ${command}`, { bare: true, class: "mm-quiet", symbol: "copy", onclick: () => take(command) });
  return h("li", {}, h("div", { class: "mm-command" }, showEdges(h("code", { tabindex: "0" }, command)), copy), h("p", { class: "mm-soft" }, about.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part))));
}

async function take(command) {
  try {
    await navigator.clipboard.writeText(command);
    session.notice("Command copied");
  } catch {
    session.notice("This browser does not let the page copy. Select the command instead.", { kind: "problem" });
  }
}
