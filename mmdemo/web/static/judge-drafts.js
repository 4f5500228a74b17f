// Reasons and comments of products that have no answer yet; they outlast a reload of this tab.
// Knows no server.

import { keyOf } from "./judge-answers.js";

export class Drafts {
  constructor(campaign) {
    this.key = `mmdemo:judge-drafts:${campaign}`;
    this.kept = new Map(read(this.key));
  }

  of(item) {
    return this.kept.get(keyOf(item)) ?? null;
  }

  keep(item, draft) {
    this.kept.set(keyOf(item), draft);
    this.#write();
  }

  drop(item) {
    if (this.kept.delete(keyOf(item))) this.#write();
  }

  #write() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify([...this.kept]));
    } catch {
      // full, or forbidden: they are forgotten with the page
    }
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}
