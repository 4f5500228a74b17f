// One campaign: how far it is, how good its judgments are, what is disputed, all that happened.
// Knows no figure.

import { button, h, icon } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { showDisputes } from "./campaigns-disputes.js";
import { showHistory } from "./campaigns-history.js";
import { askExport, askGrow, askGuidelines, askJudges, askSettings, askState } from "./campaigns-actions.js";
import { doneOf, progressBar, stateBadge, trouble, viewLink, waiting } from "./campaigns-parts.js";
import { showProgress } from "./campaigns-progress.js";
import { showQuality } from "./campaigns-quality.js";
import { makeMenu } from "./menu.js";

const PARTS = [["progress", "Progress", showProgress], ["quality", "Quality", showQuality], ["disputes", "Disagreements", showDisputes], ["history", "History", showHistory]];

export async function showCampaign(place) {
  const { campaign: name } = desk.view;
  if (!place.querySelector(".mm-campaign-body")) place.replaceChildren(waiting("Looking at the campaign…"));
  let campaign;
  try {
    campaign = await desk.get(name);
  } catch (error) {
    return place.replaceChildren(backLink(), trouble("This campaign cannot be shown", error, () => showCampaign(place)));
  }
  if (desk.view.campaign !== name) return undefined;
  document.title = `${campaign.title || name} · Campaigns · mmdemo`;
  const body = h("div", { class: "mm-campaign-body" });
  place.replaceChildren(makeHead(campaign), makeTabs(), body);
  const [, , show] = PARTS.find(([part]) => part === desk.view.part) ?? PARTS[0];
  return show(body, campaign);
}

const backLink = () => viewLink({ campaign: "", part: "progress", judge: "", query: "", product: "" }, { class: "mm-link mm-back" }, icon("left"), "All campaigns");

function makeHead(campaign) {
  const { name, title, state, judgments, warnings } = campaign;
  const toggle = state === "open" ? button("Close", { class: "mm-tool", onclick: () => askState(campaign, "closed") }) : button(state === "draft" ? "Open for judges" : "Open again", { class: "mm-primary", onclick: () => askState(campaign, "open") });
  const exporter = button("Export", { class: "mm-tool", symbol: "save", onclick: () => askExport(campaign) });
  const more = button("Change", { class: "mm-tool", symbol: "down" });
  const acts = { guidelines: askGuidelines, grow: askGrow, judges: askJudges, settings: askSettings };
  const menu = makeMenu(more, {
    label: "Change",
    end: true,
    choices: () => [
      { name: "Guidelines", value: "guidelines", about: `a new version; now ${campaign.guidelines.version}` },
      { name: "Grow the pool", value: "grow", about: "another ranker, or deeper; nothing is asked twice" },
      { name: "Judges", value: "judges", about: "who may judge here" },
      { name: "Settings", value: "settings", about: "judges for each pair, what comes next, repeats" },
    ],
    pick: (what) => acts[what](campaign),
  });
  return h(
    "header",
    { class: "mm-campaign-head" },
    backLink(),
    h("div", { class: "mm-page-head" }, h("h1", { tabindex: "-1" }, h("bdi", {}, title || name), stateBadge(state)), h("div", { class: "mm-controls" }, toggle, exporter, menu)),
    h("div", { class: "mm-campaign-progress mm-campaign-all" }, progressBar(judgments.done, judgments.needed, "Judgments"), h("span", {}, h("b", {}, doneOf(judgments.done, judgments.needed)), ` judgments${judgments.needed ? `, ${Math.floor((100 * judgments.done) / judgments.needed)}%` : ""}`)),
    warnings.length ? h("ul", { class: "mm-campaign-warnings" }, warnings.map((text) => h("li", { class: "mm-warned" }, icon("warning"), h("span", { dir: "auto" }, text)))) : null,
  );
}

function makeTabs() {
  return h(
    "nav",
    { class: "mm-part-tabs", "aria-label": "Parts of the campaign" },
    PARTS.map(([part, name]) => viewLink({ part, judge: "", query: "", product: "" }, { "aria-current": part === desk.view.part ? "page" : null }, name)),
  );
}

