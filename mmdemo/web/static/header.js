// The page's first line: what is searched, light or dark, whether all grades are saved.
// Knows no card.

import { account, followRole, makeAccount } from "./account.js";
import { address, button, h, icon, plural } from "./dom.js";
import { bringInRow, showEdges } from "./edges.js";
import { gradeName } from "./grades.js";
import { makeHelp } from "./help.js";
import { makeSaving } from "./saving.js";
import { remember, remembered, session } from "./session.js";

const THEME = "mmdemo:theme";
const PAGES = [["Search", "./"], ["Analysis", "analysis"], ["Campaigns", "campaigns"], ["Judge", "judge"], ["Catalog", "catalog"], ["About", "about"]];

// `status` and `saving`: other pages' own instead of those of the search.
export function makeHeader(current = "Search", { status = makeStatus(), saving = makeGradesSaving() } = {}) {
  const nav = h(
    "nav",
    { class: "mm-nav", "aria-label": "Pages" },
    PAGES.map(([name, path]) => h("a", { href: address(path), "aria-current": name === current ? "page" : null }, name)),
  );
  followRole(nav);
  showEdges(nav); // narrow windows
  const here = nav.querySelector("[aria-current]");
  if (here) requestAnimationFrame(() => bringInRow(nav, here));
  const home = h("a", { class: "mm-home", href: address("./"), "aria-label": "mmdemo" }, h("img", { src: address("favicon.ico"), alt: "", width: 30, height: 30 }), h("span", {}, "mmdemo"));
  account.known.then(({ role }) => role === "judge" && (home.href = address("judge")));
  return h(
    "header",
    { class: "mm-header" },
    home,
    nav,
    status,
    h("div", { class: "mm-header-end" }, saving, makeAccount(), makeHelp(current), makeThemes()),
  );
}

function makeStatus() {
  const status = h("div", { class: "mm-status", role: "status" });
  const show = () => status.replaceChildren(...told(session.info));
  session.addEventListener("info", show);
  show();
  return status;
}

function told({ state, catalog, models, models_told: built }) {
  if (state === "loading") return [h("span", { class: "mm-spinner", "aria-hidden": "true" }), "Loading the model…"];
  if (state === "failed" || !catalog) return [];
  const { name, products } = catalog;
  return [
    h("span", { class: "mm-fact" }, h("bdi", { class: "mm-catalog" }, name)),
    h("span", { class: "mm-fact" }, plural(products, "product")),
    h("span", { class: "mm-fact mm-models", title: `What reads the text and the photos: ${(models ?? []).join(", ")}` }, (built ?? []).join(" · ")),
  ];
}

// Follows the system until it is switched here for good; Gradio's styles go by the same class.
export function makeThemes() {
  const isDark = () => document.body.classList.contains("dark");
  const themes = button("Light or dark", { bare: true, class: "mm-quiet", symbol: "moon" });
  const show = () => themes.replaceChildren(icon(isDark() ? "sun" : "moon"));
  themes.addEventListener("click", () => remember(THEME, document.body.classList.toggle("dark") ? "dark" : "light"));
  if (remembered(THEME)) document.body.classList.toggle("dark", remembered(THEME) === "dark");
  new MutationObserver(show).observe(document.body, { attributeFilter: ["class"] });
  show();
  return themes;
}

// The grades of the search page.
function makeGradesSaving() {
  return makeSaving({
    heard: session,
    names: ["grades", "grading", "info"],
    outboxes: () => (session.outbox ? [session.outbox] : []),
    always: () => session.grading,
    tell: (event) => [gradeName(event.grade), session.answer?.products[event.product_id]?.title || event.product_id],
    noun: "grade",
  });
}
