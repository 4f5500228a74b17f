// What can be done with the lists: weigh, lengthen, add, filter, grade, pass on.
// Knows no card.

import { exportView } from "./api.js";
import { button, formatCount, h, percent, plural } from "./dom.js";
import { makeMenu } from "./menu.js";
import { remember, remembered, session } from "./session.js";
import { filterCount, hasQuery, LISTS, MOST_COLUMNS, requestOf } from "./view.js";

const STEP = 0.05;
const LENGTHS = [10, 20, 50];
const SLOW = 300; // ms until a search that changes lists is worth a word

export function makeTools({ filters }) {
  const tools = h(
    "div",
    { class: "mm-tools" },
    makeSummary(),
    h("div", { class: "mm-controls" }, makeWeight(), makeLengths(), makeLayout(), makeFilterButton(filters), makeColumnAdder(), makeGradeButton(), makeSharing()),
  );
  const show = () => (tools.hidden = !hasQuery(session.view) || session.info.state === "failed");
  session.addEventListener("view", show);
  session.addEventListener("info", show);
  show();
  return tools;
}

function makeSummary() {
  const asked = h("h1", {});
  const spinner = h("span", { class: "mm-spinner", "aria-hidden": "true" });
  const told = h("span", { role: "status" });
  const took = h("span", {}); // changes from step to step of the slider: not announced
  let timer = 0;
  const tell = (waiting) => {
    const { answer, current, info } = session;
    spinner.hidden = !waiting;
    const text = waiting || (current ? `among ${among(answer.matches, info.catalog?.products)}` : "");
    if (told.textContent !== text) told.textContent = text;
    took.textContent = waiting || !current ? "" : `· ${Math.round(answer.milliseconds)} ms`;
  };
  const show = () => {
    const { view, busy, gone, current, info } = session;
    asked.replaceChildren(
      view.text ? h("bdi", { class: "mm-asked" }, view.text) : h("span", { class: "mm-asked" }, "Photo"),
      view.text && view.photo ? h("span", { class: "mm-soft" }, " with a photo") : "",
    );
    asked.title = view.text;
    document.title = hasQuery(view) ? `${view.text || "Photo"} · mmdemo` : "mmdemo";
    clearTimeout(timer);
    const waiting = !busy || gone ? "" : info.state === "loading" ? "Loading the model…" : "Searching…";
    if (waiting && current) timer = setTimeout(tell, SLOW, waiting);
    else tell(waiting);
  };
  for (const name of ["view", "answer", "busy", "info", "gone"]) session.addEventListener(name, show);
  show();
  return h("div", { class: "mm-summary" }, asked, h("p", { class: "mm-facts" }, spinner, told, took));
}

const among = (matches, all = matches) => (matches < all ? `${formatCount(matches)} of ${plural(all, "product")}` : plural(all, "product"));

// Text on the left as its list is, image on the right: the range runs from right to left.
function makeWeight() {
  const range = h("input", { type: "range", min: 0, max: 1, step: STEP, "aria-label": "Weight of text" });
  const reset = h("button", { type: "button", class: "mm-link", title: "Back to this catalog's own weight" });
  const told = h("output", { class: "mm-weight-told" });
  const element = h(
    "div",
    { class: "mm-weight", role: "group", "aria-label": "Weight of text and image in fused lists" },
    h("span", { class: "mm-weight-text" }, "Text"),
    range,
    h("span", { class: "mm-weight-image" }, "Image"),
    told,
    reset,
  );
  const show = () => {
    const { weight } = session;
    if (Number(range.value) !== weight) range.value = weight;
    range.setAttribute("aria-valuetext", `${percent(weight)} text, ${percent(1 - weight)} image`);
    told.textContent = `${percent(weight)} / ${percent(1 - weight)}`;
    const own = session.view.photo ? session.info.photo_weight : session.info.text_weight;
    reset.hidden = session.view.weight === null || session.view.weight === own;
    reset.textContent = own === undefined ? "reset" : `reset to ${percent(own)}`;
    element.hidden = !session.view.rankers.some((name) => session.ranker(name).weighted);
  };
  range.addEventListener("input", () => session.go({ weight: Number(range.value) }, { quiet: true }));
  reset.addEventListener("click", () => {
    session.go({ weight: null }, { quiet: true });
    range.focus();
  });
  for (const name of ["view", "answer", "info"]) session.addEventListener(name, show);
  show();
  return element;
}

