// One step back or forth over all that a judge did: in this tab, then on earlier days.
// Knows no server and no element.

import { Unreachable } from "./api.js";
import { keyOf, titleOf } from "./judge-answers.js";
import { session } from "./session.js";

export class Past {
  constructor(desk) {
    this.desk = desk;
    this.last = Promise.resolve();
  }

  undo() {
    this.last = this.last.then(() => this.#undo()); // one at a time
    return this.last;
  }

  async #undo() {
    const { desk } = this;
    if (!desk.mayStep) return;
    if (!desk.answers.steps.done.length) await this.#recall();
    const step = desk.answers?.undo();
    if (!step) return void session.notice("Nothing to undo");
    const { item, given, other } = step;
    desk.was = given ? null : { key: keyOf(item), given: other };
    desk.look(item);
    session.notice(`Undone: “${titleOf(item)}” is ${given ? `${desk.questions.tell(given)} again` : "without an answer again"}`);
  }

  redo() {
    const { desk } = this;
    if (!desk.mayStep) return;
    const step = desk.answers.redo();
    if (!step) return void session.notice("Nothing to redo");
    desk.was = null;
    desk.look(step.item);
    session.notice(`Redone: “${titleOf(step.item)}” is ${desk.questions.tell(step.given)} again`);
    desk.onward();
  }

  // Own answers, newest first; null if they cannot be told now.
  async page(before = null) {
    try {
      return await this.desk.history(before);
    } catch (error) {
      session.notice(error instanceof Unreachable ? "Earlier answers can be seen when the server is back." : error.message, { kind: "problem" });
      return null;
    }
  }

  // The last answer that the server has and that is not taken back here.
  async #recall() {
    let before = null;
    do {
      const page = await this.page(before);
      const { answers } = this.desk;
      const last = page?.entries.find((entry) => answers.of(entry).answer !== "withdrawn");
      if (last) return answers.recall(last);
      before = page?.before;
    } while (before);
    return undefined;
  }
}
