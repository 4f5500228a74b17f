// What the page's parts share: who grades, what is looked at, what the server answered.
// Knows no element.

import { getStatus, post, Unreachable } from "./api.js";
import { address } from "./dom.js";
import { Grades } from "./grades.js";
import { Outbox } from "./outbox.js";
import { hasQuery, readView, requestOf, writeView } from "./view.js";

const PAUSE = 1_500; // ms between two tries to reach the server
const WAIT = 20; // s that the server may hold the answer while the engine loads

// Events: "info" (loading, ready, failed), "view" when something else is to be seen, "answer" when
// the lists changed, "busy", "gone" when the server does or does not answer, "grades", "grading",
// "point" when a product is pointed at, "notice" with {text, kind, action}.
class Session extends EventTarget {
  info = { state: "loading" };
  view = readView(location.search);
  answer = null; // of the last search that was answered
  answered = null; // what that search asked
  error = ""; // why there is none
  busy = false;
  gone = false;
  grades = null;
  outbox = null;
  grading = remembered("mmdemo:grading") === "on";
  unjudgedOnly = remembered("mmdemo:unjudged") === "on";
  pointed = null; // {id, column}

  start() {
    addEventListener("popstate", () => {
      const before = JSON.stringify(requestOf(this.view));
      this.view = readView(location.search);
      this.tell("view");
      if (JSON.stringify(requestOf(this.view)) !== before) this.search();
    });
    this.connect();
  }

  // Until the engine is there, or the server again; then the search that waits for it is made.
  connect() {
    this.connecting ??= this.#connect().finally(() => (this.connecting = null));
    return this.connecting;
  }

  async #connect() {
    for (;;) {
      try {
        const info = await getStatus({ wait: this.info.state === "loading" && !this.gone ? WAIT : 0 });
        this.#gone(false);
        this.#informed(info);
        if (info.state !== "loading") break;
      } catch (error) {
        if (!(error instanceof Unreachable)) return this.#fail(error.message);
        this.#gone(true);
      }
      await new Promise((resolve) => setTimeout(resolve, this.gone ? PAUSE : 200));
    }
    if (this.info.state === "ready") this.search();
    else this.#busy(false);
  }

  async reload() {
    this.#informed({ state: "loading", message: "" });
    await post("api/reload", {}).catch(() => null);
    return this.connect();
  }

  // Look at something else. `quiet`: no step of its own for the Back button.
  go(change, { quiet = false } = {}) {
    const before = JSON.stringify(requestOf(this.view));
    this.view = { ...this.view, ...change };
    const url = writeView(this.view, location.href);
    // How many products were opened one from another: closing goes back over all of them.
    const opened = this.view.product ? (history.state?.opened ?? 0) + (quiet ? 0 : 1) : 0;
    try {
      if (url.href !== location.href) history[quiet ? "replaceState" : "pushState"]({ opened }, "", url);
    } catch {
      // Safari allows 100 addresses in 10 s, a slider makes more: the next change writes it
    }
    this.tell("view");
    if (JSON.stringify(requestOf(this.view)) !== before) this.search();
  }

  closeProduct() {
    const opened = history.state?.opened ?? 0;
    if (opened) history.go(-opened);
    else this.go({ product: "" }, { quiet: true });
  }

  // One search at a time: a new query drops the one under way, a new weight waits for its answer.
  async search() {
    const { text, photo } = this.view;
    if (!hasQuery(this.view)) {
      this.running?.abort();
      this.answer = null;
      this.error = "";
      this.#busy(false);
      return this.tell("answer");
    }
    if (this.info.state !== "ready") return this.#busy(this.info.state === "loading"); // `connect` searches then
    this.again = true;
    if (this.running && !this.running.signal.aborted) {
      if (this.asked?.text === text && this.asked?.photo === photo) return undefined;
      this.running.abort();
    }
    const running = (this.running = new AbortController());
    while (this.again && !running.signal.aborted) {
      this.again = false;
      await this.#ask(running.signal);
    }
    if (this.running === running) {
      this.running = null;
      this.#busy(false);
    }
    return undefined;
  }

  async #ask(signal) {
    const asked = (this.asked = requestOf(this.view));
    this.#busy(true);
    try {
      const before = this.query?.id;
      this.answer = await post("api/search", asked, { signal });
      if (this.query.id !== before) this.point(null);
      this.error = "";
      this.answered = asked;
      this.#gone(false);
      this.grades?.load(this.answer.query.id);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Unreachable) {
        this.#gone(true);
        this.connect(); // searches again
        return;
      }
      this.#fail(error.message);
    }
    this.tell("answer");
  }

  get query() {
    return this.answer?.query ?? null;
  }

  // Do the lists answer the query that is asked? Not while it is searched, nor without a network.
  get current() {
    const { text, photo } = this.view;
    return Boolean(this.answer) && this.answered.text === text && this.answered.photo === photo;
  }

  get weight() {
    return this.view.weight ?? this.answer?.text_weight ?? this.info.text_weight ?? 0.5;
  }

  ranker(name) {
    return this.info.rankers?.find((one) => one.name === name) ?? { name, label: name, about: "", weighted: false };
  }

  // Where a product stands in a ranker's list over the whole catalog; undefined if not known.
  place(productId, ranker) {
    return this.answer?.places?.[productId]?.[ranker];
  }

  point(id, column = null) {
    if (this.pointed?.id === id && this.pointed?.column === column) return;
    this.pointed = id ? { id, column } : null;
    this.tell("point");
  }

  setGrading(on) {
    this.grading = on;
    remember("mmdemo:grading", on ? "on" : "off");
    if (on) this.tell("grading");
    else this.setUnjudgedOnly(false);
  }

  setUnjudgedOnly(on) {
    this.unjudgedOnly = on;
    remember("mmdemo:unjudged", on ? "on" : "off");
    this.tell("grading");
  }

  grade(productId, grade) {
    if (!this.grades || !this.query) return;
    if (!this.current) return void this.notice("Not graded: these lists are of another query.", { kind: "problem" });
    const { id, text, photo } = this.query;
    const rankers = this.answer.columns.map((column) => column.ranker);
    const ranks = Object.fromEntries(
      rankers.map((ranker) => [ranker, this.place(productId, ranker)]).filter(([, rank]) => rank),
    );
    const context = { rankers, text_weight: this.answer.text_weight, ranks };
    if (photo) context.photo = photo;
    const title = this.answer.products[productId]?.title ?? "";
    this.grades.give({ id, text }, productId, grade, context, title);
  }

  notice(text, { kind = "done", action = null } = {}) {
    this.tell("notice", { text, kind, action });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #informed(info) {
    const again = this.info.judge === info.judge && this.info.campaign === info.campaign;
    this.info = info;
    if (info.state === "ready" && !(again && this.grades)) {
      this.outbox = new Outbox({ judge: info.judge, url: address("api/labels") });
      this.grades = new Grades({
        outbox: this.outbox,
        campaign: info.campaign,
        url: address("api/labels"),
      });
      this.grades.addEventListener("change", () => this.tell("grades"));
      this.outbox.resume();
    }
    this.tell("info");
  }

  #busy(on) {
    if (this.busy === on) return;
    this.busy = on;
    this.tell("busy");
  }

  #gone(on) {
    if (this.gone === on) return;
    this.gone = on;
    this.tell("gone");
  }

  #fail(message) {
    this.answer = null;
    this.error = message;
    this.tell("answer");
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // full, or forbidden: it is forgotten with the page
  }
}

export function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export const session = new Session();
