// What the page's parts share: who is grading, what was asked, where each product stands.
// Knows no element.

import { address } from "./dom.js";
import { Grades } from "./grades.js";
import { Outbox } from "./outbox.js";

const RANKERS = ["text", "image", "fused"]; // from left to right

// Events: "ready" when grading can begin, "query" after a search, "ranks" when a list changed,
// "grades" when a grade did, "twin" when a product is pointed at, "notice" with a text,
// "lost" when a search is not answered.
class Session extends EventTarget {
  info = null; // as the header's value, once the engine is there
  grades = null;
  outbox = null;
  query = null; // {id, text, photo, weight}
  ranks = {}; // ranker → Map of product id → rank
  shown = {}; // ranker → how many results its list holds

  begin(info) {
    const again = this.info?.judge === info.judge && this.info?.campaign === info.campaign;
    this.info = info;
    if (again) return;
    this.outbox = new Outbox({ judge: info.judge, url: address("api/labels") });
    this.grades = new Grades({
      outbox: this.outbox,
      campaign: info.campaign,
      url: address("api/labels"),
    });
    this.grades.addEventListener("change", () => this.tell("grades"));
    if (this.query) this.grades.load(this.query.id);
    this.outbox.resume();
    this.tell("ready");
  }

  asked(query) {
    const another = query?.id !== this.query?.id;
    this.query = query;
    if (another && query) this.grades?.load(query.id);
    this.tell("query");
  }

  ranked(ranker, items) {
    this.ranks[ranker] = new Map(items.map((item) => [item.id, item.rank]));
    this.shown[ranker] = items.length;
    this.tell("ranks");
  }

  reweighted(weight) {
    if (this.query) this.query.weight = weight;
    this.tell("query");
  }

  grade(productId, grade) {
    if (!this.grades || !this.query) return;
    const { id, text, photo, weight } = this.query;
    const ranks = {};
    for (const ranker of RANKERS) {
      const rank = this.ranks[ranker]?.get(productId);
      if (rank) ranks[ranker] = rank;
    }
    const context = { rankers: RANKERS, text_weight: weight, ranks };
    if (photo) context.photo = photo;
    this.grades.give({ id, text }, productId, grade, context);
  }

  undo() {
    return this.grades?.undo();
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const session = new Session();
