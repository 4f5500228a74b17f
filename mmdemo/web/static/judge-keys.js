// What each key does while a product is judged. Knows no element.
//
// The campaign's own keys, of grades and reasons, come before the page's.

const COMMANDS = {
  cant_tell: "x",
  skip: "k",
  hopeless: "n",
  comment: "m",
  undo: "u",
  guidelines: "g",
  history: "h",
  pause: "p",
  zoom: "z",
  layout: "v",
  photo: ".",
};
const OTHERS = { "?": "guidelines", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Backspace: "back", Escape: "back", Enter: "on" };

const same = (one, key) => Boolean(one) && one.toLowerCase() === key.toLowerCase();

export function keyOfGrade({ grade, key }) {
  return key || String(grade);
}

// The key of a command, or "" where the campaign uses it for something else.
export function keyOfCommand(name, campaign) {
  const key = COMMANDS[name];
  if (!key) return "";
  const own = [campaign.scale, ...campaign.questions.map(({ scale }) => scale), campaign.reasons].flat();
  const taken = own.some((one) => same(one?.key, key));
  return taken ? "" : key;
}

// {grade} or {reason} or {command}; null for every other key.
export function actionOf(event, { scale, campaign }) {
  const { key } = event;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (key.toLowerCase() === "z") return { command: event.shiftKey ? "redo" : "undo" };
    return key.toLowerCase() === "y" ? { command: "redo" } : null;
  }
  const step = scale.find((one) => same(one.key, key)) ?? scale.find((one) => String(one.grade) === key);
  if (step) return { grade: step.grade };
  const reason = campaign.reasons.find((one) => same(one.key, key));
  if (reason) return { reason: reason.name };
  if (OTHERS[key]) return { command: OTHERS[key] };
  const command = Object.keys(COMMANDS).find((name) => same(keyOfCommand(name, campaign), key));
  if (command === "undo" && event.shiftKey) return { command: "redo" };
  return command ? { command } : null;
}
