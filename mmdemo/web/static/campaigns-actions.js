// What a lead does with a campaign. Knows no judgment.

import { h, plural } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { makePreview } from "./campaigns-form.js";
import { ask, choice, field } from "./campaigns-parts.js";
import { session } from "./session.js";
import { download } from "./tables.js";

const RULES = [
  ["majority", "Majority", "the grade most judges gave; of a tie the lower one"],
  ["mean", "Mean", "rounded to the nearest grade"],
  ["median", "Median", "the middle grade"],
  ["lowest", "Lowest", "the strictest judge"],
  ["adjudicated", "Decisions first", "a third person's decision where there is one, else the majority"],
  ["dawid-skene", "Dawid–Skene", "judges weigh by how reliable they turn out to be"],
];

const STRATEGIES = [["by_query", "One query after the other"], ["by_depth", "What stands highest first"], ["most_decisive", "What decides most first"]];

export function askState({ name, title }, state) {
  const closing = state === "closed";
  ask({
    title: closing ? `Close “${title || name}”?` : `Open “${title || name}” for judges?`,
    about: closing ? "Nobody gets new pairs. Answers that are still on their way are kept. It can be opened again." : "Its judges get pairs from now on. With the first one, scale and pool rule are fixed.",
    fields: [],
    action: closing ? "Close" : "Open",
    run: () => desk.setState(name, state),
  });
}

export function askGuidelines({ name, guidelines }) {
  const text = h("textarea", { rows: 14, name: "markdown" }, guidelines.markdown);
  ask({
    title: "New version of the guidelines",
    about: `This becomes version ${guidelines.version + 1}. Judges at work are shown it; every judgment tells which version it was given under.`,
    fields: [field("In Markdown", text), makePreview(text)],
    action: "Publish",
    run: async () => {
      const { version } = await desk.writeGuidelines(name, { markdown: text.value });
      session.notice(`Version ${version ?? guidelines.version + 1} of the guidelines is out`);
    },
  });
}

export async function askGrow({ name, definition }) {
  let rankers = [];
  try {
    ({ rankers } = await desk.options());
  } catch (error) {
    return session.notice(error.message, { kind: "problem" });
  }
  const others = rankers.filter((one) => !definition.rankers.includes(one.name) && !one.unavailable);
  const depth = h("input", { type: "number", min: definition.depth, max: 1000, value: definition.depth, required: true });
  return ask({
    title: "Grow the pool",
    about: "What is in the pool stays, with its grades; only what is new is asked.",
    fields: [
      others.length ? h("fieldset", {}, h("legend", {}, "Further rankers"), others.map((one) => choice("checkbox", "ranker", { value: one.name, name: one.label, about: one.about }))) : h("p", { class: "mm-soft" }, "All rankers that are there are in the pool."),
      field("Depth", depth, "The first so many products of each ranker"),
    ],
    action: "Grow",
    run: async (form) => {
      const chosen = [...form.querySelectorAll("[name=ranker]:checked")].map(({ value }) => value);
      const { added } = await desk.grow(name, { rankers: chosen, depth: Number(depth.value) });
      session.notice(added ? `${plural(added, "pair")} more to judge` : "The pool had them all");
    },
  });
}

export async function askJudges({ name, judges }) {
  let candidates = [];
  try {
    candidates = (await desk.judges(name)).judges.filter(({ member }) => typeof member === "boolean");
  } catch (error) {
    return session.notice(error.message, { kind: "problem" });
  }
  const done = new Map(judges.map((one) => [one.name, one.done]));
  if (!candidates.length) {
    return ask({ title: "Judges", about: "There are no accounts: whoever uses this server may judge every campaign. `mmdemo users` makes accounts.", fields: [], action: "Good", run: () => null });
  }
  return ask({
    title: "Who may judge here",
    about: "Judges see only the campaigns that they are in. What they have judged stays when they leave.",
    fields: candidates.map((one) => choice("checkbox", "judge", { value: one.name, name: one.name, about: done.get(one.name) ? `${plural(done.get(one.name), "judgment")} done` : "", checked: one.member })),
    action: "Save",
    run: async (form) => {
      for (const { value, checked } of form.querySelectorAll("[name=judge]")) {
        if (candidates.find((one) => one.name === value).member !== checked) await desk.setMember(name, value, checked);
      }
    },
  });
}

export function askSettings({ name, definition, locked }) {
  const share = (value, attributes = {}) => h("input", { type: "number", min: 0, max: 50, step: "any", value: Math.round(1000 * value) / 10, ...attributes });
  const each = h("input", { type: "number", min: 1, max: 20, value: definition.judges_per_pair, disabled: locked });
  const repeats = share(definition.repeat_share);
  const gold = share(definition.gold_share);
  const random = share(definition.random_share, { min: 1, max: 100 });
  const lease = h("input", { type: "number", min: 1, max: 1440, step: "any", value: definition.lease_minutes });
  ask({
    title: "Settings",
    fields: [
      h("fieldset", {}, h("legend", {}, "Which pair comes next"), STRATEGIES.map(([value, label]) => choice("radio", "strategy", { value, name: label, checked: value === definition.strategy }))),
      h(
        "div",
        { class: "mm-fields" },
        field("Judges for each pair", each, locked ? "Fixed: judging has begun" : ""),
        field("Hidden repeats, %", repeats),
        field("Known pairs among the others, %", gold),
        field("Drawn at random, %", random),
        field("Minutes a pair is kept", lease, "for a judge who does nothing"),
      ),
    ],
    action: "Save",
    run: (form) =>
      desk.redefine(name, {
        ...(locked ? {} : { judges_per_pair: Number(each.value) }),
        repeat_share: Number(repeats.value) / 100,
        gold_share: Number(gold.value) / 100,
        random_share: Number(random.value) / 100,
        lease_minutes: Number(lease.value),
        strategy: form.querySelector("[name=strategy]:checked").value,
      }),
  });
}

export function askRequeue(campaign, body, what) {
  ask({
    title: "Have it judged again?",
    about: `One more judgment is asked for ${what}, of somebody who has not judged it yet. What is there stays and counts.`,
    fields: [],
    action: "Judge again",
    run: async () => {
      const { requeued } = await desk.requeue(campaign, body);
      session.notice(`${plural(requeued, "pair")} will be judged again`);
    },
  });
}

export function askExport({ name, judgments }) {
  const extras = h("input", { type: "checkbox", name: "extras" });
  ask({
    title: "Export",
    about: judgments.done < judgments.needed ? "Not all is judged yet: what is missing is missing in the files, too." : "Raw events, the grades under a rule, TREC files and a manifest from which others get the same.",
    fields: [
      h("fieldset", {}, h("legend", {}, "One grade for each pair by"), RULES.map(([value, label, about], place) => choice("radio", "rule", { value, name: label, about, checked: place === 0 }))),
      h("label", { class: "mm-choice" }, extras, h("span", {}, h("b", {}, "Count extra answers"), h("span", { class: "mm-soft" }, "those that came after a pair had enough"))),
    ],
    action: "Download",
    run: async (form) => download(await desk.exportFile(name, form.querySelector("[name=rule]:checked").value, extras.checked)),
  });
}
