// What to search for: words, a photo, or both; what was searched before; queries to try.
// Knows no answer.

import { keepPhoto } from "./api.js";
import { address, button, h, icon, sentence } from "./dom.js";
import { bringInRow, showEdges } from "./edges.js";
import { remember, remembered, session } from "./session.js";
import { hasStories, isAsked, nameOf, openExample, toStories } from "./stories.js";
import { hasQuery } from "./view.js";

const MAX_BYTES = 20_000_000; // as the server
const MAX_CHARACTERS = 512; // as the server
const RECENT = "mmdemo:recent";
const MOST_RECENT = 8;

export function makeAsk() {
  const input = h("input", {
    id: "mm-query",
    type: "search",
    placeholder: matchMedia("(width <= 640px)").matches ? "Ask as a shopper" : "What would a shopper type?",
    "aria-label": "Search the catalog",
    autocomplete: "off",
    enterkeyhint: "search",
    autofocus: true,
    dir: "auto",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "mm-suggestions",
    "aria-autocomplete": "list",
  });
  const picker = makePicker();
  const form = h(
    "form",
    { class: "mm-ask", role: "search" },
    h("div", { class: "mm-ask-row" }, picker, h("div", { class: "mm-ask-field" }, input), h("button", { class: "mm-primary", id: "mm-search" }, icon("search"), h("span", {}, "Search"))),
    makeExamples(),
  );
  const suggestions = new Suggestions(input);
  const ask = (text) => {
    suggestions.close();
    if (text.length > MAX_CHARACTERS) {
      return session.notice(`This query is too long: ${text.length} characters, at most ${MAX_CHARACTERS} can be searched.`, { kind: "problem" });
    }
    if (!text && !session.view.photo) {
      return session.notice("Nothing to search for: type a few words or add a photo.", { kind: "problem" });
    }
    remember(RECENT, JSON.stringify([text, ...recent().filter((one) => one !== text)].filter(Boolean).slice(0, MOST_RECENT)));
    if (text === session.view.text) session.search();
    else session.go({ text, product: "" });
    return undefined;
  };
  suggestions.chosen = (text) => {
    input.value = text;
    ask(text);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(input.value.trim());
  });
  let shown = null;
  const show = () => {
    if (session.view.text === shown) return; // what is being typed stays
    shown = session.view.text;
    input.value = shown;
  };
  session.addEventListener("view", show);
  show();
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    input.select();
    input.focus();
  });
  takeDrops(form);
  return form;
}

const recent = () => {
  try {
    return JSON.parse(remembered(RECENT) ?? "[]").filter((text) => typeof text === "string");
  } catch {
    return [];
  }
};

// The list under the box. Focus stays in the box; arrow keys move through the list.
class Suggestions {
  constructor(input) {
    this.input = input;
    this.list = h("ul", { id: "mm-suggestions", role: "listbox", class: "mm-suggestions", "aria-label": "Recent searches and examples", hidden: true });
    input.after(this.list);
    input.addEventListener("focus", () => input.value === session.view.text || this.#open());
    input.addEventListener("click", () => this.#open());
    input.addEventListener("input", () => this.#open());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.#pressed(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.chosen(option.dataset.text);
    });
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  #open() {
    const typed = this.input.value.trim().toLowerCase();
    const fits = (text) => text.toLowerCase().includes(typed === session.view.text.toLowerCase() ? "" : typed);
    const before = recent().filter(fits);
    const examples = (session.info.examples ?? []).filter(({ text, photo }) => text && !photo && fits(text) && !before.includes(text));
    const shown = [...before.map((text) => [text, "clock"]), ...examples.map(({ text }) => [text, "search"])].slice(0, 10);
    if (!shown.length) return this.close();
    this.active = -1;
    this.list.replaceChildren(
      ...shown.map(([text, symbol], place) =>
        h("li", { role: "option", id: `mm-suggestion-${place}`, "data-text": text, "aria-selected": "false" }, icon(symbol), h("bdi", {}, text)),
      ),
    );
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    return undefined;
  }

  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (this.list.hidden) this.#open();
      const count = this.list.children.length;
      if (!count) return;
      event.preventDefault();
      this.active = (this.active + step + count + (this.active < 0 && step < 0 ? 1 : 0)) % count;
      [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.active)));
      this.input.setAttribute("aria-activedescendant", `mm-suggestion-${this.active}`);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.chosen(this.list.children[this.active].dataset.text);
    } else if (event.key === "Escape") {
      event.preventDefault(); // a browser would empty the box
      if (this.list.hidden) document.querySelector(".mm-card[tabindex='0']")?.focus();
      else this.close();
    }
  }
}

