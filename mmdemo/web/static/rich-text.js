// Show Markdown, which the server takes apart. Knows none of its rules, and makes no other element
// than these.

import { post } from "./api.js";
import { h } from "./dom.js";

const TAGS = new Set(["p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "br", "a", "table", "thead", "tbody", "tr", "th", "td"]);

const read = new Map(); // Markdown → its nodes

// The text as elements; as it is written if the server cannot be asked.
export async function readable(markdown) {
  if (!markdown.trim()) return h("p", { class: "mm-soft" }, "Nothing is written here.");
  try {
    if (!read.has(markdown)) read.set(markdown, (await post("api/markdown", { markdown })).nodes);
    return makeRichText(read.get(markdown));
  } catch {
    return h("pre", { class: "mm-rich-plain", dir: "auto" }, markdown);
  }
}

// nodes: texts, or {tag, href, children}
function makeRichText(nodes) {
  return h("div", { class: "mm-rich", dir: "auto" }, (nodes ?? []).map(make));
}

function make(node) {
  if (typeof node === "string") return node;
  const { tag, href, children = [] } = node;
  const inside = children.map(make);
  if (!TAGS.has(tag)) return h("span", {}, inside);
  const link = tag === "a" ? { href: safe(href), target: "_blank", rel: "noopener noreferrer" } : {};
  return h(tag, link, inside);
}

function safe(href) {
  try {
    const url = new URL(href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
