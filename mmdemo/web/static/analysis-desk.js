// What the analysis page's parts share: what is asked, what the server answered. Knows no element.

import { getJson, post, postForFile } from "./api.js";
import { Notes } from "./analysis-notes.js";
import { address } from "./dom.js";
import { session } from "./session.js";

const PATIENCE = 600_000; // ms; thousands of queries on a slow machine
const EMPTY = { source: "", rankers: [], measure: "nDCG@10", candidate: "", baseline: "", complete: null, open: null, segment: "", kind: "", tag: "", at: null, case: "" };
const ASKED = ["source", "rankers", "measure", "candidate", "baseline", "complete", "open"]; // a new analysis if they change

// Events: "sources" when it is known what can be analyzed, "answer" when an analysis or an error is
// there, "busy", "stage" with what the server does, "view" when something else is looked at,
// "notes" when a note changed.
class Desk extends EventTarget {
  view = readView(location.search);
  offer = null; // sources, rankers, measures
  answer = null;
  error = "";
  busy = false;
  stage = "";
  notes = null;

  start() {
    addEventListener("popstate", () => this.#look(readView(location.search)));
    const begin = () => session.info.state === "ready" && this.#begin();
    session.addEventListener("info", begin);
    session.connect();
    begin();
  }

  async #begin() {
    if (this.began) return;
    this.began = true;
    this.notes = new Notes(session.info.judge);
    this.notes.addEventListener("change", () => this.tell("notes"));
    this.notes.load();
    await this.refresh();
  }

  // Ask what can be analyzed, then analyze it.
  async refresh() {
    try {
      this.offer = await getJson("api/analysis/sources");
      this.error = "";
    } catch (error) {
      this.error = error.message;
      return this.tell("answer");
    }
    this.tell("sources");
    return this.run();
  }

  get source() {
    const { sources = [] } = this.offer ?? {};
    return sources.find(({ id }) => id === this.view.source) ?? sources[0] ?? null;
  }

  // The body of all questions.
  get request() {
    const { rankers, measure, candidate, baseline, complete, open } = this.view;
    return {
      source: this.source?.id ?? "",
      ...(rankers.length ? { rankers } : {}),
      measure,
      ...(candidate ? { candidate } : {}),
      ...(baseline ? { baseline } : {}),
      ...(complete === null ? {} : { complete }),
      ...(open === null ? {} : { include_open: open }),
    };
  }

  async run() {
    if (!this.source) return this.tell("answer");
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.#busy(true);
    this.#follow(running.signal);
    try {
      const answer = await post("api/analysis", this.request, { signal: running.signal, patience: PATIENCE });
      this.answer = answer;
      this.analysis = answer.analysis;
      this.error = "";
    } catch (error) {
      if (running.signal.aborted) return undefined;
      this.answer = this.analysis = null;
      this.error = error.message;
    } finally {
      if (this.running === running) this.running = null;
    }
    running.abort(); // no more stages
    this.#busy(false);
    return this.tell("answer");
  }

  // Tell what the server does while it takes its time.
  async #follow(signal) {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      if (signal.aborted) return;
      const { stage } = await getJson("api/analysis/progress").catch(() => ({ stage: "" }));
      if (signal.aborted) return;
      if (stage && stage !== this.stage) {
        this.stage = stage;
        this.tell("stage");
      }
    }
  }

  openCase(queryId, signal) {
    return post("api/analysis/case", { ...this.request, query_id: queryId }, { signal, patience: PATIENCE });
  }

  replay(at, segment, signal) {
    return post("api/analysis/replay", { ...this.request, at, segment }, { signal, patience: PATIENCE });
  }

  pairs(at) {
    return postForFile("api/analysis/holes", { ...this.request, ...(at === null ? {} : { at }) });
  }

  settlingPairs() {
    return postForFile("api/analysis/holes", { ...this.request, settle: true });
  }

  reportAddress(format) {
    const { rankers = [], ...asked } = this.request;
    const url = new URL(address("api/analysis/report"));
    url.search = new URLSearchParams({ ...asked, ...(rankers.length ? { rankers: rankers.join(",") } : {}), format });
    return url.href;
  }

  // Look at something else. `quiet`: no step of its own for the Back button.
  go(change, { quiet = false } = {}) {
    const view = { ...this.view, ...change };
    const url = writeView(view, location.href);
    if (url.href !== location.href) history[quiet ? "replaceState" : "pushState"](null, "", url);
    this.#look(view);
  }

  #look(view) {
    const before = JSON.stringify(ASKED.map((name) => this.view[name]));
    this.view = view;
    this.tell("view");
    if (this.offer && JSON.stringify(ASKED.map((name) => view[name])) !== before) this.run();
  }

  // Run on these events for as long as the element is on the page.
  watch(element, names, run) {
    const heard = () => {
      if (element.isConnected) run();
      else names.forEach((name) => this.removeEventListener(name, heard));
    };
    names.forEach((name) => this.addEventListener(name, heard));
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  #busy(on) {
    this.stage = on ? this.stage : "";
    if (this.busy === on) return;
    this.busy = on;
    this.tell("busy");
  }
}

export function readView(search) {
  const asked = new URLSearchParams(search);
  const flag = (name) => ({ yes: true, no: false })[asked.get(name)] ?? null;
  const at = asked.get("at") === null ? NaN : Number(asked.get("at"));
  return {
    source: asked.get("source") ?? "",
    rankers: (asked.get("rankers") ?? "").split(",").filter(Boolean),
    measure: asked.get("measure") || EMPTY.measure,
    candidate: asked.get("candidate") ?? "",
    baseline: asked.get("baseline") ?? "",
    complete: flag("complete"),
    open: flag("open"),
    segment: asked.get("segment") ?? "",
    kind: asked.get("kind") ?? "",
    tag: asked.get("tag") ?? "",
    at: at >= 0 && at <= 1 ? at : null,
    case: asked.get("case") ?? "",
  };
}

export function writeView(view, href) {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) {
    if (value === null || value === "" || (name === "measure" && value === EMPTY.measure)) continue;
    if (Array.isArray(value)) value.length && asked.set(name, value.join(","));
    else asked.set(name, value === true ? "yes" : value === false ? "no" : value);
  }
  const url = new URL(href);
  url.search = asked;
  return url;
}

export const desk = new Desk();
