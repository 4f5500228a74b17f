// What another weight of text would be worth, over all judged queries. Knows no vector.

import { desk } from "./analysis-desk.js";
import { capital, download, queryName, queryPhoto, section } from "./analysis-parts.js";
import { round, signed, weightChart } from "./charts.js";
import { button, formatCount, h, icon, percent, plural } from "./dom.js";
import { makeMenu } from "./menu.js";
import { session } from "./session.js";

const PAUSE = 120; // ms that the slider rests before the server is asked
const LATE = 400; // ms after which waiting is told
const SHOWN = 6;

export function makeWeights() {
  const { weights } = desk.analysis;
  if (!weights) return null;
  const curve = () => weights.curves.find(({ name }) => name === desk.view.segment) ?? weights.curves[0];
  const at = () => desk.view.at ?? ownWeight(curve());
  const slider = h("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": "Weight of text to replay" });
  const plot = h("div", { class: "mm-replay-plot" });
  const tiles = h("dl", { class: "mm-tiles mm-replay-tiles" });
  const changed = h("div", { class: "mm-replay-changed", "aria-live": "polite" });
  const segment = h("button", { type: "button", class: "mm-pick-tool" }, h("span", { class: "mm-pick-name" }, "Queries"), h("b", {}), icon("down"));
  const menu = makeMenu(segment, { label: "Queries", choices: () => weights.curves.map(({ name, queries, note }) => ({ name: capital(name) || "All queries", about: note || plural(queries, "query", "queries"), value: name, chosen: name === curve().name })), pick: (name) => desk.go({ segment: name }) });

  const draw = () => {
    const one = curve();
    const best = Math.max(...one.means);
    const here = isServed(one, at()) ? one.served : valueAt(one, at());
    segment.querySelector("b").replaceChildren(capital(one.name) || "All queries");
    slider.value = at();
    slider.setAttribute("aria-valuetext", `${percent(at())} text, ${percent(1 - at())} image: ${round(here)}`);
    plot.replaceChildren(
      weightChart(one, {
        title: `nDCG@${weights.depth} by weight of text`,
        oracle: one.name ? null : weights.oracle,
        warned: one.name ? [] : weights.warned,
        marks: [{ weights: [one.best], value: best, css: "mm-best-mark" }, { weights: [at()], value: here, css: "mm-here" }, { weights: one.served_weights, value: one.served, css: "mm-served" }],
      }),
    );
    const tile = (name, value, about, css = "") => h("div", { class: css }, h("dt", {}, name), h("dd", {}, value), h("dd", { class: "mm-tile-about" }, about));
    tiles.replaceChildren(
      tile(`All at ${at().toFixed(2)}`, round(here), against(here, one), "mm-tile-here"),
      tile(`In use: ${inUse(one)}`, round(one.served), "what is served now", "mm-tile-served"),
      tile(`All at the best: ${one.best}`, round(best), `${against(best, one)}; ${one.name ? (one.note || "chosen on these very queries") : `${round(weights.at_best_held_out)} on queries that it was not chosen on`}`, "mm-tile-best"),
      ...(one.name ? [] : [tile("Each query its own", round(weights.oracle), `at most ${against(weights.oracle, one)}, for a weight that depends on the query`)]),
    );
  };

  let timer = 0;
  let running = null;
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const late = setTimeout(() => changed.replaceChildren(h("p", { class: "mm-soft mm-an-wait" }, h("span", { class: "mm-spinner", "aria-hidden": "true" }), "Ranking every query at this weight…")), LATE);
    try {
      const answer = await desk.replay(at(), curve().name, signal);
      if (!signal.aborted) changed.replaceChildren(...told(answer, curve()));
    } catch (error) {
      if (!signal.aborted) changed.replaceChildren(h("p", { class: "mm-soft" }, error.message));
    } finally {
      clearTimeout(late);
    }
  };
  let seen = "";
  const show = () => {
    draw();
    const now = JSON.stringify([at(), curve().name]);
    if (now === seen) return;
    seen = now;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  slider.addEventListener("input", () => desk.go({ at: Number(slider.value) }, { quiet: true }));

  const element = section(
    "weights",
    "What another weight would do",
    `Every weight of text was replayed over the judgments, the same for all queries: 1 is text alone, 0 the photo alone. The band is the 95% interval of the mean.${weights.curves[0].served_weights.length > 1 ? " What is in use has a weight of its own for queries with a photo, so it may lie above the line or below." : ""}`,
    h("div", { class: "mm-replay-tools" }, menu, h("p", { class: "mm-legend" }, h("span", { class: "mm-key mm-here" }, "the slider"), h("span", { class: "mm-key mm-served" }, "in use"), h("span", { class: "mm-key mm-best-mark" }, "best single weight"), weights.warned.length ? h("span", { class: "mm-key mm-warned-key" }, "brings in products without a grade") : null)),
    h("div", { class: "mm-replay" }, h("div", {}, plot, h("div", { class: "mm-weight mm-replay-slider" }, slider)), tiles),
    changed,
  );
  desk.watch(element, ["view"], show);
  show();
  return element;
}

