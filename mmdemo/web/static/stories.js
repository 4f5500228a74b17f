// The catalog's examples as small stories: the way in on a first visit, and a line above the lists
// that says what there is to see. Knows no list.

import { address, button, h, icon } from "./dom.js";
import { session } from "./session.js";
import { emptyView, filterCount, hasQuery, LISTS } from "./view.js";

const LEAD = /^(.{3,48}?:)( .+)$/s; // "Text alone fails: no seller wrote the color."

const examples = () => session.info.examples ?? [];

// Without a story or a photo, an example is only a query to try.
export const hasStories = () => examples().some(({ story, photo }) => story || photo);

export const isAsked = ({ text, photo }) => session.view.text === text && session.view.photo === photo;

// A story is told of the three lists as they are served; another query to try changes no setting.
export function openExample({ text, photo, story }) {
  const settings = story ? { ...emptyView(), top: session.view.top } : { product: "" };
  session.go({ ...settings, text, photo });
}

// Are these the lists, the weight and the products that it is told of?
function isAsTold({ rankers, weight, photo }) {
  const own = photo ? session.info.photo_weight : session.info.text_weight;
  return rankers.join() === LISTS.join() && (weight ?? own) === own && !filterCount(session.view);
}

export const nameOf = ({ text }) => text || "this photo";

// Cards of the start page.
export function makeStories() {
  const list = h("ol", { class: "mm-stories" });
  const notes = h("ul", { class: "mm-story-notes" });
  const element = h("section", { class: "mm-begin", hidden: true, "aria-labelledby": "mm-begin" }, h("h2", { id: "mm-begin" }, "Begin with a story"), list, notes);
  let drawn = null;
  const show = () => {
    const { examples: now, notes: told = [] } = session.info;
    element.hidden = !hasStories() && !told.length;
    if (now === drawn) return;
    drawn = now;
    element.firstChild.hidden = list.hidden = !hasStories();
    list.replaceChildren(...(hasStories() ? now.map(makeCard) : []));
    notes.replaceChildren(...told.map((note) => h("li", { dir: "auto" }, icon("warning"), h("span", {}, note))));
  };
  list.addEventListener("click", ({ target }) => {
    const card = target.closest(".mm-story");
    if (!card) return;
    openExample(drawn[card.dataset.place]);
    (document.querySelector(".mm-story-bar:not([hidden]) .mm-story-told") ?? document.querySelector("#mm-query")).focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
  session.addEventListener("info", show);
  show();
  return element;
}

function makeCard(example, place) {
  const { photo, story } = example;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "mm-story", "data-place": place },
      photo ? h("img", { src: address(`api/query-photos/${photo}`), alt: "", width: 64, height: 64 }) : h("span", { class: "mm-story-mark" }, icon("search")),
      h("span", { class: "mm-story-body" }, h("bdi", { class: "mm-story-ask" }, nameOf(example)), story ? h("span", { class: "mm-story-line", dir: "auto" }, withLead(story)) : null),
    ),
  );
}

// What comes before a colon is what the story is about.
function withLead(story) {
  const [, lead, rest] = LEAD.exec(story) ?? [];
  return lead ? [h("b", {}, lead), rest] : story;
}

// The line above the lists of a story's query.
export function makeStoryBar() {
  const place = h("p", { class: "mm-story-place" });
  const told = h("p", { class: "mm-story-told", tabindex: "-1", dir: "auto" });
  const changed = h("p", { class: "mm-story-changed", hidden: true }, "Told of the lists as they came. ", button("Bring them back", { class: "mm-link", onclick: () => back() }));
  const previous = button("Previous story", { bare: true, class: "mm-quiet", symbol: "left" });
  const next = h("button", { type: "button", class: "mm-tool mm-story-next" }, h("span", {}, "Next story"), icon("right"));
  const close = button("Hide this story", { bare: true, class: "mm-quiet", symbol: "close" });
  const element = h("section", { class: "mm-story-bar", "aria-label": "Story", hidden: true }, h("div", { class: "mm-story-text", role: "status" }, place, told, changed), h("div", { class: "mm-story-acts" }, previous, next, close));
  let closed = null; // the example whose line is not wanted
  const telling = () => examples().filter(({ story }) => story);
  const show = () => {
    const stories = telling();
    const current = hasQuery(session.view) ? stories.find(isAsked) : null;
    if (current !== closed) closed = null;
    element.hidden = !current || current === closed;
    if (!current) return;
    const number = stories.indexOf(current);
    changed.hidden = isAsTold(session.view);
    place.textContent = `Story ${number + 1} of ${stories.length}`;
    if (element.dataset.story !== current.story) told.replaceChildren(...[withLead(current.story)].flat());
    element.dataset.story = current.story;
    previous.disabled = next.disabled = stories.length < 2;
  };
  const back = () => {
    openExample(telling().find(isAsked));
    told.focus({ preventScroll: true });
  };
  const step = (by) => {
    const stories = telling();
    openExample(stories.at((stories.findIndex(isAsked) + by) % stories.length));
  };
  previous.addEventListener("click", () => step(-1));
  next.addEventListener("click", () => step(1));
  close.addEventListener("click", () => {
    closed = telling().find(isAsked);
    show();
    document.querySelector("#mm-query").focus();
    session.notice("Hidden. The next story brings its own line.");
  });
  session.addEventListener("view", show);
  session.addEventListener("info", show);
  show();
  return element;
}

// Back to the cards, at the one that was looked at.
export function toStories() {
  const place = Math.max(0, examples().findIndex(isAsked));
  session.go({ ...emptyView(), top: session.view.top });
  scrollTo({ top: 0 });
  document.querySelector(`.mm-story[data-place="${place}"]`)?.focus({ preventScroll: true });
}
