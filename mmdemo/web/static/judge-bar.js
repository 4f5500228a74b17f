// What can be said of the product at hand: grades, reasons, a comment, that one can't tell.
// Its buttons stay the same from product to product, so that the focus is never lost.

import { button, h, icon } from "./dom.js";
import { keyOf } from "./judge-answers.js";
import { keyed, tone } from "./judge-buttons.js";
import { desk } from "./judge-desk.js";
import { keyOfCommand, keyOfGrade } from "./judge-keys.js";

export function makeBar() {
  const question = makeQuestion();
  const feedback = makeFeedback();
  const reasons = makeReasons();
  const others = makeOthers();
  const comment = makeComment();
  others.element.append(comment.opener);
  const more = h("div", { class: "mm-judge-more" }, reasons.element, others.element);
  const element = h("section", { class: "mm-judge-bar", "aria-label": "Your answer" }, question.element, feedback.element, more, comment.element);
  const show = () => {
    const now = desk.at ? desk.answers.of(desk.at) : null;
    element.hidden = !desk.at;
    if (!now) return;
    const told = Boolean(desk.feedback);
    question.element.hidden = told;
    more.hidden = told;
    if (told) comment.close();
    for (const part of [question, feedback, reasons, others, comment]) part.show(now);
  };
  return { element, show, comment };
}

const command = (name) => keyOfCommand(name, desk.campaign);

function makeQuestion() {
  const ask = h("h2", { class: "mm-judge-ask" });
  const hint = h("p", { class: "mm-judge-was" });
  const grades = h("div", { class: "mm-judge-grades", role: "group" });
  const element = h("div", { class: "mm-judge-question" }, h("div", { class: "mm-judge-asked" }, ask, hint), grades);
  let shown = null;
  grades.addEventListener("click", ({ target }) => {
    const grade = target.closest("button")?.dataset.grade;
    if (grade !== undefined) desk.grade(Number(grade));
  });
  const build = (asked) => {
    shown = asked;
    const focused = grades.contains(document.activeElement);
    ask.textContent = asked.ask;
    grades.setAttribute("aria-label", asked.ask);
    grades.replaceChildren(
      ...asked.scale.map((step, place) =>
        h(
          "button",
          { type: "button", "data-grade": step.grade, "data-tone": tone(place, asked.scale.length), "aria-keyshortcuts": keyOfGrade(step), title: step.description || null },
          h("kbd", { "aria-hidden": "true" }, keyOfGrade(step).toUpperCase()),
          h("b", {}, step.name),
          step.description ? h("span", { class: "mm-judge-hint" }, step.description) : null,
        ),
      ),
    );
    if (focused) grades.firstElementChild.focus({ preventScroll: true });
  };
  const show = (now) => {
    const asked = desk.question;
    if (asked !== shown) build(asked);
    const given = now.answer === "grade" ? now.answers : {};
    for (const one of grades.children) one.setAttribute("aria-pressed", String(Number(one.dataset.grade) === (desk.chosen[asked.name] ?? given[asked.name])));
    const before = desk.questions.all.filter(({ name }) => name in desk.chosen && name !== asked.name);
    const was = desk.was?.key === keyOf(desk.at) ? desk.was.given : null;
    hint.replaceChildren(
      ...(before.length
        ? [`${before.map(({ name }) => desk.questions.step(name, desk.chosen[name])).join(", ")} · `, h("button", { type: "button", class: "mm-link", onclick: () => desk.back() }, "change")]
        : was
          ? [icon("undo"), ` Before: ${desk.questions.tell(was)}`]
          : now.answer && now.answer !== "withdrawn"
            ? [icon(now.state === "failed" ? "warning" : now.state === "pending" ? "clock" : "check"), ` ${desk.questions.tell(now)}`, now.state === "pending" ? ", kept here until the server takes it" : now.state === "failed" ? `: not saved, ${now.reason}` : ""]
            : []),
    );
    hint.dataset.state = now.state;
  };
  return { element, show };
}

function makeReasons() {
  const { reasons } = desk.campaign;
  const element = h("div", { class: "mm-judge-reasons", role: "group", "aria-label": "Reasons" });
  element.append(...reasons.map(({ name, label, key }) => keyed(label, key, { "data-reason": name, "aria-pressed": "false" })));
  element.addEventListener("click", ({ target }) => {
    const reason = target.closest("button")?.dataset.reason;
    if (reason) desk.toggleReason(reason);
  });
  const show = () => {
    const { reasons: on } = desk.draft;
    for (const one of element.children) one.setAttribute("aria-pressed", String(on.includes(one.dataset.reason)));
  };
  return { element, show };
}

