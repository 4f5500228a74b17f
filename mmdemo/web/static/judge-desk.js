// What the judging page's parts share: the campaign, the products to judge, where the judge is.
// Knows no element.

import { Refused, Unreachable } from "./api.js";
import { Answers, keyOf } from "./judge-answers.js";
import { Blocks } from "./judge-blocks.js";
import { Clock } from "./judge-clock.js";
import { Drafts } from "./judge-drafts.js";
import { Notes } from "./judge-notes.js";
import { Past } from "./judge-past.js";
import { Questions } from "./judge-questions.js";
import { JudgeServer } from "./judge-server.js";
import { remember, remembered } from "./session.js";

const AHEAD = 5; // the next query's come when so few are left
const PHOTOS_AHEAD = 4;
const PAUSE = 2_500; // ms between two tries to reach the server
const RENEWED = 60_000; // ms; the products stay this judge's as long as something is done
const LAYOUT = "mmdemo:judge-layout";

const asked = () => new URLSearchParams(location.search).get("campaign") ?? "";

// Events: "screen" when another one is to be shown, "status", "item" when the judge is at another
// product, "block" when products came or went, "draft" when what is noted of the product changed,
// "answers" when an answer, a note or their saving may have changed, "progress", "layout",
// "guidelines", "told" with a text for those who do not see the page.
class JudgeDesk extends EventTarget {
  screen = "loading"; // choose, guide, work, paused, trouble
  status = ""; // of the work: pairs, training, wait, done, offline, out (signed out)
  message = "";
  campaigns = [];
  campaign = null; // the one that is judged
  at = null; // the product that is looked at
  progress = { done: 0, left: 0, today: 0 };
  feedback = null; // of the training round: {item, given, waiting, right, grade, why}
  chosen = {}; // grades of the first questions, while the next one is asked
  was = null; // {key, given}: what was undone
  seeking = false; // nothing known is left to answer
  waited = false;
  layout = remembered(LAYOUT) === "grid" ? "grid" : "one";
  server = new JudgeServer();
  clock = new Clock();
  past = new Past(this);
  active = 0;

  async start() {
    addEventListener("popstate", () => this.open(asked()));
    addEventListener("online", () => this.fill());
    addEventListener("focus", () => this.status === "out" && (this.server.resume(), this.fill())); // signed in elsewhere?
    document.addEventListener("visibilitychange", () => document.hidden || this.fill()); // what was held may be others' now
    for (const name of ["keydown", "pointerdown"]) addEventListener(name, () => (this.active = Date.now()), { passive: true });
    setInterval(() => this.#renew(), RENEWED);
    this.server.addEventListener("change", () => this.tell("answers"));
    await this.load();
  }

  async load() {
    try {
      this.campaigns = await this.server.campaigns();
    } catch (error) {
      return this.#fail(error);
    }
    return this.open(asked());
  }

  // Go to a campaign; with no name to the only one, or to the choice.
  async open(name) {
    await this.#leave();
    const only = this.campaigns.length === 1 && this.campaigns[0].state === "open" && !this.campaigns[0].other_catalog;
    const wanted = name || (only ? this.campaigns[0].name : "");
    if (!wanted) return this.#show("choose");
    try {
      return this.#begin(await this.server.campaign(wanted));
    } catch (error) {
      return this.#fail(error);
    }
  }

  pick(name) {
    const url = new URL(location.href);
    url.search = name ? new URLSearchParams({ campaign: name }) : "";
    if (url.href !== location.href) history.pushState(null, "", url);
    return this.open(name);
  }

  #begin(campaign) {
    const { name } = campaign;
    this.campaign = campaign;
    this.progress = campaign.progress ?? this.progress;
    this.questions = new Questions(campaign);
    this.answers = new Answers({ outbox: this.server.outbox(name), campaign: name });
    this.answers.addEventListener("change", () => this.tell("answers"));
    this.answers.addEventListener("saved", ({ detail }) => this.#saved(detail));
    this.notes = new Notes({ judge: this.server.judge, url: this.server.notes(name) });
    this.notes.addEventListener("change", () => this.tell("answers"));
    this.drafts = new Drafts(name);
    this.blocks = new Blocks((item) => this.answers.isOpen(item));
    this.#show(remembered(this.#readKey) === String(campaign.guidelines.version) ? "work" : "guide");
  }

  async #leave() {
    if (this.campaign) await this.#release();
    Object.assign(this, { campaign: null, at: null, answers: null, blocks: null, feedback: null, was: null, seeking: false, status: "" });
  }

