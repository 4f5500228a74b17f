// The judging page: choose a campaign, read its guidelines, judge. Knows no server.

import { h, retryPhotos } from "./dom.js";
import { makeHeader } from "./header.js";
import { titleOf } from "./judge-answers.js";
import { desk } from "./judge-desk.js";
import { makeGuide, makeGuideScreen } from "./judge-guide.js";
import { makeHistory } from "./judge-history.js";
import { makeChoose, makeLoading, makePaused, makeTroubleScreen } from "./judge-screens.js";
import { makeWork } from "./judge-work.js";
import { makeSaving } from "./saving.js";
import { makeToasts } from "./toast.js";

export function mount(element) {
  const main = h("main", { class: "mm-main mm-judge", id: "mm-judge" });
  const told = h("div", { class: "mm-told", "aria-live": "polite", "aria-atomic": "true" });
  const guide = makeGuide();
  const history = makeHistory();
  const status = h("div", { class: "mm-status" });
  const skip = h("a", { class: "mm-skip", href: "#mm-judge" }, "To the products");
  const app = h("div", { class: "mm-app" }, skip, makeHeader("Judge", { status, saving: makeAnswersSaving() }), main, told, guide.element, history.element);
  makeToasts(app);
  element.replaceChildren(app);

  const screens = { loading: makeLoading, choose: makeChoose, guide: makeGuideScreen, paused: makePaused, trouble: makeTroubleScreen };
  let work = null;
  const show = () => {
    const { screen, campaign } = desk;
    work?.stop();
    work = screen === "work" ? makeWork({ guide, history }) : null;
    main.replaceChildren(work ? work.element : screens[screen]());
    if (screen !== "loading") (main.querySelector("h1[tabindex]") ?? main.firstElementChild).focus({ preventScroll: true });
    const name = campaign ? campaign.title || campaign.name : "";
    status.replaceChildren(...(name ? [h("bdi", { class: "mm-catalog" }, name)] : []));
    document.title = name ? `${name} · Judge · mmdemo` : "Judge · mmdemo";
  };
  desk.addEventListener("screen", show);
  desk.addEventListener("told", ({ detail }) => (told.textContent = told.textContent === detail ? `${detail}\u00a0` : detail));
  desk.addEventListener("guidelines", () => guide.open({ told: "The guidelines have changed. Please read them before you go on." }));
  desk.addEventListener("history", () => history.open());
  addEventListener("online", retryPhotos);
  show();
  desk.start();
}

function makeAnswersSaving() {
  return makeSaving({
    heard: desk,
    names: ["answers", "screen"],
    outboxes: () => [...desk.server.outboxes.values(), ...(desk.notes ? [desk.notes.outbox] : [])],
    always: () => Boolean(desk.campaign),
    tell: (event) => {
      if (event.query_id !== undefined) return [event.no_good_result ? "No good result possible" : "A good result is possible", event.query_id];
      const step = desk.answers?.steps.done.findLast(({ item }) => item.pair === event.pair);
      return [desk.questions?.tell(event) ?? "An answer", step ? titleOf(step.item) : "a product"];
    },
    noun: "answer",
  });
}
