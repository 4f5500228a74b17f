// Tags and comments on queries and their products: what the server knows, with the outbox laid over
// it. Knows no element.

import { getJson } from "./api.js";
import { address } from "./dom.js";
import { newEventId, Outbox } from "./outbox.js";

const key = (queryId, productId = "") => `${queryId}\n${productId}`;
const NONE = { tags: [], comment: "", eventId: null, state: "", reason: "" };

// Events: "change" whenever a note or its saving may look different.
export class Notes extends EventTarget {
  constructor(author) {
    super();
    this.author = author;
    this.mine = new Map(); // key → {tags, comment, client_event_id}
    this.others = []; // of other authors
    this.outbox = new Outbox({ judge: author, url: address("api/analysis/notes"), shelf: "notes" });
    this.outbox.addEventListener("saved", ({ detail: { answer } }) => this.#know(answer));
    this.outbox.addEventListener("change", () => this.dispatchEvent(new Event("change")));
    this.outbox.addEventListener("elsewhere", () => this.load());
    this.outbox.resume();
  }

  async load() {
    const answer = await getJson("api/analysis/notes").catch(() => null);
    if (!answer) return;
    this.others = answer.notes.filter(({ author }) => author !== this.author);
    for (const note of answer.notes) if (note.author === this.author) this.mine.set(key(note.query_id, note.product_id), note);
    this.dispatchEvent(new Event("change"));
  }

  // What this author says now, and whether it is safe: {tags, comment, eventId, state, reason}.
  of(queryId, productId = "") {
    const waiting = this.outbox.entries().findLast(({ event }) => key(event.query_id, event.product_id) === key(queryId, productId));
    if (waiting) return { ...waiting.event, eventId: waiting.event.client_event_id, state: waiting.state, reason: waiting.reason };
    const known = this.mine.get(key(queryId, productId));
    return known ? { ...known, eventId: known.client_event_id, state: "saved", reason: "" } : NONE;
  }

  // Tags of all authors on a query and its products.
  tagsOf(queryId) {
    const found = new Set(this.of(queryId).tags);
    for (const note of this.others) if (note.query_id === queryId) note.tags.forEach((tag) => found.add(tag));
    return [...found];
  }

  // Every tag in use, to choose from.
  get tags() {
    const found = new Set(this.others.flatMap(({ tags }) => tags));
    for (const { tags } of this.mine.values()) tags.forEach((tag) => found.add(tag));
    for (const { event } of this.outbox.entries()) event.tags.forEach((tag) => found.add(tag));
    return [...found].sort();
  }

  give({ id, text }, { tags, comment }, productId = "") {
    const before = this.of(id, productId);
    this.outbox.add({
      client_event_id: newEventId(),
      query_id: id,
      query_text: text,
      product_id: productId,
      tags,
      comment,
      supersedes: before.eventId,
      clicked_at: new Date().toISOString(),
      judge: this.author,
    });
  }

  #know(note) {
    this.mine.set(key(note.query_id, note.product_id), note);
    this.dispatchEvent(new Event("change"));
  }
}
