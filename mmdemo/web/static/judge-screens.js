// The screens around the work: which campaign, paused, trouble, nothing left. Knows no product.

import { signInAddress } from "./account.js";
import { button, formatCount, h, icon, plural, sentence } from "./dom.js";
import { desk } from "./judge-desk.js";
import { panel } from "./trouble.js";

const title = (text) => h("h1", { tabindex: "-1" }, text);

export function makeLoading() {
  return h("p", { class: "mm-soft mm-detail-wait", role: "status" }, h("span", { class: "mm-spinner", "aria-hidden": "true" }), "Looking for your campaigns…");
}

export function makeChoose() {
  const { campaigns } = desk;
  if (!campaigns.length) {
    return h(
      "section",
      { class: "mm-judge-center" },
      icon("grade"),
      title("Nothing to judge yet"),
      h("p", { class: "mm-lead" }, "No campaign has you among its judges. Whoever leads the judging opens one and adds you; then it is here."),
      button("Look again", { class: "mm-primary", onclick: () => desk.load() }),
    );
  }
  return h("section", { class: "mm-judge-choose" }, title("What would you like to judge?"), h("ul", {}, campaigns.map(makeCampaign)));
}

function makeCampaign({ name, title: told, state, other_catalog: other, done, left, training }) {
  const closed = state !== "open" || other;
  const about = other
    ? "Its products are of another catalog than the one that is served here."
    : state === "draft"
      ? "It has not begun yet."
      : state !== "open"
        ? "It is closed. Thank you for your judgments."
        : left
          ? `${plural(left, "judgment")} left`
          : "Nothing is left for you at the moment.";
  const all = done + left;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", disabled: closed, onclick: () => desk.pick(name) },
      h("b", {}, h("bdi", {}, told || name)),
      h("span", { class: "mm-soft" }, about, training?.needed && !closed ? " · begins with a short training round" : ""),
      h("span", { class: "mm-judge-progress", "aria-hidden": "true" }, h("i", { style: `width:${all ? (100 * done) / all : 0}%` })),
      h("span", { class: "mm-judge-choose-done" }, `${formatCount(done)} done`),
      closed ? null : icon("right"),
    ),
  );
}

export function makePaused() {
  const { campaign, progress } = desk;
  const on = button("Go on", { class: "mm-primary", symbol: "play", onclick: () => desk.work() });
  return h(
    "section",
    { class: "mm-judge-center" },
    icon("pause"),
    title("Paused"),
    h("p", { class: "mm-lead" }, `${plural(progress.done + desk.answers.uncounted, "judgment")} done for “${campaign.title || campaign.name}”, ${formatCount(progress.left)} left. What was in front of you is free for others until you go on.`),
    on,
    leave(),
  );
}

function leave() {
  return desk.campaigns.length > 1 ? button("Other campaigns", { class: "mm-link", onclick: () => desk.pick("") }) : null;
}

export function makeTroubleScreen() {
  const again = button("Try again", { class: "mm-primary", onclick: () => desk.load() });
  if (desk.trouble === "out") return makeSignedOut();
  if (desk.trouble === "gone") return panel("server", "The server does not answer", h("p", {}, "Answers that were given here are kept in this browser until it does."), again);
  return panel("warning", "This cannot be judged now", h("p", { dir: "auto" }, sentence(desk.message)), again, leave());
}

function makeSignedOut() {
  return panel(
    "warning",
    "You are signed out",
    h("p", {}, "Your answers are kept in this browser and sent when you are signed in again."),
    h("a", { class: "mm-primary", href: signInAddress() }, "Sign in"),
  );
}

// Where no product is at hand: why, and what to do about it.
export function makeStatus() {
  const element = h("div", { class: "mm-judge-status", role: "status" });
  const show = () => {
    const told = desk.at && desk.status !== "out" && !(desk.status === "offline" && !desk.answers.isOpen(desk.at)) ? null : tell();
    element.hidden = !told;
    element.replaceChildren(...(told ? [told] : []));
  };
  return { element, show };
}

function tell() {
  const { status, message, progress } = desk;
  const look = button("Look through your answers", { class: "mm-tool", symbol: "history", onclick: () => desk.tell("history") });
  switch (status) {
    case "done":
      return h(
        "section",
        { class: "mm-judge-center" },
        icon("check"),
        h("h1", { tabindex: "-1" }, "All done"),
        h("p", { class: "mm-lead" }, message || `You gave ${plural(progress.done, "judgment")}; nothing is left for you here. Thank you.`),
        look,
        leave(),
      );
    case "wait":
      return h(
        "section",
        { class: "mm-judge-center" },
        icon("clock"),
        h("h1", { tabindex: "-1" }, "Others have the rest at the moment"),
        h("p", { class: "mm-lead" }, message || "If one of them stops, it comes to you. This page asks again by itself."),
        button("Ask now", { class: "mm-tool", onclick: () => desk.fill() }),
        look,
        leave(),
      );
    case "offline":
      return h(
        "section",
        { class: "mm-judge-center" },
        icon("server"),
        h("h1", { tabindex: "-1" }, "No connection"),
        h("p", { class: "mm-lead" }, "Your answers are kept in this browser. As soon as the server answers they are sent, and the next products come by themselves."),
        h("span", { class: "mm-spinner", "aria-hidden": "true" }),
      );
    case "out":
      return makeSignedOut();
    default:
      return h("p", { class: "mm-soft mm-detail-wait" }, h("span", { class: "mm-spinner", "aria-hidden": "true" }), "Fetching products…");
  }
}
