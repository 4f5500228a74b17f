// Which grade does each product have now? What the server knows, with the outbox laid over it.
// Knows no card.

import { Steps } from "./steps.js";
import { newEventId } from "./outbox.js";

export const SCALE = [
  { grade: 3, letter: "E", name: "Exact", hint: "all that was asked for" },
  { grade: 2, letter: "S", name: "Substitute", hint: "not quite it, but would do" },
  { grade: 1, letter: "C", name: "Complement", hint: "goes with it" },
  { grade: 0, letter: "I", name: "Irrelevant", hint: "has nothing to do with it" },
];

export const gradeName = (grade) => SCALE.find((step) => step.grade === grade)?.name ?? "No grade";

// The grade a key stands for; undefined for every other key.
export function gradeOfKey(key) {
  return SCALE.find(({ grade, letter }) => key === String(grade) || key.toUpperCase() === letter)?.grade;
}

const pair = (queryId, productId) => `${queryId}\n${productId}`;
const NONE = { grade: null, eventId: null, state: "", reason: "" };

// Events: "change" whenever a grade or its saving may look different.
export class Grades extends EventTarget {
  constructor({ outbox, campaign, url }) {
    super();
    this.outbox = outbox;
    this.campaign = campaign;
    this.url = url;
    this.known = new Map(); // pair → {grade, client_event_id} as the server acknowledged
    this.acknowledged = 0;
    this.steps = new Steps(`mmdemo:steps:${outbox.judge}:${campaign}`);
    outbox.addEventListener("saved", ({ detail }) => this.#saved(detail));
    outbox.addEventListener("change", () => this.#changed());
    outbox.addEventListener("elsewhere", () => this.load(this.queryId));
    addEventListener("online", () => this.load(this.queryId));
  }

  // Ask the server for the grades of a query that this judge gave before.
  async load(queryId) {
    this.queryId = queryId;
    if (!queryId) return;
    const before = this.acknowledged;
    const url = new URL(this.url);
    url.search = new URLSearchParams({ query_id: queryId, campaign: this.campaign });
    let labels;
    try {
      const response = await fetch(url);
      if (!response.ok) return;
      ({ labels } = await response.json());
    } catch {
      return; // no network: "online" asks again
    }
    if (this.acknowledged !== before) return void this.load(this.queryId); // older than what we know
    for (const [productId, label] of Object.entries(labels)) {
      this.known.set(pair(queryId, productId), label);
    }
    this.#changed();
  }

  // {grade, eventId, state: "" | "saved" | "pending" | "failed", reason} of a product.
  of(queryId, productId) {
    const key = pair(queryId, productId);
    const waiting = this.#waiting().get(key);
    if (waiting) {
      const { event, state, reason } = waiting;
      return { grade: event.grade, eventId: event.client_event_id, state, reason };
    }
    const label = this.known.get(key);
    if (!label) return NONE;
    const state = label.grade === null ? "" : "saved";
    return { grade: label.grade, eventId: label.client_event_id, state, reason: "" };
  }

  // Grade a product. The grade it has already is taken back, or sent again if it was refused.
  give(query, productId, grade, context, title) {
    const now = this.of(query.id, productId);
    if (now.state === "failed" && now.grade === grade) return this.outbox.retry(now.eventId);
    const known = this.known.get(pair(query.id, productId))?.grade ?? null;
    const before = now.state === "failed" ? known : now.grade;
    const after = grade === before ? null : grade;
    this.steps.add({ query, productId, title, before, after, context });
    this.#store(query, productId, after, context);
  }

  // Take the last step back, or the last one taken back again: returns it, or undefined.
  undo() {
    const step = this.steps.back();
    if (step) this.#store(step.query, step.productId, step.before, { ...step.context, undo: true });
    return step;
  }

  redo() {
    const step = this.steps.forth();
    if (step) this.#store(step.query, step.productId, step.after, { ...step.context, redo: true });
    return step;
  }

  #store(query, productId, grade, context) {
    const current = this.of(query.id, productId);
    const supersedes = current.state === "failed" ? this.#lastUseful(query.id, productId) : current.eventId;
    this.outbox.add({
      client_event_id: newEventId(),
      campaign: this.campaign,
      judge: this.outbox.judge,
      query_id: query.id,
      query_text: query.text,
      product_id: productId,
      grade,
      supersedes,
      question: "relevance",
      repeat: 0,
      clicked_at: new Date().toISOString(),
      blind: false,
      context,
    });
    for (const { event, state } of this.outbox.entries()) {
      const same = event.query_id === query.id && event.product_id === productId;
      if (same && state === "failed") this.outbox.discard(event.client_event_id); // judged anew
    }
  }

  // The last event of a product that the server has or will take: a refused one is no predecessor.
  #lastUseful(queryId, productId) {
    const events = this.outbox.entries().filter(
      ({ event, state }) =>
        state === "pending" && event.query_id === queryId && event.product_id === productId,
    );
    const waiting = events.at(-1)?.event.client_event_id;
    return waiting ?? this.known.get(pair(queryId, productId))?.client_event_id ?? null;
  }

  // pair → last entry of the outbox, for this campaign
  #waiting() {
    const entries = this.outbox.entries();
    if (this.indexed !== entries) {
      this.indexed = entries;
      this.index = new Map();
      for (const entry of entries) {
        const { campaign, query_id, product_id } = entry.event;
        if (campaign === this.campaign) this.index.set(pair(query_id, product_id), entry);
      }
    }
    return this.index;
  }

  #saved({ event, answer }) {
    this.acknowledged += 1;
    const label = answer.current ?? event;
    if (event.campaign === this.campaign) {
      this.known.set(pair(event.query_id, event.product_id), {
        grade: label.grade,
        client_event_id: label.client_event_id,
      });
    }
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
