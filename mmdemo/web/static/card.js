// One product as a card. Knows no list and no server.

import { button, formatCount, h, icon, photo } from "./dom.js";
import { gradeName, SCALE } from "./grades.js";

export function makeCard(id, product, href) {
  const title = product.title || id;
  return h(
    "li",
    { class: "mm-card", "data-product": id, tabindex: "-1", "data-untitled": product.title ? null : true },
    h("div", { class: "mm-photo" }, photo(product.photos[0], ""), h("span", { class: "mm-rank" })),
    h(
      "div",
      { class: "mm-body" },
      h("h3", { class: "mm-title", dir: "auto" }, h("a", { href, tabindex: "-1", draggable: "false" }, title)),
      h(
        "p",
        { class: "mm-meta" },
        product.price ? h("span", { class: "mm-price" }, product.price) : null,
        product.brand || product.category ? h("bdi", { class: "mm-brand" }, product.brand || product.category) : null,
        product.text === false ? h("span", { class: "mm-lacks" }, "no text") : null,
      ),
      h("div", { class: "mm-score" }),
      h("div", { class: "mm-badges" }),
    ),
    h("div", { class: "mm-graded" }),
  );
}

// Rank, score and what became of the product: these change with the weight, the rest does not.
//
// place: {hit, best: highest score of the list, hasPhoto, inText: rank by text only or null,
// badges: [{name, about}]}
export function placeCard(card, title, { hit, best, hasPhoto, inText, badges }) {
  card.querySelector(".mm-rank").textContent = hit.rank;
  card.setAttribute("aria-label", [`${hit.rank}. ${title}`, ...badges.map(({ name }) => name)].join(", "));
  card.querySelector(".mm-score").replaceChildren(...scored(hit, best, hasPhoto), ...moved(hit.rank, inText));
  card.querySelector(".mm-badges").replaceChildren(
    ...badges.map(({ name, about }) => h("span", { class: `mm-badge mm-badge-${name}`, title: about }, name)),
  );
}

function scored({ score, text_part: text, image_part: image }, best, hasPhoto) {
  const parts = [["text", text], ["image", image]].filter(([, value]) => value !== null && value !== undefined);
  // Without a photo the image part of a fused score stands for what is not known.
  const estimated = hasPhoto || parts.length < 2 ? null : "image";
  const told = parts.map(([name, value]) => `${name} ${value.toFixed(3)}${name === estimated ? " (estimated, no photo)" : ""}`);
  const label = `Score ${score.toFixed(3)}${parts.length > 1 ? ` = ${told.join(" + ")}` : ""}`;
  return [
    h(
      "span",
      { class: "mm-bar", role: "img", "aria-label": label, title: label },
      (parts.length ? parts : [["other", score]]).map(([name, value]) => {
        const share = best > 0 ? Math.min(1, Math.max(0, value / best)) : 0;
        const kind = name === estimated ? " mm-estimated" : "";
        return h("i", { class: `mm-part-${name}${kind}`, style: `width:${(share * 100).toFixed(1)}%` });
      }),
    ),
    h("span", { class: "mm-number", "aria-hidden": "true" }, score.toFixed(3)),
  ];
}

// How far it moved against text only.
function moved(rank, inText) {
  if (inText === undefined) return [];
  if (inText === null) return [h("span", { class: "mm-moved", "data-moved": "up" }, "not by text")];
  const change = inText - rank;
  const [kind, sign] = change > 0 ? ["up", "▲"] : change < 0 ? ["down", "▼"] : ["same", "="];
  const told = change ? `${Math.abs(change)} ${change > 0 ? "up" : "down"} against text only` : "The same place as by text only";
  return [
    h(
      "span",
      { class: "mm-moved", "data-moved": kind, title: told },
      h("span", { "aria-hidden": "true" }, change ? `${sign} ${formatCount(Math.abs(change))}` : sign),
      h("span", { class: "mm-told" }, told),
      h("span", { class: "mm-from" }, `by text #${formatCount(inText)}`),
    ),
  ];
}

const SAVING = {
  saved: ["check", "Saved"],
  pending: ["clock", "Waiting to be saved"],
  failed: ["warning", "Not saved"],
};

// The grade as a mark, or with `editable` as buttons.
export function showGrade(card, title, { grade, state, reason }, editable) {
  const now = [grade, state, editable].join();
  if (card.dataset.now === now) return;
  card.dataset.now = now;
  card.dataset.graded = String(grade);
  card.dataset.state = state;
  const place = card.querySelector(".mm-graded");
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.grade : null;
  place.replaceChildren(...(editable ? buttons(card, title, grade, state) : mark(grade, state)));
  if (state === "failed") place.append(failure(reason));
  if (focused) place.querySelector(`[data-grade="${focused}"]`)?.focus();
}

function buttons(card, title, grade, state) {
  const tabindex = card.getAttribute("tabindex");
  return [
    h(
      "div",
      { class: "mm-grades", role: "group", "aria-label": `Grade of ${title}` },
      SCALE.map(({ grade: one, letter, name, hint }) =>
        h(
          "button",
          {
            type: "button",
            "data-grade": one,
            "aria-pressed": String(one === grade),
            "aria-label": name,
            "aria-keyshortcuts": `${letter.toLowerCase()} ${one}`,
            title: `${name}: ${hint} (key ${letter.toLowerCase()} or ${one})`,
            tabindex,
          },
          h("b", {}, letter),
          h("span", {}, name.slice(1)),
        ),
      ),
    ),
    saving(state),
  ];
}

function mark(grade, state) {
  if (grade === null && state !== "pending") return [];
  return [h("span", { class: "mm-mark", "data-grade": grade }, gradeName(grade)), state === "saved" ? null : saving(state)].filter(Boolean);
}

function saving(state) {
  const [symbol, told] = SAVING[state] ?? [];
  return h("span", { class: "mm-saving", title: told }, symbol && icon(symbol), symbol && h("span", { class: "mm-told" }, told));
}

function failure(reason) {
  return h(
    "div",
    { class: "mm-failure" },
    h("span", {}, `Not saved: ${reason}`),
    button("Try again", { "data-act": "retry" }),
    button("Discard", { "data-act": "discard" }),
  );
}

export function makeGhosts(count) {
  return Array.from({ length: count }, () => h("div", { class: "mm-ghost" }, h("i"), h("div", {}, h("b"), h("b"), h("b"))));
}