function makeLengths() {
  const element = h("div", { class: "mm-segments", role: "group", "aria-label": "Results per list" });
  const show = () => {
    const lengths = LENGTHS.includes(session.view.top) ? LENGTHS : [...LENGTHS, session.view.top].sort((a, b) => a - b);
    element.replaceChildren(
      ...lengths.map((top) =>
        h("button", { type: "button", "aria-pressed": String(top === session.view.top), "data-top": top, "aria-label": `${top} results per list`, title: `${top} results per list` }, String(top)),
      ),
    );
  };
  element.addEventListener("click", ({ target }) => {
    const top = Number(target.closest("button")?.dataset.top);
    if (!top) return;
    session.go({ top });
    element.querySelector(`[data-top="${top}"]`)?.focus();
  });
  session.addEventListener("view", show);
  show();
  return element;
}

function makeLayout() {
  const layouts = [["rows", "Rows: one product a line"], ["tiles", "Tiles: larger photos"]];
  const element = h("div", { class: "mm-segments mm-layouts", role: "group", "aria-label": "Layout" });
  const show = (layout) => {
    document.querySelector(".mm-app")?.setAttribute("data-layout", layout);
    for (const one of element.children) one.setAttribute("aria-pressed", String(one.dataset.layout === layout));
  };
  element.append(...layouts.map(([name, told]) => button(told, { bare: true, symbol: name, "data-layout": name })));
  element.addEventListener("click", ({ target }) => {
    const layout = target.closest("button")?.dataset.layout;
    if (!layout) return;
    remember("mmdemo:layout", layout);
    show(layout);
  });
  queueMicrotask(() => show(remembered("mmdemo:layout") ?? "rows"));
  return element;
}

function makeFilterButton(filters) {
  const element = button("Filters", { class: "mm-tool", symbol: "filter", "aria-expanded": "false", "aria-controls": "mm-filters" });
  const name = element.querySelector("span");
  const show = () => {
    const count = filterCount(session.view);
    name.textContent = count ? `Filters · ${count}` : "Filters";
    element.setAttribute("aria-expanded", String(filters.isOpen()));
  };
  element.addEventListener("click", () => filters.toggle(element));
  filters.element.addEventListener("toggled", show);
  session.addEventListener("view", show);
  show();
  return element;
}

function makeColumnAdder() {
  const opener = button("Add list", { class: "mm-tool", symbol: "plus" });
  const choices = () =>
    (session.info.rankers ?? [])
      .filter(({ name }) => !session.view.rankers.includes(name))
      .map(({ name, label, about, unavailable }) => ({ name: label, value: name, about: unavailable || about, disabled: Boolean(unavailable) }));
  const pick = (name) => session.go({ rankers: [...session.view.rankers, name] });
  const menu = makeMenu(opener, { label: "Lists to add", choices, pick, end: true });
  const show = () => {
    const full = session.view.rankers.length >= MOST_COLUMNS;
    opener.disabled = full || !session.info.rankers;
    opener.title = full ? `At most ${MOST_COLUMNS} lists stand side by side` : "Another ranker beside these";
  };
  session.addEventListener("view", show);
  session.addEventListener("info", show);
  show();
  return menu;
}

function makeGradeButton() {
  const element = button("Grade", { class: "mm-tool mm-toggle", symbol: "grade", "aria-pressed": "false" });
  const show = () => element.setAttribute("aria-pressed", String(session.grading));
  element.addEventListener("click", () => session.setGrading(!session.grading));
  session.addEventListener("grading", show);
  show();
  return element;
}

function makeSharing() {
  const opener = button("Share", { class: "mm-tool", symbol: "link" });
  const choices = () => [
    { name: "Copy link", value: "link", about: "shows this query, these lists, this weight and these filters" },
    { name: "Save as HTML", value: "html", about: "one file with all photos, for a mail or an archive" },
    { name: "Save as CSV", value: "csv", about: "a row for each hit, for a spreadsheet" },
    ...(session.view.rankers.join() === LISTS.join() ? [] : [{ name: "Back to three lists", value: "lists", about: "text only, image only, fused" }]),
  ];
  const pick = async (what) => {
    if (what === "lists") return session.go({ rankers: LISTS });
    if (what === "link") return copyLink();
    const slow = setTimeout(() => session.notice("Making the file…"), SLOW);
    try {
      const { blob, name } = await exportView(requestOf(session.view), what);
      const link = h("a", { href: URL.createObjectURL(blob), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      session.notice(`Saved ${name}`);
    } catch (error) {
      session.notice(`Not saved: ${error.message}.`, { kind: "problem" });
    } finally {
      clearTimeout(slow);
    }
    return undefined;
  };
  return makeMenu(opener, { label: "Share", choices, pick, end: true });
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    session.notice("Link copied");
  } catch {
    session.notice("This browser does not let the page copy. The address bar has the link.", { kind: "problem" });
  }
}