function makeOthers() {
  const unsure = keyed("Can't tell", command("cant_tell"), { onclick: () => desk.answer("cant_tell"), title: "The photo and the text do not say enough" });
  const skip = keyed("Skip", command("skip"), { onclick: () => desk.answer("skipped"), title: "Leave it to somebody else" });
  const hopeless = keyed("No good result possible", command("hopeless"), { onclick: () => desk.toggleHopeless(), "aria-pressed": "false", title: "For this query no product can be right, whatever the shop has" });
  const element = h("div", { class: "mm-judge-others", role: "group", "aria-label": "Other answers" }, unsure, skip, hopeless);
  const show = ({ answer }) => {
    unsure.setAttribute("aria-pressed", String(answer === "cant_tell"));
    skip.setAttribute("aria-pressed", String(answer === "skipped"));
    skip.disabled = desk.status === "training";
    hopeless.setAttribute("aria-pressed", String(desk.notes.isHopeless(desk.at.query.id)));
  };
  return { element, show };
}

function makeComment() {
  const field = h("textarea", { id: "mm-judge-comment", rows: 2, maxlength: 2000, placeholder: "What should be known of this product and query" });
  const done = button("Done", { class: "mm-tool", title: "Ctrl+Enter" });
  const opener = keyed("Comment", command("comment"), { "aria-expanded": "false", "aria-pressed": "false", "aria-controls": "mm-judge-comment" });
  const form = h("div", { class: "mm-judge-comment", hidden: true }, h("label", { for: "mm-judge-comment", class: "mm-told" }, "Comment"), field, done);
  let from = null;
  const open = () => {
    if (desk.feedback) return;
    from = document.activeElement;
    form.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    field.value = desk.draft.comment;
    field.focus();
  };
  const isDraft = () => desk.at && desk.answers.isOpen(desk.at);
  const save = () => {
    if (!desk.at || isDraft()) return; // a draft was kept letter by letter
    if (field.value.trim() !== desk.draft.comment) desk.note({ comment: field.value.trim() });
  };
  const close = ({ keep = true } = {}) => {
    if (form.hidden) return;
    const focused = form.contains(document.activeElement);
    form.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (keep) save();
    if (focused) (from?.isConnected && !form.contains(from) ? from : opener).focus({ preventScroll: true });
  };
  opener.addEventListener("click", () => (form.hidden ? open() : close()));
  done.addEventListener("click", () => close());
  field.addEventListener("change", save); // before the button that is clicked next hears of it
  field.addEventListener("input", () => isDraft() && desk.note({ comment: field.value }));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // letters are letters here
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
      event.preventDefault();
      close();
    }
  });
  const show = () => {
    const { comment } = desk.draft;
    opener.setAttribute("aria-pressed", String(Boolean(comment.trim())));
  };
  return { element: form, opener, show, open, close };
}

// The training round: what was expected, and why.
function makeFeedback() {
  const told = h("div", { class: "mm-judge-feedback-told", role: "status" });
  const on = keyed("Next", "Enter", { class: "mm-primary", onclick: () => desk.advance() });
  const element = h("div", { class: "mm-judge-feedback", hidden: true }, told, on);
  const show = () => {
    const { feedback } = desk;
    element.hidden = !feedback;
    if (!feedback) return;
    const { waiting, right, grade, why, given } = feedback;
    on.hidden = Boolean(waiting);
    element.dataset.right = waiting ? "" : String(right);
    if (waiting) return void told.replaceChildren(h("span", { class: "mm-spinner" }), " Comparing with what is expected…");
    const expected = desk.questions.step("relevance", grade);
    const yours = desk.questions.step("relevance", given.relevance);
    told.replaceChildren(
      h("h2", {}, icon(right ? "check" : "close"), right ? `${expected}, as expected` : `Expected: ${expected}`),
      right ? "" : h("p", {}, `You said ${yours}.`),
      why ? h("p", { dir: "auto" }, why) : "",
    );
    if (!on.contains(document.activeElement)) on.focus({ preventScroll: true });
  };
  return { element, show };
}
