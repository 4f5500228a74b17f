// Tags and a comment on a query, saved as safely as grades. Knows no analysis.

import { desk } from "./analysis-desk.js";
import { button, h, icon } from "./dom.js";

const OFFERED = ["wrong photo", "photo misleads", "sparse title", "wrong kind", "wrong color", "attribute missed", "ambiguous query", "grade doubtful"];
const PAUSE = 900; // ms after the last key until a comment is saved

export function makeNoteForm(query, reasons) {
  const tags = h("div", { class: "mm-tags", role: "group", "aria-label": "Tags" });
  const own = h("input", { type: "text", maxlength: 100, placeholder: "another tag", "aria-label": "Another tag", class: "mm-own-tag" });
  const comment = h("textarea", { rows: 3, maxlength: 10_000, placeholder: "What goes wrong or right here?", "aria-label": "Comment" });
  const saving = h("p", { class: "mm-note-saving", role: "status" });
  const others = h("div", { class: "mm-other-notes" });
  let timer = 0;

  const give = (change) => {
    clearTimeout(timer);
    timer = 0;
    const { tags: now } = desk.notes.of(query.id);
    desk.notes.give(query, { tags: now, comment: comment.value.trim(), ...change });
  };
  const toggle = (tag) => {
    const { tags: now } = desk.notes.of(query.id);
    give({ tags: now.includes(tag) ? now.filter((one) => one !== tag) : [...now, tag] });
  };
  const add = () => {
    const tag = own.value.trim();
    own.value = "";
    if (tag && !desk.notes.of(query.id).tags.includes(tag)) toggle(tag);
  };
  own.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  comment.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => give({}), PAUSE);
  });
  comment.addEventListener("change", () => timer && give({}));

  const show = () => {
    const note = desk.notes.of(query.id);
    const focused = tags.contains(document.activeElement) ? document.activeElement.dataset.tag : null;
    const names = [...new Set([...note.tags, ...reasons, ...desk.notes.tags, ...OFFERED])];
    tags.replaceChildren(...names.map((tag) => h("button", { type: "button", class: "mm-tag", "data-tag": tag, "aria-pressed": String(note.tags.includes(tag)), onclick: () => toggle(tag) }, tag)));
    if (focused) tags.querySelector(`[data-tag="${CSS.escape(focused)}"]`)?.focus();
    if (document.activeElement !== comment && !timer) comment.value = note.comment;
    saving.dataset.state = note.state;
    saving.replaceChildren(...told(note));
    others.replaceChildren(
      ...desk.notes.others
        .filter((one) => one.query_id === query.id && !one.product_id)
        .map((one) => h("p", {}, h("b", {}, h("bdi", {}, one.author)), one.tags.length ? ` ${one.tags.map((tag) => `#${tag}`).join(" ")}` : "", one.comment ? h("span", { dir: "auto" }, ` ${one.comment}`) : "")),
    );
  };
  const element = h("section", { class: "mm-case-part mm-note-form" }, h("h3", {}, "Your notes"), tags, h("div", { class: "mm-own" }, own, button("Add", { class: "mm-tool", onclick: add })), comment, saving, others);
  desk.watch(element, ["notes"], show);
  show();
  return element;
}

function told({ state, reason, tags, comment }) {
  if (state === "pending") return [icon("clock"), "Kept in this browser, waiting for the server…"];
  if (state === "failed") return [icon("warning"), `Not saved: ${reason}`];
  return state === "saved" && (tags.length || comment) ? [icon("check"), "Saved"] : [];
}