  get #readKey() {
    return `mmdemo:guidelines:${this.server.judge}:${this.campaign.name}`;
  }

  // The guidelines were read: from now on they are a key away.
  work() {
    remember(this.#readKey, this.campaign.guidelines.version);
    this.#show("work");
  }

  pause() {
    if (this.screen !== "work") return;
    this.#release();
    this.#show("paused");
  }

  // Others may judge what this judge does not.
  async #release() {
    const held = this.blocks.open.length;
    this.blocks.all = [];
    this.at = this.feedback = null;
    this.status = "";
    clearTimeout(this.timer);
    if (held) await this.server.release(this.campaign.name);
  }

  // Ask for products. While answers wait in the outbox the server offers theirs again: here it is
  // known that they are answered.
  fill() {
    if (this.screen !== "work") return undefined;
    this.filling ??= this.#fill().finally(() => {
      this.filling = null;
      if (this.again) this.fill();
    });
    return this.filling;
  }

  async #fill() {
    const { campaign, blocks } = this;
    this.again = false;
    clearTimeout(this.timer);
    const asked = performance.now();
    try {
      const open = blocks.open.length;
      const answer = await this.server.next(campaign.name, { ahead: this.status === "pairs" && open > 0 && open <= AHEAD });
      if (this.blocks === blocks && this.screen === "work") this.#take(answer, asked);
    } catch (error) {
      if (this.blocks !== blocks || this.screen !== "work") return;
      if (error instanceof Unreachable) this.#comeAgain({ gone: true, message: error.message });
      else if (error instanceof Refused && error.status === 401) this.#status("out", error.message);
      else this.#fail(error);
    }
  }

  #take({ status, blocks = [], progress, message = "", retry_after: after = 10, guidelines: version }, asked) {
    this.progress = progress ?? this.progress;
    if (this.status === "training" && status !== "training" && !this.feedback) this.at = null; // it is over
    this.blocks.take(blocks, this.at, (item) => this.answers.isTakenBack(item, asked));
    this.notes.learn(blocks.map(({ query }) => query));
    if (version && version !== this.campaign.guidelines.version) this.#reread();
    this.tell("progress");
    this.tell("block");
    if (this.feedback || !(this.seeking || !this.at)) return; // it is read first, or looked at
    const next = this.blocks.next(this.at);
    if (next) {
      this.#status(status === "training" ? "training" : "pairs");
      this.go(next);
    } else if (this.#unsent || blocks.length) {
      this.#comeAgain(); // answers have to arrive before the server has others
    } else {
      this.#clear(status, message);
      if (status === "wait") this.timer = setTimeout(() => this.fill(), after * 1000);
    }
  }

  // Ask again soon. That there is nothing to show is said at the second time, or at once if the
  // server is gone.
  #comeAgain({ gone = false, message = "" } = {}) {
    if ((this.seeking || !this.at) && (gone || this.waited)) this.#clear("offline", message);
    this.waited = true;
    this.timer = setTimeout(() => this.fill(), PAUSE);
  }

  get #unsent() {
    return this.answers.outbox.entries().some(({ state }) => state === "pending");
  }

  async #reread() {
    const { name } = this.campaign;
    const campaign = await this.server.campaign(name).catch(() => null);
    if (!campaign || this.campaign?.name !== name) return;
    this.campaign = campaign;
    this.tell("guidelines");
  }

  go(item) {
    const before = this.at;
    this.at = item;
    this.chosen = {};
    this.feedback = null;
    this.clock.start();
    if (before?.query.id !== item.query.id) {
      this.blocks.bringForward(item);
      this.tell("block");
    }
    this.waited = this.seeking = false;
    if (this.status === "offline") this.#status("pairs");
    this.tell("item", { before });
    if (this.blocks.open.length > AHEAD) return;
    this.again = Boolean(this.filling); // this may be within the answer to an earlier one
    this.fill();
  }

  // Along the products of the query, answered or not.
  move(step) {
    const item = this.blocks?.beside(this.at, step);
    if (item && !this.feedback) this.go(item);
    return Boolean(item);
  }

  // On to what has no answer yet.
  advance() {
    this.feedback = null;
    const next = this.blocks.next(this.at);
    if (next) return this.go(next);
    this.seeking = true; // the last one stays in sight until there is another
    this.tell("draft");
    this.again = Boolean(this.filling); // it was asked before this answer
    return this.fill();
  }

  // The products of the query at hand.
  get block() {
    return this.blocks?.of(this.at) ?? null;
  }

  // On, if there is something to answer.
  onward() {
    const next = this.blocks.next(this.at);
    if (next) this.go(next);
  }

  get coming() {
    return this.blocks?.coming(this.at, PHOTOS_AHEAD) ?? [];
  }

  // What is noted of the product at hand, before it is answered or with its answer.
  get draft() {
    if (!this.at) return { reasons: [], comment: "" };
    const { reasons, comment } = this.answers.of(this.at);
    return this.drafts.of(this.at) ?? { reasons, comment };
  }

  note(change) {
    const draft = { ...this.draft, ...change };
    if (this.answers.isOpen(this.at)) this.drafts.keep(this.at, draft);
    else this.#give(this.at, { ...this.answers.of(this.at), ...draft });
    this.tell("draft");
  }

  toggleReason(name) {
    const { reasons } = this.draft;
    const on = !reasons.includes(name);
    this.note({ reasons: on ? [...reasons, name] : reasons.filter((one) => one !== name) });
    this.say(`${this.campaign.reasons.find((one) => one.name === name).label}: ${on ? "on" : "off"}`);
  }

  // The question that is asked now: the next one once the first is answered.
  get question() {
    return this.questions.after(this.chosen);
  }

  // A grade of the product at hand, for the question that is asked or another one.
  grade(grade, question = this.question.name) {
    if (!this.at || this.feedback || this.seeking) return;
    const known = this.layout === "grid" ? this.answers.of(this.at).answers : null;
    this.chosen = { ...known, ...this.chosen, [question]: grade };
    if (this.questions.answered(this.chosen)) return void this.answer("grade", this.chosen);
    this.tell("draft");
    this.say(`${this.questions.step(question, grade)}. ${this.question.ask}`);
  }

  // Back from the second question to the first.
  back() {
    const asking = Object.keys(this.chosen).length > 0;
    this.chosen = {};
    if (asking) this.tell("draft");
    return asking;
  }

  answer(answer, answers = null) {
    const item = this.at;
    if (!item || this.feedback || this.seeking) return undefined;
    const { reasons, comment } = this.draft;
    const given = { answer, answers, reasons, comment: comment.trim() };
    this.chosen = {};
    this.drafts.drop(item);
    this.#give(item, given);
    if (this.status === "training" && answer === "grade") {
      this.feedback = { item, given: answers, waiting: true };
      return this.tell("draft");
    }
    this.say(this.questions.tell(given));
    return this.advance();
  }

  #give(item, given) {
    const about = { seconds: this.clock.seconds, guidelines: this.campaign.guidelines.version };
    this.was = null;
    this.answers.give(item, given, about, { final: this.status === "training" });
  }

  #saved({ event, answer }) {
    this.progress = answer.progress ?? this.progress;
    this.tell("progress");
    if (this.feedback?.waiting && keyOf(this.feedback.item) === keyOf(event)) {
      if (!answer.feedback) return void this.advance();
      this.feedback = { ...this.feedback, waiting: false, ...answer.feedback };
      this.tell("draft");
    }
    if (this.seeking && !this.#unsent) this.fill();
  }

  toggleHopeless() {
    if (!this.at) return;
    const { query } = this.at;
    const on = !this.notes.isHopeless(query.id);
    this.notes.tell(query.id, on);
    this.say(on ? "Noted: no good result is possible for this query" : "Taken back: a good result is possible for this query");
  }

  undo = () => this.past.undo();
  redo = () => this.past.redo();
  history = (before) => this.server.history(this.campaign.name, before);

  // May what was done be undone? Not in the training round.
  get mayStep() {
    return Boolean(this.answers) && !this.feedback && this.status !== "training";
  }

  // Look at a product of an earlier time; `entry` as the history tells it.
  look(item, entry = null) {
    if (entry) this.answers.learn(entry, entry);
    if (this.screen !== "work") this.#show("work");
    if (this.status !== "training") this.#status("pairs");
    this.go(this.blocks.put(item));
  }

  setLayout(layout) {
    this.layout = layout;
    remember(LAYOUT, layout);
    this.back();
    this.tell("layout");
  }

  say(text) {
    this.tell("told", text);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #renew() {
    if (this.screen !== "work" || !this.at || Date.now() - this.active > 2 * RENEWED) return;
    this.server.renew(this.campaign.name);
  }

  #show(screen) {
    this.screen = screen;
    this.tell("screen");
    if (screen === "work") this.fill();
  }

  #clear(status, message) {
    this.at = null;
    this.tell("item", {});
    this.#status(status, message);
  }

  #status(status, message = "") {
    this.status = status;
    this.message = message;
    this.tell("status");
  }

  #fail(error) {
    this.message = error.message;
    this.trouble = error instanceof Unreachable ? "gone" : error.status === 401 ? "out" : "refused";
    this.#show("trouble");
  }
}

export const desk = new JudgeDesk();