// A line of queries to try; where they have stories, cards stand in its place on a first visit.
function makeExamples() {
  const row = showEdges(h("div", { class: "mm-chips", role: "group", "aria-label": "Example queries" }));
  const lead = h("div", { class: "mm-try-lead" });
  const element = h("div", { class: "mm-try" }, lead, row);
  let drawn = [];
  let asked = null; // the chip that is brought in sight, once
  const mark = () => {
    const { examples = [], state } = session.info;
    element.hidden = examples.length ? hasStories() && !hasQuery(session.view) : state !== "loading"; // its line is kept
    row.querySelectorAll("[data-place]").forEach((chip) => chip.setAttribute("aria-pressed", String(isAsked(drawn[chip.dataset.place]))));
    const pressed = row.querySelector("[aria-pressed=true]");
    if (pressed && pressed !== asked) bringInRow(row, pressed);
    asked = pressed;
  };
  const show = () => {
    drawn = session.info.examples ?? [];
    lead.replaceChildren(hasStories() ? button("All stories", { class: "mm-link", symbol: "left", onclick: toStories }) : h("span", { class: "mm-soft" }, "Try"));
    row.replaceChildren(
      ...drawn.map((example, place) => h("button", { type: "button", dir: "auto", "data-place": place }, example.photo ? h("img", { src: address(`api/query-photos/${example.photo}`), alt: "" }) : null, nameOf(example))),
    );
    mark();
  };
  row.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-place]");
    if (chip) openExample(drawn[chip.dataset.place]);
  });
  session.addEventListener("info", show);
  session.addEventListener("view", mark);
  show();
  return element;
}

function makePicker() {
  const input = h("input", { type: "file", accept: "image/*", class: "mm-file", tabindex: "-1", "aria-label": "Query photo" });
  const choose = h("button", { type: "button", class: "mm-choose" });
  const remove = button("Remove the photo", { bare: true, class: "mm-remove", symbol: "close" });
  const show = () => {
    const key = session.view.photo;
    remove.hidden = !key;
    const told = key ? "Search with another photo" : "Search with a photo";
    choose.setAttribute("aria-label", told);
    choose.title = `${told}: choose, drop or paste one`;
    const image = key && h("img", { src: address(`api/query-photos/${key}`), alt: "Query photo" });
    if (image) image.addEventListener("error", () => image.replaceWith(icon("warning")));
    choose.replaceChildren(image || icon("camera"));
  };
  choose.addEventListener("click", () => input.click());
  remove.addEventListener("click", () => {
    session.go({ photo: "" });
    choose.focus();
  });
  input.addEventListener("change", () => {
    takePhoto(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  session.addEventListener("view", show);
  show();
  return h("div", { class: "mm-picker" }, input, choose, remove);
}

// Anywhere on the page: a browser would leave it for a photo that is dropped beside the box.
function takeDrops(form) {
  const carriesFile = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    form.classList.add("mm-drop");
  });
  addEventListener("dragleave", ({ relatedTarget }) => relatedTarget ?? form.classList.remove("mm-drop"));
  addEventListener("drop", (event) => {
    form.classList.remove("mm-drop");
    if (!carriesFile(event)) return;
    event.preventDefault();
    takePhoto(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", ({ clipboardData }) => {
    takePhoto([...(clipboardData?.files ?? [])].find((file) => file.type.startsWith("image/")));
  });
}

let taken = 0; // of several photos the last one counts

// Searches with a photo and the words in the box.
async function takePhoto(file, words = document.getElementById("mm-query").value.trim()) {
  if (!file) return;
  if (file.size > MAX_BYTES) return session.notice("The photo is too large: at most 20 MB.", { kind: "problem" });
  const picker = document.querySelector(".mm-picker");
  const mine = (taken += 1);
  picker.classList.add("mm-uploading");
  try {
    const photo = await keepPhoto(file);
    if (mine === taken) session.go({ photo, text: words.slice(0, MAX_CHARACTERS), product: "" });
  } catch (error) {
    session.notice(sentence(error.message), { kind: "problem" });
  } finally {
    if (mine === taken) picker.classList.remove("mm-uploading");
  }
}

// Searches with a photo of the catalog.
export async function takeCatalogPhoto(key) {
  const response = await fetch(address(`media/${key}?size=full`)).catch(() => null);
  if (!response?.ok) return session.notice("This photo is not there any more.", { kind: "problem" });
  return takePhoto(await response.blob(), "");
}
