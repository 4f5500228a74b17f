// The search page, from top to bottom. Knows no server.

import { makeAsk } from "./ask.js";
import { makeDetail } from "./detail.js";
import { h, retryPhotos } from "./dom.js";
import { makeChosen, makeFilters } from "./filters.js";
import { makeGrading } from "./grading.js";
import { makeHeader } from "./header.js";
import { makeLists } from "./lists.js";
import { session } from "./session.js";
import { makeStart } from "./start.js";
import { makeStoryBar } from "./stories.js";
import { makeToasts } from "./toast.js";
import { makeTools } from "./tools.js";
import { makeTour, makeTourOffer } from "./tour.js";
import { makeTrouble } from "./trouble.js";

export function mount(element) {
  const filters = makeFilters();
  const main = h(
    "main",
    { class: "mm-main" },
    makeAsk(),
    makeTourOffer(),
    makeTrouble(),
    makeStart(),
    makeStoryBar(),
    makeTools({ filters }),
    makeChosen(),
    makeGrading(),
    h("div", { class: "mm-results" }, filters.element, makeLists()),
  );
  const skip = h("button", { type: "button", class: "mm-skip", onclick: () => (main.querySelector(".mm-card[tabindex='0']") ?? main.querySelector("#mm-query")).focus() }, "To the results");
  const app = h("div", { class: "mm-app" }, skip, makeHeader(), main, makeDetail(), makeTour());
  makeToasts(app);
  element.replaceChildren(app);
  addEventListener("online", retryPhotos);
  session.addEventListener("gone", () => session.gone || retryPhotos());
  session.start();
}
