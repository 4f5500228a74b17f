// The screen on which products are judged: the query, its products, the answers. Knows no server.

import { button, formatCount, h, icon, photoAddress } from "./dom.js";
import { keyOf, titleOf } from "./judge-answers.js";
import { makeBar } from "./judge-bar.js";
import { desk } from "./judge-desk.js";
import { makeGrid } from "./judge-grid.js";
import { actionOf, keyOfCommand } from "./judge-keys.js";
import { makeProduct, makeQuery, queryPhoto } from "./judge-product.js";
import { makeStatus } from "./judge-screens.js";
import { makeZoom } from "./judge-zoom.js";

// parts: {guide, history}, which a key opens
export function makeWork({ guide, history }) {
  let gallery = null;
  const zoom = makeZoom((place) => gallery?.show(place));
  const query = makeQueryBar({ zoom, guide, history });
  const stage = h("div", { class: "mm-judge-one" });
  const grid = makeGrid({ zoom: zoom.open });
  const bar = makeBar();
  const status = makeStatus();
  const element = h("div", { class: "mm-judge-work", tabindex: "-1" }, query.element, status.element, stage, grid.element, bar.element, zoom.element);
  let shown = "";

  const drawProduct = () => {
    const key = desk.at ? keyOf(desk.at) : "";
    if (key === shown) return;
    shown = key;
    gallery = null;
    if (!desk.at) return stage.replaceChildren();
    const inside = stage.contains(document.activeElement);
    const made = makeProduct(desk.at.product, { zoom: zoom.open, id: "mm-judge-title" });
    gallery = made.gallery;
    stage.replaceChildren(made.element);
    if (inside) element.focus({ preventScroll: true });
    return undefined;
  };
  const layout = () => {
    element.dataset.layout = desk.layout;
    stage.hidden = desk.layout !== "one" || !desk.at;
    grid.element.hidden = desk.layout !== "grid" || !desk.at;
    if (desk.layout === "one") drawProduct();
    else {
      shown = "";
      stage.replaceChildren();
      grid.draw();
    }
    grid.show();
  };
  const item = (event) => {
    bar.comment.close({ keep: false });
    layout();
    query.show();
    bar.show();
    status.show();
    preload();
    if (!desk.at) return element.focus({ preventScroll: true });
    if (desk.layout === "grid") grid.focus();
    else scrollTo({ top: 0 });
    announce(event.detail?.before ?? null);
    return undefined;
  };
  const changed = () => {
    grid.show();
    query.show();
    bar.show();
  };
  // The focus goes to what is told where there is no product.
  const told = () => {
    layout();
    status.show();
    bar.show();
    const { activeElement: active } = document;
    if (!desk.at && (active === document.body || active === element)) element.querySelector(".mm-judge-status h1")?.focus({ preventScroll: true });
  };
  const handlers = [
    ["item", item],
    ["block", () => (layout(), query.show(), preload())],
    ["layout", () => (layout(), bar.show(), query.show(), grid.focus())],
    ["draft", changed],
    ["answers", changed],
    ["progress", query.show],
    ["status", told],
  ];
  for (const [name, run] of handlers) desk.addEventListener(name, run);
  const pressed = (event) => press(event, { bar, grid, guide, history, gallery: () => gallery, zoom });
  addEventListener("keydown", pressed);
  const stop = () => {
    for (const [name, run] of handlers) desk.removeEventListener(name, run);
    removeEventListener("keydown", pressed);
  };
  layout();
  query.show();
  bar.show();
  status.show();
  return { element, stop };
}

function announce(before) {
  const { at, block } = desk;
  const place = block.items.indexOf(at) + 1;
  const asked = before?.query.id === at.query.id ? "" : `New query: ${at.query.text || "a photo"}. `;
  const { price, brand } = at.product;
  desk.say(`${asked}Product ${place} of ${block.items.length}: ${[titleOf(at), brand, price].filter(Boolean).join(", ")}.`);
}

const seen = new Set(); // photos that were asked for

// The next products are there before they are looked at.
function preload() {
  for (const { product } of desk.coming) {
    for (const { key } of product.photos) {
      if (seen.has(key)) continue;
      seen.add(key);
      new Image().src = photoAddress(key, { large: true });
    }
  }
}