// What is served: one weight, or one for words and one for queries with a photo.
const inUse = ({ served_weights: own }) => (own.length === 1 ? String(own[0]) : `${desk.analysis.weights.served}, with a photo ${desk.analysis.weights.served_photo}`);
const ownWeight = ({ served_weights: own }) => (own.length === 1 ? own[0] : desk.analysis.weights.served);
const isServed = ({ served_weights: own }, at) => own.length === 1 && Math.abs(own[0] - at) < 1e-9;
const against = (value, { served }) => `${signed(value - served)} against what is in use`;

function valueAt({ weights, means }, at) {
  const place = at * (weights.length - 1);
  const low = Math.floor(place + 1e-9);
  const high = Math.min(low + 1, weights.length - 1);
  return means[low] + (means[high] - means[low]) * (place - low);
}

function told({ weight, better, worse, queries, unjudged, brought_in: brought, helped, hurt }, curve) {
  const same = queries - better - worse;
  const summary = isServed(curve, weight) ? "This is the weight in use: nothing changes." : `Against what is in use, ${formatCount(better)} of ${plural(queries, "query", "queries")} get better, ${formatCount(worse)} worse, ${formatCount(same)} stay as they are.`;
  const pairs = button(brought ? "Judge these" : "Save pairs to judge", { class: "mm-tool", symbol: "save", onclick: () => savePairs(weight) });
  const warning = brought
    ? h("div", { class: "mm-hole-warning" }, icon("warning"), h("p", {}, h("b", {}, `${plural(brought, "product")} without a grade`), " would come into the first places here that what is in use does not show. They count as irrelevant: the value may be too low."), pairs)
    : unjudged
      ? h("div", { class: "mm-hole-line" }, h("p", { class: "mm-soft" }, `${plural(unjudged, "product")} in the first places have no grade, here as with what is in use.`), pairs)
      : null;
  return [h("p", {}, summary), warning, h("div", { class: "mm-changed-lists" }, changes("Better", helped, "good"), changes("Worse", hurt, "bad"))].filter(Boolean);
}

function changes(name, queries, css) {
  if (!queries.length) return null;
  return h(
    "section",
    {},
    h("h3", { class: `mm-ink-${css}` }, name),
    h(
      "ul",
      { class: "mm-changed" },
      queries.slice(0, SHOWN).map((one) => h("li", {}, h("button", { type: "button", class: "mm-open-case", onclick: () => desk.go({ case: one.topic_id }) }, queryPhoto(one), h("bdi", {}, queryName(one))), h("span", { class: "mm-soft" }, `${round(one.before, 2)} → ${round(one.after, 2)}`))),
    ),
  );
}

async function savePairs(at) {
  try {
    download(await desk.pairs(at));
    session.notice("The pairs are saved as CSV: query, product, best rank and weights");
  } catch (error) {
    session.notice(error.message, { kind: "problem" });
  }
}
