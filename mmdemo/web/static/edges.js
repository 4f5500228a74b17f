// A row that scrolls sideways shows at which end it has more. Knows no row.

const ROUNDED = 1; // px that browsers round away

// Keeps `data-more` of what scrolls: "left", "right", "both" or none; page.css fades these ends.
export function showEdges(element) {
  const show = () => {
    const { scrollLeft, scrollWidth, clientWidth } = element;
    const left = scrollLeft > ROUNDED;
    const right = scrollLeft < scrollWidth - clientWidth - ROUNDED;
    if (left || right) element.dataset.more = left && right ? "both" : left ? "left" : "right";
    else delete element.dataset.more;
  };
  element.addEventListener("scroll", show, { passive: true });
  // Browsers leave what is in sight by half as it is. A click must not move what it is on.
  element.addEventListener("focusin", ({ target }) => target !== element && target.matches(":focus-visible") && target.scrollIntoView({ inline: "nearest", block: "nearest" }));
  new ResizeObserver(show).observe(element);
  new MutationObserver(show).observe(element, { childList: true, characterData: true, subtree: true, attributeFilter: ["hidden"] });
  return element;
}

// Scrolls a row, and nothing around it, until one of its parts stands in its middle.
export function bringInRow(row, part) {
  row.scrollLeft += part.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - part.offsetWidth) / 2;
}
