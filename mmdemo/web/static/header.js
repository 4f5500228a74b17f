// The page's first line: what is searched, light or dark, whether all grades are saved.
// Knows no card.

import { followRole, makeAccount } from "./account.js";
import { SCALE } from "./grades.js";
import { address, button, formatCount, h, icon, plural } from "./dom.js";
import { remember, remembered, session } from "./session.js";

const THEME = "mmdemo:theme";
const PAGES = [["Search", "./"], ["Analysis", "analysis"], ["Catalog", "catalog"]];

export function makeHeader(current = "Search") {
  const status = h("div", { class: "mm-status", role: "status" });
  const show = () => status.replaceChildren(...told(session.info));
  session.addEventListener("info", show);
  show();
  const nav = h(
    "nav",
    { class: "mm-nav", "aria-label": "Pages" },
    PAGES.map(([name, path]) => h("a", { href: address(path), "aria-current": name === current ? "page" : null }, name)),
  );
  followRole(nav);
  return h(
    "header",
    { class: "mm-header" },
    h("a", { class: "mm-home", href: address("./") }, h("img", { src: address("favicon.ico"), alt: "", width: 30, height: 30 }), h("span", {}, "mmdemo")),
    nav,
    status,
    h("div", { class: "mm-header-end" }, makeSaving(), makeAccount(), makeThemes()),
  );
}

function told({ state, catalog, models }) {
  if (state === "loading") return [h("span", { class: "mm-spinner", "aria-hidden": "true" }), "Loading the model…"];
  if (state === "failed" || !catalog) return [];
  const { name, products } = catalog;
  return [
    h("span", { class: "mm-fact" }, h("bdi", { class: "mm-catalog" }, name)),
    h("span", { class: "mm-fact" }, plural(products, "product")),
    h("span", { class: "mm-fact mm-models", title: "The models that read the text and the photos" }, (models ?? []).join(" · ")),
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

function makeSaving() {
  const pill = h("button", { type: "button", class: "mm-pill", "aria-expanded": "false", "aria-haspopup": "true" });
  const panel = h("div", { class: "mm-panel", hidden: true });
  const element = h("div", { class: "mm-saving-state", hidden: true }, pill, panel);

  const show = () => {
    const { outbox } = session;
    if (!outbox) return;
    const entries = outbox.entries();
    const failed = entries.filter(({ state }) => state === "failed");
    const pending = entries.filter(({ state }) => state === "pending");
    const others = outbox.othersWaiting();
    element.hidden = !(session.grading || entries.length || others);
    const [state, text] = failed.length
      ? ["failed", `${formatCount(failed.length)} not saved`]
      : pending.length
        ? ["pending", `${formatCount(pending.length)} waiting…`]
        : ["saved", "All saved"];
    if (pill.dataset.state !== state || pill.textContent !== text) {
      pill.dataset.state = state;
      pill.replaceChildren(
        icon({ failed: "warning", pending: "clock", saved: "check" }[state]),
        h("span", { role: "status" }, text),
      );
    }
    panel.replaceChildren(...explained({ failed, pending, others, judge: outbox.judge }));
  };
  const open = (wanted) => {
    panel.hidden = !wanted;
    pill.setAttribute("aria-expanded", String(wanted));
  };
  pill.addEventListener("click", () => open(panel.hidden));
  addEventListener("click", ({ target }) => element.contains(target) || open(false));
  element.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !panel.hidden) {
      open(false);
      pill.focus();
    }
  });
  panel.addEventListener("click", (event) => {
    const { act, event: id } = event.target.closest("button")?.dataset ?? {};
    event.stopPropagation(); // its button may be gone by the time the page hears of it
    if (act === "retry") session.outbox.retry(id);
    if (act === "discard") session.outbox.discard(id);
  });
  for (const name of ["grades", "grading", "info"]) session.addEventListener(name, show);
  show();
  return element;
}

function explained({ failed, pending, others, judge }) {
  const lines = [];
  const waiting = pending.length;
  if (!failed.length && !waiting) lines.push(h("p", {}, "Every grade is stored on the server."));
  if (waiting) {
    const them = waiting === 1 ? "1 grade is" : `${formatCount(waiting)} grades are`;
    lines.push(h("p", {}, `${them} kept in this browser and sent as soon as the server takes them.`));
    const reason = pending.findLast((entry) => entry.reason)?.reason;
    if (reason) lines.push(h("p", { class: "mm-soft" }, "Why: ", reason));
  }
  for (const { event, reason } of failed) {
    const name = SCALE.find(({ grade }) => grade === event.grade)?.name ?? "no grade";
    const title = session.answer?.products[event.product_id]?.title || event.product_id;
    lines.push(
      h(
        "div",
        { class: "mm-refused" },
        h("p", {}, h("b", {}, name), " for ", h("bdi", {}, title), ": ", reason),
        button("Try again", { "data-act": "retry", "data-event": event.client_event_id }),
        button("Discard", { "data-act": "discard", "data-event": event.client_event_id }),
      ),
    );
  }
  if (others) {
    lines.push(h("p", {}, `${plural(others, "grade")} of other judges wait here for them to sign in.`));
  }
  lines.push(h("p", { class: "mm-soft" }, "Grading as ", h("bdi", {}, judge)));
  return lines;
}
