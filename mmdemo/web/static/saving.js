// Whether all that was given is saved: a pill in the header, and what waits or was refused.
// Knows no grade and no server.

import { button, formatCount, h, icon, plural } from "./dom.js";

// of: {heard: EventTarget, names: its events after which to look again, outboxes(): [Outbox],
// always(): to be seen even if nothing waits, tell(event): [what was given, to what], noun, nouns}
export function makeSaving(of) {
  const pill = h("button", { type: "button", class: "mm-pill", "aria-expanded": "false", "aria-haspopup": "true" });
  const panel = h("div", { class: "mm-panel", hidden: true });
  const element = h("div", { class: "mm-saving-state", hidden: true }, pill, panel);

  const show = () => {
    const outboxes = of.outboxes();
    if (!outboxes.length) return;
    const entries = outboxes.flatMap((outbox) => outbox.entries());
    const failed = entries.filter(({ state }) => state === "failed");
    const pending = entries.filter(({ state }) => state === "pending");
    const others = outboxes.reduce((sum, outbox) => sum + outbox.othersWaiting(), 0);
    element.hidden = !(of.always() || entries.length || others);
    const [state, text] = failed.length
      ? ["failed", `${formatCount(failed.length)} not saved`]
      : pending.length
        ? ["pending", `${formatCount(pending.length)} waiting…`]
        : ["saved", "All saved"];
    if (pill.dataset.state !== state || pill.textContent !== text) {
      pill.dataset.state = state;
      pill.replaceChildren(
        icon({ failed: "warning", pending: "clock", saved: "check" }[state]),
        h("span", { role: "status" }, text),
      );
    }
    panel.replaceChildren(...explained({ failed, pending, others, judge: outboxes[0].judge }, of));
  };
  const open = (wanted) => {
    panel.hidden = !wanted;
    pill.setAttribute("aria-expanded", String(wanted));
  };
  pill.addEventListener("click", () => open(panel.hidden));
  addEventListener("click", ({ target }) => element.contains(target) || open(false));
  element.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !panel.hidden) {
      open(false);
      pill.focus();
    }
  });
  panel.addEventListener("click", (event) => {
    const { act, event: id } = event.target.closest("button")?.dataset ?? {};
    event.stopPropagation(); // its button may be gone by the time the page hears of it
    for (const outbox of of.outboxes()) {
      if (act === "retry") outbox.retry(id);
      if (act === "discard") outbox.discard(id);
    }
  });
  for (const name of of.names) of.heard.addEventListener(name, show);
  show();
  return element;
}

function explained({ failed, pending, others, judge }, { tell, noun, nouns = `${noun}s` }) {
  const lines = [];
  const waiting = pending.length;
  if (!failed.length && !waiting) lines.push(h("p", {}, `Every ${noun} is stored on the server.`));
  if (waiting) {
    const them = `${plural(waiting, noun, nouns)} ${waiting === 1 ? "is" : "are"}`;
    lines.push(h("p", {}, `${them} kept in this browser and sent as soon as the server takes them.`));
    const reason = pending.findLast((entry) => entry.reason)?.reason;
    if (reason) lines.push(h("p", { class: "mm-soft" }, "Why: ", reason));
  }
  for (const { event, reason } of failed) {
    const [given, title] = tell(event);
    lines.push(
      h(
        "div",
        { class: "mm-refused" },
        h("p", {}, h("b", {}, given), " for ", h("bdi", {}, title), ": ", reason),
        button("Try again", { "data-act": "retry", "data-event": event.client_event_id }),
        button("Discard", { "data-act": "discard", "data-event": event.client_event_id }),
      ),
    );
  }
  if (others) {
    lines.push(h("p", {}, `${plural(others, noun, nouns)} of other judges wait here for them to sign in.`));
  }
  lines.push(h("p", { class: "mm-soft" }, "Grading as ", h("bdi", {}, judge)));
  return lines;
}
