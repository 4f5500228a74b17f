// What the campaigns' pages are made of. Knows no campaign.

import { button, formatCount, h, percent, sentence } from "./dom.js";
import { intervalBar } from "./charts.js";
import { desk } from "./campaigns-desk.js";
import { panel } from "./trouble.js";

export const STATES = { draft: "Draft", open: "Open", closed: "Closed" };

export const stateBadge = (state) => h("span", { class: `mm-state mm-state-${state}` }, STATES[state] ?? state);

export function progressBar(done, all, name) {
  const share = all ? Math.min(1, done / all) : 0;
  return h("span", { class: "mm-meter", role: "img", "aria-label": `${name}: ${formatCount(done)} of ${formatCount(all)}` }, h("i", { style: `width:${100 * share}%` }));
}

export const doneOf = (done, all) => `${formatCount(done)} of ${formatCount(all)}`;

export const waiting = (text) => h("p", { class: "mm-soft mm-detail-wait", role: "status" }, h("span", { class: "mm-spinner", "aria-hidden": "true" }), text);

export function trouble(title, error, again) {
  return panel("warning", title, h("p", { dir: "auto" }, sentence(error.message)), again ? button("Try again", { class: "mm-primary", onclick: again }) : null);
}

export function sheet(title, ...children) {
  return h("section", { class: "mm-sheet" }, title ? h("h2", {}, title) : null, children);
}

// A link to another view of this page; a click changes the view without loading the page again.
export function viewLink(change, attributes, ...children) {
  const link = h("a", { href: desk.address(change), ...attributes }, children);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    desk.go(change);
  });
  return link;
}

// A figure {value, low, high, n, why} in words.
export function figure({ value, low, high } = {}, { share = false, digits = 2 } = {}) {
  if (value === null || value === undefined) return "–";
  const round = (number) => (share ? percent(number) : number.toFixed(digits).replace("-", "−"));
  return low === null || low === undefined ? round(value) : h("span", {}, h("b", {}, round(value)), h("span", { class: "mm-soft mm-between-ends" }, ` ${round(low)} to ${round(high)}`));
}

// The same, drawn on a line from `from` to `to`; neither end is better.
export function figureBar({ value, low, high } = {}, [from, to] = [0, 1]) {
  if (value === null || value === undefined) return "";
  return intervalBar({ mean: value, low: low ?? value, high: high ?? value }, [from, to], { shown: false });
}

export function when(moment) {
  if (!moment) return "–";
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : date.toLocaleDateString();
}

// A dialog with a form; `done(values)` may refuse by throwing, and is shown why.
export function ask({ title, about = "", fields, action, danger = false, run }) {
  const problem = h("p", { class: "mm-form-problem", role: "alert" });
  const submit = button(action, { class: danger ? "mm-primary mm-danger" : "mm-primary", type: "submit" });
  const cancel = button("Cancel", { class: "mm-tool", onclick: () => dialog.close() });
  const form = h("form", { class: "mm-form", method: "dialog" }, h("h2", {}, title), about ? h("p", { class: "mm-soft" }, about) : null, fields, problem, h("footer", {}, cancel, submit));
  const dialog = h("dialog", { class: "mm-detail mm-ask-dialog", "aria-label": title }, form);
  const opener = document.activeElement;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    problem.textContent = "";
    try {
      await run(form);
      dialog.close();
    } catch (error) {
      problem.textContent = sentence(error.message);
    } finally {
      submit.disabled = false;
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.querySelector(".mm-app").append(dialog);
  dialog.showModal();
  (form.querySelector("input, textarea, select") ?? submit).focus();
}

let ids = 0;

// A field with its name above it and what it means below.
export function field(name, control, about = "") {
  ids += 1;
  control.id ||= `mm-field-${ids}`;
  if (about) control.setAttribute("aria-describedby", `${control.id}-about`);
  return h("div", { class: "mm-field" }, h("label", { for: control.id }, name), control, about ? h("p", { class: "mm-soft", id: `${control.id}-about` }, about) : null);
}

export function choice(type, group, { value, name, about, checked, disabled, title }) {
  const control = h("input", { type, name: group, value, checked, disabled, title });
  return h("label", { class: "mm-choice" }, control, h("span", {}, h("b", {}, name), about ? h("span", { class: "mm-soft" }, about) : null));
}
