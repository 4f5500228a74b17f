// The page's first line: catalog and models, whether all grades are saved, undo.
// Knows no card.

import { SCALE } from "./grades.js";
import { address, formatCount, h, icon, plural } from "./dom.js";
import { session } from "./session.js";

export function mount({ element, props, watch }) {
  const root = element.querySelector(".mm-mount");
  const status = h("div", { class: "mm-status", role: "status" });
  const saving = makeSaving();
  root.classList.add("mm-header");
  root.replaceChildren(
    h("img", { class: "mm-logo", src: address("favicon.ico"), alt: "", width: 34, height: 34 }),
    h("h1", {}, "mmdemo"),
    status,
    saving.element,
  );
  const show = () => {
    root.dataset.state = props.value.state;
    status.replaceChildren(...told(props.value));
    if (props.value.state !== "ready") return;
    session.begin(props.value);
    saving.show();
  };
  watch("value", show);
  show();
}

function told({ state, message, catalog, products, models }) {
  if (state === "loading") {
    return [h("span", { class: "mm-spinner", "aria-hidden": "true" }), "Loading the model…"];
  }
  if (state === "failed") return [icon("warning"), h("span", {}, message)];
  const facts = [h("bdi", { class: "mm-catalog" }, catalog), plural(products, "product"), ...models];
  return facts.map((fact) => h("span", { class: "mm-fact" }, fact));
}

function makeSaving() {
  const pill = h("button", { type: "button", class: "mm-pill", "aria-expanded": "false" });
  const undo = h(
    "button",
    { type: "button", class: "mm-undo", "aria-label": "Undo", title: "Take the last grade back (key u on a card)" },
    icon("undo"),
    h("span", {}, "Undo"),
  );
  const panel = h("div", { class: "mm-panel", hidden: true });
  const element = h("div", { class: "mm-saving-state", hidden: true }, undo, pill, panel);

  const show = () => {
    const { outbox, grades } = session;
    if (!outbox) return;
    element.hidden = false;
    undo.disabled = grades.undoable.length === 0;
    const entries = outbox.entries();
    const failed = entries.filter(({ state }) => state === "failed");
    const pending = entries.filter(({ state }) => state === "pending");
    const waiting = pending.length;
    const others = outbox.othersWaiting();
    const [state, text] = failed.length
      ? ["failed", `${formatCount(failed.length)} not saved`]
      : waiting
        ? ["pending", `${formatCount(waiting)} waiting…`]
        : ["saved", "All saved"];
    if (pill.dataset.state !== state || pill.textContent !== text) {
      pill.dataset.state = state;
      pill.replaceChildren(
        icon({ failed: "warning", pending: "clock", saved: "check" }[state]),
        h("span", { role: "status" }, text),
      );
    }
    panel.replaceChildren(...explained({ failed, pending, others, judge: outbox.judge }));
  };
  const open = (wanted) => {
    panel.hidden = !wanted;
    pill.setAttribute("aria-expanded", String(wanted));
  };
  pill.addEventListener("click", () => open(panel.hidden));
  undo.addEventListener("click", () => session.undo());
  addEventListener("click", ({ target }) => element.contains(target) || open(false));
  element.addEventListener("keydown", ({ key }) => key === "Escape" && open(false));
  panel.addEventListener("click", (event) => {
    const { act, event: id } = event.target.closest("button")?.dataset ?? {};
    event.stopPropagation(); // its button may be gone by the time the page hears of it
    if (act === "retry") session.outbox.retry(id);
    if (act === "discard") session.outbox.discard(id);
  });
  session.addEventListener("grades", show);
  session.addEventListener("ready", show);
  return { element, show };
}

function explained({ failed, pending, others, judge }) {
  const lines = [];
  const waiting = pending.length;
  if (!failed.length && !waiting) lines.push(h("p", {}, "Every grade is stored on the server."));
  if (waiting) {
    const them = waiting === 1 ? "1 grade is" : `${formatCount(waiting)} grades are`;
    lines.push(h("p", {}, `${them} kept in this browser and sent as soon as the server takes them.`));
    const reason = pending.findLast((entry) => entry.reason)?.reason;
    if (reason) lines.push(h("p", { class: "mm-who" }, "Why: ", reason));
  }
  for (const { event, reason } of failed) {
    const name = SCALE.find(({ grade }) => grade === event.grade)?.name ?? "no grade";
    lines.push(
      h(
        "div",
        { class: "mm-refused" },
        h("p", {}, h("b", {}, name), " for ", h("bdi", {}, event.product_id), ": ", reason),
        h("button", { type: "button", "data-act": "retry", "data-event": event.client_event_id }, "Try again"),
        h("button", { type: "button", "data-act": "discard", "data-event": event.client_event_id }, "Discard"),
      ),
    );
  }
  if (others) {
    lines.push(h("p", {}, `${plural(others, "grade")} of other judges wait here for them to sign in.`));
  }
  lines.push(h("p", { class: "mm-who" }, "Grading as ", h("bdi", {}, judge)));
  return lines;
}
