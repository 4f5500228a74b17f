// The products that are this judge's now, query by query. Knows no server and no element.

import { keyOf } from "./judge-answers.js";

export class Blocks {
  constructor(isOpen) {
    this.isOpen = isOpen;
    this.all = []; // [{query, items}], the first is at hand
  }

  get items() {
    return this.all.flatMap(({ items }) => items);
  }

  get open() {
    return this.items.filter(this.isOpen);
  }

  of(item) {
    return (item && this.all.find(({ query }) => query.id === item.query.id)) ?? null;
  }

  // What the server leases to this judge. What is answered of the query at hand stays in sight, and
  // so do the product at hand and what was taken back after the server was asked.
  take(blocks, at, isTakenBack) {
    const taken = new Map();
    for (const { query, pairs } of blocks) {
      const block = taken.get(query.id) ?? { query, items: [] };
      block.items.push(...pairs.map((pair) => ({ ...pair, query })));
      taken.set(query.id, block);
    }
    const here = this.of(at);
    if (here) {
      const leased = taken.get(here.query.id)?.items ?? [];
      const still = new Set(leased.map(keyOf));
      const items = here.items.filter((item) => still.has(keyOf(item)) || item === at || !this.isOpen(item) || isTakenBack(item));
      const known = new Set(items.map(keyOf));
      taken.delete(here.query.id);
      this.all = [{ query: here.query, items: [...items, ...leased.filter((item) => !known.has(keyOf(item)))] }, ...taken.values()];
    } else {
      this.all = [...taken.values()];
    }
  }

  // The query of this product is at hand; what is done with others goes.
  bringForward(item) {
    const here = this.of(item);
    this.all = [here, ...this.all.filter((block) => block !== here && block.items.some(this.isOpen))];
  }

  // A product of an earlier time comes back.
  put({ pair, query, product }) {
    let block = this.of({ query });
    if (!block) this.all.unshift((block = { query, items: [] }));
    const there = block.items.find((one) => keyOf(one) === String(pair));
    if (there) return there;
    const item = { pair, query, product };
    block.items.unshift(item);
    return item;
  }

  // The next without an answer: after the one at hand, then before it, then of the next query.
  next(at) {
    return this.#after(at).find(this.isOpen) ?? null;
  }

  // What comes then, for its photos to be there already.
  coming(at, count) {
    return this.#after(at).filter(this.isOpen).slice(0, count);
  }

  place(at) {
    return this.of(at)?.items.findIndex((item) => keyOf(item) === keyOf(at)) ?? -1;
  }

  beside(at, step) {
    const place = this.place(at);
    return place < 0 ? null : (this.of(at).items[place + step] ?? null);
  }

  #after(at) {
    const here = this.of(at);
    if (!here) return this.items;
    const place = this.place(at);
    const others = this.all.filter((block) => block !== here).flatMap(({ items }) => items);
    return [...here.items.slice(place + 1), ...here.items.slice(0, place), ...others];
  }
}
