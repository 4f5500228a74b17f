// One line on the last search; the address bar; on phones the tabs over the lists.
// Knows no card.

import { h, icon, plural } from "./dom.js";
import { SCALE } from "./grades.js";
import { session } from "./session.js";

const PATIENCE = 6_000; // ms without an answer; Gradio then tries to reach the server, and reloads
const TABS = { text: "Text", image: "Image", fused: "Fused" };

export function mount({ element, props, watch }) {
  const root = element.querySelector(".mm-mount");
  root.classList.add("mm-summary");
  root.setAttribute("role", "status");
  let patience = 0;

  const show = () => {
    const { error, query_id: id, query_text: text, photo, text_weight: weight } = props.value;
    clearTimeout(patience);
    if (error) return warn(root, error);
    if (!id) {
      session.asked(null);
      root.replaceChildren(h("span", { class: "mm-hint" }, "Type a query, add a photo, or pick an example."));
      return;
    }
    session.asked({ id, text, photo, weight });
    root.replaceChildren(...told(props.value));
    remember(props.value);
  };
  addEventListener("mmdemo:searching", ({ detail }) => {
    asked(detail);
    const loading = session.info === null;
    const text = loading ? "Loading the model… the search runs as soon as it is there." : "Searching…";
    root.replaceChildren(h("span", { class: "mm-spinner", "aria-hidden": "true" }), text);
    clearTimeout(patience);
    if (!loading) patience = setTimeout(lost, PATIENCE);
  });
  const lost = () => {
    session.tell("lost");
    warn(root, "No answer yet. The search runs by itself when the server is back.");
  };
  session.addEventListener("ready", () => props.value.query_id && show());
  session.addEventListener("notice", ({ detail }) => warn(root, detail));
  session.addEventListener("query", () => session.query && remember({ ...props.value, text_weight: session.query.weight }));
  watch("value", show);
  show();
  addTabs();
}

function warn(root, text) {
  root.replaceChildren(h("span", { class: "mm-warning", role: "alert" }, icon("warning"), h("span", { dir: "auto" }, text)));
}

function told({ query_text: text, photo, top_k: count, milliseconds }) {
  const asked = text ? h("bdi", { class: "mm-asked" }, text) : h("span", { class: "mm-asked" }, "Photo");
  const products = session.info ? ` of ${plural(session.info.products, "product")}` : "";
  return [
    asked,
    text && photo ? " with a photo" : "",
    h("span", { class: "mm-facts" }, `first ${count}${products} · ${Math.round(milliseconds)} ms`),
    h(
      "p",
      { class: "mm-legend" },
      ...SCALE.map(({ letter, name }) => h("span", {}, h("kbd", {}, letter), h("span", {}, name))),
      h("span", { class: "mm-move" }, h("kbd", {}, "U"), "Undo"),
      h("span", { class: "mm-move mm-arrows" }, h("kbd", {}, "←↑↓→"), "Move"),
    ),
  ];
}

// What a search sends: text, photo, weight and count; an example; or the last summary.
function asked([first, photo, weight, count]) {
  if (typeof first !== "string") return;
  remember({ query_text: first.trim(), photo: photo?.key ?? "", text_weight: weight, top_k: count });
}

// A reload, or the address sent to a colleague, shows the same lists.
function remember({ query_text: text, photo, text_weight: weight, top_k: count }) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries({ q: text, photo, weight, top: count })) {
    if (value === "" || value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(history.state, "", url);
}

function addTabs() {
  const row = document.getElementById("mm-lists");
  if (!row || document.querySelector(".mm-tabs")) return;
  const tabs = Object.entries(TABS).map(([name, title]) => {
    const tab = h("button", { type: "button", class: `mm-tab mm-tab-${name}` }, title);
    const list = document.getElementById(`mm-list-${name}`);
    tab.addEventListener("click", () => row.scrollTo({ left: list.offsetLeft - row.offsetLeft, behavior: "smooth" }));
    return { tab, list };
  });
  row.before(h("nav", { class: "mm-tabs", "aria-label": "Lists" }, tabs.map(({ tab }) => tab)));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const { tab } = tabs.find(({ list }) => list === target);
        if (isIntersecting) tab.setAttribute("aria-current", "true");
        else tab.removeAttribute("aria-current");
      }
    },
    { root: row, threshold: 0.6 },
  );
  for (const { list } of tabs) if (list) seen.observe(list);
}
