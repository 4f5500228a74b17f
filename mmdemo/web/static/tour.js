// A tour of one minute: what the parts of the search page are for, one after the other.
// Knows no answer. It points at what is there, lies beside it, and lets everything be used.

import { button, h, reducedMotion } from "./dom.js";
import { remember, remembered, session } from "./session.js";
import { openExample } from "./stories.js";
import { hasQuery } from "./view.js";

const KEY = "mmdemo:tour"; // "done" once it was taken or declined
const GAP = 12; // px between what is pointed at and the words
const EDGE = 8;
const NARROW = 640;
const FUSED_CARD = '.mm-column[data-ranker="fused"] .mm-card';
const ARROW = ".mm-moved:not([data-moved=same]) > [aria-hidden]"; // of a product that text only has, too

const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
const first = (...selectors) => selectors.map((one) => seen(one)[0]).filter(Boolean).slice(0, 1);

// at(): elements that stand for it now, none if it is not there. The lists need a query.
// touch: the text where fingers point and there may be no keys.
const STEPS = [
  { title: "Ask as a shopper would", text: "Type a few words, add a photo, or both: a photo and “a cushion in this color”. Press / to come back here from anywhere.", touch: "Type a few words, add a photo, or both: a photo and “a cushion in this color”.", at: () => first(".mm-ask-row") },
  { title: "One query, three lists", text: "Text only ranks by what sellers wrote, Image only by what photos show, Fused by both. The line above each list tells how much of it Text only has too.", at: () => first(".mm-tabs").concat(seen(".mm-tab").length ? [] : seen(".mm-column-head")) },
  { title: "What each half gave", text: "The bar is the score: blue came from the words, orange from the photo. ▲ and ▼ tell how far the product moved against Text only. A click opens it in full.", touch: "The bar is the score: blue came from the words, orange from the photo. ▲ and ▼ tell how far the product moved against Text only. A tap opens it in full.", at: () => first(`${FUSED_CARD}:has(${ARROW})`, FUSED_CARD, ".mm-card") },
  { title: "Rescued and buried", text: "Rescued: fusion lifts a product in that Text only missed. Buried: fusion drops one that Text only had. Both happen, and both deserve a look.", at: () => first(".mm-badge-rescued", ".mm-badge-buried", '.mm-column[data-ranker="fused"] .mm-column-told').map((one) => one.closest(".mm-card") ?? one) },
  { title: "Weigh words against photos", text: "Move this and Fused ranks anew at once. All the way left is Text only, all the way right Image only.", at: () => first(".mm-weight") },
  { title: "Say what is right", text: "Switch Grade on and give products E, S, C or I, with the mouse or these keys. Nothing is lost: u takes a grade back, and what cannot be sent waits in this browser.", touch: "Switch Grade on and tap E, S, C or I below a product: exact, substitute, complement, irrelevant. Nothing is lost: Undo takes a grade back, and what cannot be sent waits in this browser.", at: () => first(".mm-tool.mm-toggle") },
  { title: "Where the grades go", text: "Analysis measures every list by them, with intervals. They leave as files for evaluation, and `mmdemo train --from-labels` learns from them. This tour comes back from the ? menu.", at: () => first('.mm-nav a[href$="/analysis"]', ".mm-pill") },
];

// A line for who is new. It takes no focus and covers nothing; gone for good once it is answered.
export function makeTourOffer() {
  const answer = () => {
    remember(KEY, "done");
    element.hidden = true;
  };
  const take = button("Take the tour", { class: "mm-tool", onclick: () => (answer(), session.tell("tour")) });
  const no = button("No, thanks", {
    class: "mm-link",
    onclick: () => {
      answer();
      document.querySelector("#mm-query").focus();
    },
  });
  const element = h("aside", { class: "mm-offer", "aria-label": "Tour", hidden: remembered(KEY) === "done" }, h("p", {}, h("b", {}, "New here?"), " One minute shows how to read this page."), take, no);
  session.addEventListener("tour", () => (element.hidden = true));
  return element;
}

