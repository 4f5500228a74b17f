// What stands in the way of a search, and what to do about it. Knows no list.

import { button, h, icon, sentence } from "./dom.js";
import { session } from "./session.js";

export function makeTrouble() {
  const element = h("div", { class: "mm-trouble", "aria-live": "polite" });
  const show = () => {
    const panels = [told(session)].filter(Boolean);
    if (panels.map((one) => one.textContent).join() !== element.textContent) element.replaceChildren(...panels);
  };
  for (const name of ["info", "gone", "answer", "view"]) session.addEventListener(name, show);
  show();
  return element;
}

function told({ info, gone, error, answer, answered, current }) {
  if (gone) {
    const kept = !answer ? "" : current ? "What you see stays, grades are kept in this browser. " : `The lists are still those of ${asked(answered)}. `;
    return panel("server", "The server does not answer", h("p", { dir: "auto" }, `${kept}The page goes on by itself when the server is back.`), h("span", { class: "mm-spinner", "aria-hidden": "true" }));
  }
  if (info.state === "failed") {
    const again = button("Try again", { class: "mm-primary", onclick: () => session.reload() });
    return panel(
      "warning",
      "This catalog cannot be searched yet",
      h("p", { dir: "auto" }, sentence(info.message)),
      info.remedy ? h("p", { class: "mm-remedy" }, withCode(sentence(info.remedy))) : null,
      again,
    );
  }
  if (error) return panel("warning", "No answer to this search", h("p", { dir: "auto" }, sentence(error)));
  return null;
}

export function panel(symbol, title, ...children) {
  return h("section", { class: "mm-panel-trouble" }, icon(symbol), h("div", {}, h("h2", {}, title), children));
}

const asked = ({ text }) => (text ? `“${text}”` : "the photo");

// `commands` between backticks stand out.
function withCode(text) {
  return text.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part));
}
