// The guidelines: first as a screen, later a key away. Knows no Markdown.

import { button, h, icon, photo } from "./dom.js";
import { desk } from "./judge-desk.js";
import { keyOfGrade } from "./judge-keys.js";
import { makeMeta } from "./judge-product.js";
import { readable } from "./rich-text.js";

export function makeGuideScreen() {
  const { campaign } = desk;
  const start = button(campaign.training?.needed ? "Start with the training" : "Start judging", { class: "mm-primary", onclick: () => desk.work() });
  return h(
    "article",
    { class: "mm-judge-guide" },
    h("h1", { tabindex: "-1" }, h("bdi", {}, campaign.title || campaign.name)),
    makeText(campaign),
    makeScales(),
    makeExamples(campaign),
    campaign.training?.needed ? h("p", { class: "mm-soft" }, "The first products are for practice: after each you see what was expected, and why.") : null,
    h("footer", {}, start, desk.campaigns.length > 1 ? button("Other campaigns", { class: "mm-link", onclick: () => desk.pick("") }) : null),
  );
}

export function makeGuide() {
  const body = h("div", { class: "mm-judge-guide" });
  const close = button("Close", { bare: true, class: "mm-quiet mm-detail-close", symbol: "close", onclick: () => dialog.close() });
  const dialog = h("dialog", { class: "mm-detail mm-judge-dialog", "aria-label": "Guidelines" }, close, body);
  let opener = null;
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus({ preventScroll: true }));
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (!["g", "?"].includes(event.key)) return;
    event.preventDefault();
    dialog.close();
  });
  const open = ({ told = "" } = {}) => {
    const { campaign } = desk;
    opener = document.activeElement;
    body.replaceChildren(
      told ? h("p", { class: "mm-judge-changed", role: "alert" }, icon("warning"), told) : "",
      h("h1", {}, "Guidelines"),
      makeText(campaign),
      ...makeScales(),
      makeExamples(campaign) ?? "",
      makeKeys(),
    );
    dialog.showModal();
    close.focus();
  };
  return { element: dialog, open };
}

function makeText({ guidelines }) {
  const place = h("div", {}, h("p", { class: "mm-soft" }, h("span", { class: "mm-spinner", "aria-hidden": "true" })));
  readable(guidelines.markdown).then((element) => place.replaceChildren(element));
  return place;
}

function makeScales() {
  return desk.questions.all.map(({ ask, scale }) =>
    h(
      "section",
      { class: "mm-judge-scale" },
      h("h2", {}, ask),
      h("dl", {}, scale.map((step) => h("div", {}, h("dt", {}, h("kbd", {}, keyOfGrade(step).toUpperCase()), step.name), h("dd", { class: "mm-soft" }, step.description)))),
    ),
  );
}

function makeExamples({ examples }) {
  if (!examples?.length) return null;
  return h(
    "section",
    { class: "mm-judge-examples" },
    h("h2", {}, "Examples"),
    h(
      "ul",
      {},
      examples.map(({ query, product, grade, why }) =>
        h(
          "li",
          {},
          h("div", { class: "mm-photo" }, photo(product.photos?.[0]?.key ?? product.photos?.[0], "")),
          h("div", {}, h("p", { class: "mm-soft" }, "Asked for ", h("b", {}, h("bdi", {}, query))), h("h3", { dir: "auto" }, product.title || product.id), makeMeta(product), h("p", { class: "mm-judge-example" }, h("b", {}, desk.questions.step("relevance", grade)), why ? `: ${why}` : "")),
        ),
      ),
    ),
  );
}

function makeKeys() {
  const keys = [["← →", "the products of this query"], ["u, Shift+u", "undo, redo"], ["z", "look closer"], [".", "the next photo"], ["v", "one product or all"], ["h", "your answers"], ["p", "pause"], ["g or ?", "these guidelines"]];
  return h("section", { class: "mm-judge-keys" }, h("h2", {}, "More keys"), h("dl", {}, keys.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)))));
}