export function makeTour() {
  const count = h("p", { class: "mm-tour-count" });
  const title = h("h2", { id: "mm-tour-title" });
  const text = h("p", { id: "mm-tour-text" });
  const back = button("Back", { class: "mm-tool" });
  const next = h("button", { type: "button", class: "mm-tool mm-tour-next" });
  const close = button("End the tour", { bare: true, class: "mm-quiet", symbol: "close" });
  const ring = h("div", { class: "mm-tour-ring", "aria-hidden": "true" });
  const panel = h("div", { class: "mm-tour-panel", role: "dialog", "aria-labelledby": title.id, "aria-describedby": text.id }, h("div", { "aria-live": "polite" }, count, title, text), h("footer", {}, h("span", { class: "mm-tour-dots", "aria-hidden": "true" }, STEPS.map(() => h("i"))), back, next), close);
  const element = h("div", { class: "mm-tour", popover: "manual" }, ring, panel);
  let step = -1; // of no tour
  let scrolled = false;
  let opener = null;

  const show = (wanted) => {
    step = wanted;
    scrolled = false;
    count.textContent = `Step ${step + 1} of ${STEPS.length}`;
    title.textContent = STEPS[step].title;
    const told = matchMedia("(hover: none) and (pointer: coarse)").matches ? STEPS[step].touch : undefined;
    text.replaceChildren(...(told ?? STEPS[step].text).split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part)));
    back.disabled = !step;
    next.textContent = step === STEPS.length - 1 ? "Done" : "Next";
    [...element.querySelectorAll(".mm-tour-dots i")].forEach((dot, place) => dot.toggleAttribute("data-on", place <= step));
    const [example] = session.info.examples ?? [];
    if (step && example && !hasQuery(session.view)) openExample(example);
  };
  const go = (by) => {
    if (step + by >= STEPS.length) return end();
    if (step + by < 0) return undefined;
    show(step + by);
    if (document.activeElement === document.body || back.disabled) next.focus();
    return undefined;
  };
  const start = () => {
    opener = document.activeElement;
    element.showPopover();
    show(0);
    next.focus({ preventScroll: true });
    follow();
  };
  const end = () => {
    step = -1;
    element.hidePopover();
    remember(KEY, "done");
    const place = opener?.isConnected && opener.checkVisibility() && opener !== document.body ? opener : document.querySelector(".mm-help");
    place?.focus({ preventScroll: true });
  };
  // Lists are made anew, pages scroll and windows change: it looks once a frame.
  const follow = () => {
    if (step < 0) return;
    const found = STEPS[step].at();
    if (found.length && !scrolled) {
      scrolled = true;
      bringInSight(found[0], panel);
    }
    place(ring, panel, found.map((one) => one.getBoundingClientRect()));
    requestAnimationFrame(follow);
  };

  session.addEventListener("tour", () => step < 0 && start());
  back.addEventListener("click", () => go(-1));
  next.addEventListener("click", () => go(1));
  close.addEventListener("click", end);
  panel.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    if (by < 0 || step < STEPS.length - 1) go(by); // the last one ends by a button
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || step < 0 || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    end();
  });
  if (new URLSearchParams(location.search).has("tour")) {
    session.addEventListener("info", () => session.tell("tour"), { once: true });
    const url = new URL(location.href);
    url.searchParams.delete("tour");
    history.replaceState(history.state, "", url);
  }
  return element;
}

// To the middle of what the words leave free.
function bringInSight(target, panel) {
  const before = target.style.scrollMarginBottom;
  if (innerWidth <= NARROW) target.style.scrollMarginBottom = `${panel.offsetHeight + GAP}px`;
  target.scrollIntoView({ block: "center", inline: "nearest", behavior: reducedMotion() ? "instant" : "smooth" });
  target.style.scrollMarginBottom = before;
}

// The ring around what is pointed at, the words below or above it, all inside the window.
function place(ring, panel, boxes) {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const { offsetWidth: wide, offsetHeight: high } = panel;
  ring.hidden = !boxes.length;
  let [left, top] = [(width - wide) / 2, height - high - 24];
  if (boxes.length) {
    const box = {
      left: Math.max(EDGE, Math.min(...boxes.map((one) => one.left)) - EDGE),
      top: Math.max(EDGE, Math.min(...boxes.map((one) => one.top)) - EDGE),
      right: Math.min(width - EDGE, Math.max(...boxes.map((one) => one.right)) + EDGE),
      bottom: Math.min(height - EDGE, Math.max(...boxes.map((one) => one.bottom)) + EDGE),
    };
    move(ring, { left: box.left, top: box.top, width: Math.max(0, box.right - box.left), height: Math.max(0, box.bottom - box.top) });
    const below = box.bottom + GAP + high <= height - EDGE;
    const above = box.top - GAP - high >= EDGE;
    if (width > NARROW && below) top = box.bottom + GAP;
    else if (above && !below) top = width > NARROW ? box.top - GAP - high : EDGE;
    if (width > NARROW) left = Math.min(Math.max(EDGE, (box.left + box.right - wide) / 2), width - wide - EDGE);
  }
  move(panel, { left, top: Math.max(EDGE, top) });
}

function move(element, places) {
  for (const [name, value] of Object.entries(places)) {
    const wanted = `${Math.round(value)}px`;
    if (element.style[name] !== wanted) element.style[name] = wanted;
  }
}
