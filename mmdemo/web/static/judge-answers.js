// Which answer has each product now? What the server knows, with the outbox laid over it.
// Knows no element and no order of products.

import { newEventId } from "./outbox.js";
import { Steps } from "./steps.js";

// An item is {pair, query, product}. An answer is {answer, answers, reasons, comment}, where
// `answer` is "grade", "cant_tell", "skipped" or, for none, "".
export const keyOf = ({ pair }) => String(pair);
export const titleOf = ({ product }) => product.title || product.id;
const NONE = { answer: "", answers: null, reasons: [], comment: "", eventId: null, state: "", reason: "", savedAt: 0 };
const WITHDRAWN = { answer: "withdrawn", answers: null, reasons: [], comment: "" };
const taken = ({ answer }) => answer === "withdrawn" || answer === "skipped";

// Events: "change" whenever an answer or its saving may look different; "saved" with {event, answer}.
export class Answers extends EventTarget {
  constructor({ outbox, campaign }) {
    super();
    this.outbox = outbox;
    this.known = new Map(); // key → answer with its eventId, as the server acknowledged
    this.steps = new Steps(`mmdemo:judge-steps:${outbox.judge}:${campaign}`);
    outbox.addEventListener("saved", ({ detail }) => this.#saved(detail));
    outbox.addEventListener("change", () => this.dispatchEvent(new Event("change")));
  }

  of(item) {
    const entry = this.#waiting().get(keyOf(item));
    if (!entry) return this.known.get(keyOf(item)) ?? NONE;
    const { event, state, reason } = entry;
    return { ...told(event), state, reason };
  }

  // Is an answer still to be given? So it is if the server refused the one that was.
  isOpen(item) {
    const { answer, state } = this.of(item);
    return !answer || answer === "withdrawn" || state === "failed";
  }

  // Was it taken back, and did the server not know of it at that moment (of `performance.now()`)?
  isTakenBack(item, moment) {
    const { answer, savedAt = Infinity } = this.of(item);
    return answer === "withdrawn" && savedAt > moment;
  }

  // Answers given here that the server has not counted yet.
  get uncounted() {
    return [...this.#waiting().values()].filter(({ event, state }) => state === "pending" && !event.supersedes && !taken(event)).length;
  }

  // `known`: what the server tells of earlier answers.
  learn(item, known) {
    if (known) this.known.set(keyOf(item), { ...NONE, ...known, eventId: known.client_event_id, state: "saved" });
  }

  // Answer an item. `about`: {seconds, guidelines}; `final`: it cannot be undone.
  give(item, given, about, { final = false } = {}) {
    const now = this.of(item);
    const before = isGiven(now) ? plain(now.state === "failed" ? (this.known.get(keyOf(item)) ?? NONE) : now) : null;
    if (!final) this.steps.add({ item, before: before && isGiven(before) ? before : null, after: plain(given), at: Date.now() });
    this.#store(item, given, about);
  }

  // Take the last answer back: returns its item, with what it is now.
  undo() {
    return this.#step(this.steps.back(), "before");
  }

  redo() {
    return this.#step(this.steps.forth(), "after");
  }

  // An answer of an earlier day becomes the last step, to be undone as those of today.
  recall(entry) {
    this.learn(entry, entry);
    this.steps.recall({ item: entry, before: null, after: plain(entry) });
  }

  #step(step, which) {
    if (!step) return null;
    this.#store(step.item, step[which] ?? WITHDRAWN, { seconds: 0, guidelines: null });
    return { item: step.item, given: step[which], other: step[which === "before" ? "after" : "before"] };
  }

  #store(item, given, { seconds, guidelines }) {
    const current = this.of(item);
    const supersedes = current.state === "failed" ? this.#lastUseful(item) : current.eventId;
    this.outbox.add({
      client_event_id: newEventId(),
      judge: this.outbox.judge,
      pair: item.pair,
      answer: given.answer,
      answers: given.answers,
      reasons: given.reasons,
      comment: given.comment,
      seconds,
      guidelines,
      supersedes,
      clicked_at: new Date().toISOString(),
    });
    for (const { event, state } of this.outbox.entries()) {
      if (keyOf(event) === keyOf(item) && state === "failed") this.outbox.discard(event.client_event_id); // judged anew
    }
  }

  // The last event of an item that the server has or will take: a refused one is no predecessor.
  #lastUseful(item) {
    const waiting = this.outbox.entries().filter(({ event, state }) => state === "pending" && keyOf(event) === keyOf(item));
    return waiting.at(-1)?.event.client_event_id ?? this.known.get(keyOf(item))?.eventId ?? null;
  }

  // key → last entry of the outbox
  #waiting() {
    const entries = this.outbox.entries();
    if (this.indexed !== entries) {
      this.indexed = entries;
      this.index = new Map(entries.map((entry) => [keyOf(entry.event), entry]));
    }
    return this.index;
  }

  #saved({ event, answer }) {
    this.known.set(keyOf(event), { ...told(event), state: "saved", reason: "", savedAt: performance.now() });
    this.dispatchEvent(new CustomEvent("saved", { detail: { event, answer } }));
    this.dispatchEvent(new Event("change"));
  }
}

const isGiven = ({ answer }) => Boolean(answer) && answer !== "withdrawn";
const plain = ({ answer, answers, reasons, comment }) => ({ answer, answers, reasons, comment });
const told = (event) => ({ ...plain(event), eventId: event.client_event_id });
