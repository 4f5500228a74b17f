// What the judging page asks the server, and the outboxes of its answers. Knows no product.

import { getJson, post } from "./api.js";
import { address } from "./dom.js";
import { Outbox } from "./outbox.js";

const BLOCK = 10; // products asked for at a time
const HISTORY = 30; // answers told at a time

const path = (name, ...rest) => ["api/judging", encodeURIComponent(name), ...rest].join("/");

// Events: "change" when an answer is kept here, sent or refused.
export class JudgeServer extends EventTarget {
  outboxes = new Map(); // campaign → its outbox

  async campaigns() {
    const { judge, campaigns } = await getJson("api/judging");
    this.judge = judge;
    for (const { name } of campaigns) this.outbox(name).resume(); // what an earlier visit left
    return campaigns;
  }

  outbox(name) {
    if (!this.outboxes.has(name)) {
      const outbox = new Outbox({ judge: this.judge, url: address(path(name, "answer")), shelf: "judging" });
      outbox.addEventListener("change", () => this.dispatchEvent(new Event("change")));
      this.outboxes.set(name, outbox);
    }
    return this.outboxes.get(name);
  }

  notes = (name) => address(path(name, "query-note"));
  campaign = (name) => getJson(path(name));
  next = (name, { ahead }) => post(path(name, "next"), { count: BLOCK, ahead });
  history = (name, before) => getJson(path(name, `history?${new URLSearchParams({ ...(before ? { before } : {}), limit: HISTORY })}`));
  release = (name) => post(path(name, "release"), {}).catch(() => null);
  renew = (name) => post(path(name, "renew"), {}).catch(() => null);

  resume() {
    for (const outbox of this.outboxes.values()) outbox.resume();
  }
}
