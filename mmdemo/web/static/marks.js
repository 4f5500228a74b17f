// What became of a product: exclusive, rescued, buried. Knows no element.

import { session } from "./session.js";

export const TEXT = "text";

// Badges of a product in a column of the answer.
export function badgesOf(id, column, answer) {
  const badges = [];
  if (column.rescued?.includes(id) && isFused(column.ranker)) {
    badges.push({ name: "rescued", about: `Text only does not have it among its first ${answer.top_k}; fusion lifts it in` });
  }
  if (isCompared(answer) && column.exclusive?.includes(id)) {
    badges.push({ name: "exclusive", about: "No other list here shows it" });
  }
  if (column.ranker === TEXT) {
    for (const other of answer.columns) {
      if (!isFused(other.ranker) || !other.buried?.includes(id)) continue;
      const rank = answer.places?.[id]?.[other.ranker];
      badges.push({ name: "buried", about: `${session.ranker(other.ranker).label} drops it from its first ${answer.top_k}${rank ? `, to number ${rank}` : ""}` });
      break;
    }
  }
  return badges;
}

// Is there another list that a product could be in?
export const isCompared = ({ columns }) => columns.filter(({ hits }) => hits.length).length > 1;

export const isFused = (ranker) => ranker.startsWith("fused");

// The family that a ranker's color stands for.
export function hueOf(ranker) {
  return ["text", "image", "fused"].find((family) => ranker.startsWith(family)) ?? "other";
}
