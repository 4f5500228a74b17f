// What is noted of a whole query: that no good result is possible. Knows no element.

import { newEventId, Outbox } from "./outbox.js";

// Events: "change".
export class Notes extends EventTarget {
  constructor({ judge, url }) {
    super();
    this.known = new Map(); // query id → bool, as the server tells
    this.outbox = new Outbox({ judge, url, shelf: "judging-notes" });
    const changed = () => this.dispatchEvent(new Event("change"));
    this.outbox.addEventListener("change", changed);
    this.outbox.addEventListener("saved", ({ detail: { event } }) => {
      this.known.set(event.query_id, event.no_good_result);
      changed();
    });
    this.outbox.resume();
  }

  learn(queries) {
    for (const { id, no_good_result: hopeless } of queries) {
      if (hopeless !== undefined) this.known.set(id, hopeless);
    }
  }

  isHopeless(queryId) {
    const waiting = this.outbox.entries().findLast(({ event }) => event.query_id === queryId);
    return waiting ? waiting.event.no_good_result : Boolean(this.known.get(queryId));
  }

  tell(queryId, hopeless, comment = "") {
    this.outbox.add({
      client_event_id: newEventId(),
      judge: this.outbox.judge,
      query_id: queryId,
      no_good_result: hopeless,
      comment,
      clicked_at: new Date().toISOString(),
    });
  }
}
