// One product as a card. Knows no list and no server.

import { address, h, icon, percent } from "./dom.js";
import { SCALE } from "./grades.js";

const NAMES = { text: "text", image: "image", fused: "fused" };

export function makeCard(item) {
  const title = item.title || item.id;
  const photo = h("div", { class: "mm-photo" }, h("span", { class: "mm-rank" }));
  if (item.photo) {
    const image = h("img", {
      src: address(`media/${item.photo}`),
      alt: title,
      loading: "lazy",
      decoding: "async",
      draggable: "false",
    });
    image.addEventListener("error", () => image.replaceWith(placeholder("Photo not found")));
    photo.append(image);
  } else {
    photo.append(placeholder("No photo"));
  }
  const buttons = SCALE.map(({ grade, letter, name, hint }) =>
    h(
      "button",
      {
        type: "button",
        "data-grade": grade,
        "aria-pressed": "false",
        "aria-label": name,
        "aria-keyshortcuts": `${letter.toLowerCase()} ${grade}`,
        title: `${name}: ${hint} (key ${letter.toLowerCase()} or ${grade})`,
        tabindex: "-1",
      },
      h("b", {}, letter),
      h("span", {}, name.slice(1)),
    ),
  );
  return h(
    "li",
    { class: "mm-card", "data-product": item.id, tabindex: "-1" },
    photo,
    h(
      "div",
      { class: "mm-body" },
      h("h3", { class: "mm-title", dir: "auto", title: item.title || null }, title),
      h(
        "p",
        { class: "mm-meta" },
        item.price ? h("span", { class: "mm-price" }, item.price) : null,
        item.brand || item.category
          ? h("bdi", { class: "mm-brand" }, item.brand || item.category)
          : null,
      ),
      h("div", { class: "mm-score", role: "img" }),
      h(
        "div",
        { class: "mm-grading" },
        h("div", { class: "mm-grades", role: "group", "aria-label": `Grade of ${title}` }, buttons),
        h("span", { class: "mm-saving" }),
      ),
      h("div", { class: "mm-failure", hidden: true }),
    ),
  );
}

function placeholder(text) {
  return h("div", { class: "mm-no-photo", role: "img", "aria-label": text }, icon("picture"), text);
}

// Rank and score: they change with the weight, the rest of a card does not.
export function placeCard(card, item, best) {
  card.querySelector(".mm-rank").textContent = item.rank;
  card.setAttribute("aria-label", `${item.rank}. ${item.title || item.id}`);
  const parts = [["text", item.text_part], ["image", item.image_part]].filter(([, v]) => v !== null);
  // Without a photo the image part of a fused score stands for what is not known.
  const estimated = item.photo || parts.length < 2 ? null : "image";
  const told = parts
    .map(([name, v]) => `${name} ${v.toFixed(3)}${name === estimated ? " (estimated, no photo)" : ""}`)
    .join(" + ");
  const label = `Score ${item.score.toFixed(3)}${parts.length > 1 ? ` = ${told}` : ""}`;
  const bars = parts.length ? parts : [["fused", item.score]];
  const score = card.querySelector(".mm-score");
  score.setAttribute("aria-label", label);
  score.title = label;
  score.replaceChildren(
    h(
      "span",
      { class: "mm-bar" },
      bars.map(([name, value]) => {
        const share = best > 0 ? Math.min(1, Math.max(0, value / best)) : 0;
        const kind = name === estimated ? " mm-estimated" : "";
        return h("i", { class: `mm-part-${name}${kind}`, style: `width:${(share * 100).toFixed(1)}%` });
      }),
    ),
    h("span", { class: "mm-number" }, item.score.toFixed(3)),
    h("span", { class: "mm-elsewhere" }),
  );
}

// Where the other lists have the product: the reason to look at three of them.
export function tellElsewhere(card, ranker, ranks, shown) {
  const id = card.dataset.product;
  const others = Object.keys(NAMES).filter((name) => name !== ranker && shown[name]);
  const places = others.map((name) => {
    const rank = ranks[name].get(id);
    const told = rank ? `number ${rank}` : `not among the first ${shown[name]}`;
    return h(
      "span",
      { class: `mm-place mm-place-${name}`, title: `${NAMES[name]}: ${told}`, "data-found": !!rank },
      `${NAMES[name]} ${rank ?? "–"}`,
    );
  });
  card.querySelector(".mm-elsewhere").replaceChildren(...places);
}

const SAVING = {
  saved: ["check", "Saved"],
  pending: ["clock", "Waiting to be saved"],
  failed: ["warning", "Not saved"],
};

export function showGrade(card, { grade, state, reason }) {
  if (card.dataset.grade === String(grade) && card.dataset.state === state) return;
  card.dataset.grade = String(grade);
  card.dataset.state = state;
  for (const button of card.querySelectorAll("button[data-grade]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.grade) === grade));
  }
  const saving = card.querySelector(".mm-saving");
  const [symbol, told] = SAVING[state] ?? [];
  saving.replaceChildren(...(symbol ? [icon(symbol), h("span", { class: "mm-told" }, told)] : []));
  if (told) saving.title = told;
  const failure = card.querySelector(".mm-failure");
  failure.hidden = state !== "failed";
  failure.replaceChildren(
    ...(state === "failed"
      ? [
          h("span", {}, `Not saved: ${reason}`),
          h("button", { type: "button", "data-act": "retry" }, "Try again"),
          h("button", { type: "button", "data-act": "discard" }, "Discard"),
        ]
      : []),
  );
}

export function weightTold(weight) {
  return `${percent(weight)} text + ${percent(1 - weight)} image`;
}