function makeQueryBar({ zoom, guide, history }) {
  const asked = h("h1", { class: "mm-judge-query", dir: "auto" });
  const fresh = h("span", { class: "mm-judge-new" }, "New query");
  const place = h("p", { class: "mm-facts" });
  const bar = h("div", { class: "mm-judge-progress", role: "progressbar", "aria-label": "Judged", "aria-valuemin": 0 }, h("i", {}));
  const previous = button("Previous product", { bare: true, class: "mm-quiet", symbol: "left", "aria-keyshortcuts": "ArrowLeft", onclick: () => desk.move(-1) });
  const next = button("Next product", { bare: true, class: "mm-quiet", symbol: "right", "aria-keyshortcuts": "ArrowRight", onclick: () => desk.move(1) });
  const on = button("Go on", { class: "mm-link mm-judge-on", title: "To what has no answer yet (Enter)", onclick: () => desk.advance() });
  const tool = (name, command, symbol, onclick, attributes = {}) => {
    const key = keyOfCommand(command, desk.campaign);
    return h("button", { type: "button", class: "mm-tool", "aria-keyshortcuts": key || null, title: key ? `${name} (key ${key})` : name, "aria-label": name, onclick, ...attributes }, icon(symbol), h("span", {}, name));
  };
  const undo = tool("Undo", "undo", "undo", () => desk.undo());
  const redo = tool("Redo", "redo", "redo", () => desk.redo(), { "aria-keyshortcuts": "Shift+U", title: "Redo (key Shift+u)" });
  const layouts = h("div", { class: "mm-segments", role: "group", "aria-label": "Layout" }, [["one", "One product at a time", "one"], ["grid", "All products of the query", "tiles"]].map(([layout, name, symbol]) => button(name, { bare: true, symbol, "data-layout": layout, onclick: () => desk.setLayout(layout) })));
  const element = h(
    "header",
    { class: "mm-judge-head" },
    h("div", { class: "mm-judge-asked-for" }, asked, h("div", { class: "mm-judge-place" }, previous, place, next, on, fresh)),
    h(
      "div",
      { class: "mm-judge-tools" },
      undo,
      redo,
      layouts,
      tool("Your answers", "history", "history", () => history.open()),
      tool("Guidelines", "guidelines", "book", () => guide.open()),
      tool("Pause", "pause", "pause", () => desk.pause()),
    ),
    bar,
  );
  let query = "";
  const show = () => {
    const { at, block, progress, status } = desk;
    element.dataset.idle = String(!at);
    const waiting = desk.answers.uncounted;
    const done = progress.done + waiting;
    const all = progress.done + progress.left;
    const value = all ? Math.min(1, done / all) : 0;
    bar.setAttribute("aria-valuemax", all);
    bar.setAttribute("aria-valuenow", Math.min(done, all));
    bar.setAttribute("aria-valuetext", `${formatCount(done)} of ${formatCount(all)}`);
    bar.firstElementChild.style.width = `${100 * value}%`;
    undo.disabled = redo.disabled = status === "training" || Boolean(desk.feedback);
    redo.disabled ||= !desk.answers.steps.undone.length;
    for (const one of layouts.children) one.setAttribute("aria-pressed", String(one.dataset.layout === desk.layout));
    if (!at || !block) return;
    if (query !== at.query.id) {
      fresh.hidden = query === "";
      query = at.query.id;
      asked.replaceChildren(...makeQuery(at.query, (key) => zoom.open([{ src: queryPhoto(key) }], 0, "The photo that was searched with")).filter(Boolean));
      element.dataset.hopeless = "false";
    }
    const here = desk.blocks.place(at);
    if (here > 0 && !desk.answers.isOpen(block.items[0])) fresh.hidden = true;
    previous.disabled = here <= 0;
    next.disabled = here >= block.items.length - 1;
    on.hidden = desk.answers.isOpen(at) || Boolean(desk.feedback) || desk.seeking;
    const training = status === "training";
    const told = training ? "Training" : `${here + 1} of ${block.items.length} for this query · ${formatCount(done)} of ${formatCount(all)} in all`;
    place.replaceChildren(told, training || !progress.today ? "" : h("span", { class: "mm-judge-today" }, `· ${formatCount(progress.today + waiting)} today`));
    element.dataset.hopeless = String(desk.notes.isHopeless(at.query.id));
  };
  return { element, show };
}

function press(event, { bar, grid, guide, history, gallery, zoom }) {
  const { target } = event;
  if (event.repeat || event.defaultPrevented || document.querySelector("dialog[open]") || target.closest?.("input, textarea, select, [role=menu]")) return;
  const scale = desk.question.scale;
  const action = actionOf(event, { scale, campaign: desk.campaign });
  if (!action) return;
  const onButton = target.closest?.("button, a, summary");
  if (desk.feedback) {
    if (action.command !== "on" || onButton) return;
    desk.advance();
    event.preventDefault();
    return;
  }
  if (action.command && !run(action.command, event, { bar, grid, guide, history, gallery, zoom, onButton })) return;
  if (!action.command && !desk.at) return;
  if (action.grade !== undefined) desk.grade(action.grade);
  if (action.reason) desk.toggleReason(action.reason);
  event.preventDefault();
}

// Is the key used up?
function run(command, event, { bar, grid, guide, history, gallery, zoom, onButton }) {
  const one = desk.layout === "one";
  const scrolls = event.target.closest?.(".mm-judge-words");
  const commands = {
    undo: () => desk.undo(),
    redo: () => desk.redo(),
    guidelines: () => guide.open(),
    history: () => history.open(),
    pause: () => desk.pause(),
    layout: () => desk.setLayout(one ? "grid" : "one"),
  };
  const atProduct = {
    cant_tell: () => desk.answer("cant_tell"),
    skip: () => desk.status === "training" || desk.answer("skipped"),
    hopeless: () => desk.toggleHopeless(),
    comment: () => bar.comment.open(),
    zoom: () => (one ? gallery()?.open() : zoom.open(desk.at.product.photos, 0, titleOf(desk.at))),
    photo: () => gallery()?.turn(),
    left: () => desk.move(-1),
    right: () => desk.move(1),
    up: () => one || desk.move(-grid.columns()),
    down: () => one || desk.move(grid.columns()),
    back: () => desk.back(),
    on: () => desk.advance(),
  };
  if (commands[command]) commands[command]();
  else if (!desk.at || !atProduct[command]) return false;
  else if (["up", "down"].includes(command) && (one || scrolls)) return false;
  else if (command === "on" && (onButton || event.target.closest?.(".mm-judge-card") || desk.answers.isOpen(desk.at))) return false;
  else if (onButton && command === "back" && !Object.keys(desk.chosen).length) return false;
  else atProduct[command]();
  return true;
}
