// What a judge did, in order, so that it can be undone and redone, also after a reload.
// Knows no server: what is stored there goes through the outbox.

const MOST = 500;

// A step is its maker's own: what was done to what, and what was there before.
export class Steps {
  constructor(key) {
    this.key = key;
    const stored = read(key);
    this.done = stored?.done ?? [];
    this.undone = stored?.undone ?? [];
  }

  add(step) {
    this.done = [...this.done, step].slice(-MOST);
    this.undone = [];
    this.#write();
  }

  // What was done before the oldest step that is kept here.
  recall(step) {
    this.done = [step, ...this.done];
  }

  back() {
    return this.#move(this.done, this.undone);
  }

  forth() {
    return this.#move(this.undone, this.done);
  }

  #move(from, to) {
    const step = from.pop();
    if (!step) return undefined;
    to.push(step);
    this.#write();
    return step;
  }

  // In this tab only: two tabs would undo each other's steps.
  #write() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ done: this.done, undone: this.undone }));
    } catch {
      // full, or forbidden: undo then ends with the page
    }
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}
