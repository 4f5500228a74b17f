// Small charts as SVG, colored by the page's variables. Knows no query and no server.
//
// Each has a name for people who do not see it; those whose values are not in a table beside it
// tell them in their description.

const SPACE = "http://www.w3.org/2000/svg";

export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A chart that fills its width; `title` and `told` are read out.
export function chart(width, height, { title, told = "", name = "", ...attributes }, ...children) {
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, class: `mm-chart ${name}`, role: "img", "aria-label": told ? `${title}. ${told}` : title, ...attributes },
    ...children,
  );
}

export const scale = ([low, high], [from, to]) => {
  const span = high > low ? high - low : 1;
  return (value) => from + ((value - low) / span) * (to - from);
};

// Round values inside two ends, at steps of 1, 2 or 5, at most `most`.
export function ticks([low, high], most = 6) {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= most) ?? 10 * power;
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9; at += 1) found.push(Number((at * step).toFixed(6)));
  return found;
}

export const round = (value, digits = 3) => (value === null || value === undefined ? "–" : value.toFixed(digits));
export const signed = (value, digits = 3) =>
  value === null || value === undefined ? "–" : `${value > 0.5 * 10 ** -digits ? "+" : value < -0.5 * 10 ** -digits ? "−" : "±"}${Math.abs(value).toFixed(digits)}`;
const dot = (value) => value.toFixed(1);

// Ends that hold all intervals and zero, with some air.
export function ends(intervals) {
  const low = Math.min(0, ...intervals.map((one) => one.low));
  const high = Math.max(0, ...intervals.map((one) => one.high));
  const air = 0.06 * Math.max(high - low, 1e-6);
  return [low - air, high + air];
}

export const tone = (mean, shown) => (shown ? (mean > 0 ? "good" : "bad") : "open");

// A mean with its interval against a line at zero; the same `span` down a table makes a forest plot.
export function intervalBar(interval, span, { shown, title = "" }) {
  const x = scale(span, [5, 175]);
  return chart(
    180,
    20,
    { title: `${title}${signed(interval.mean)}, from ${signed(interval.low)} to ${signed(interval.high)}`, name: `mm-interval mm-tone-${tone(interval.mean, shown)}`, preserveAspectRatio: "none" },
    s("line", { class: "mm-zero", x1: dot(x(0)), x2: dot(x(0)), y1: 0, y2: 20 }),
    s("line", { class: "mm-whisker", x1: dot(x(interval.low)), x2: dot(x(interval.high)), y1: 10, y2: 10 }),
    s("rect", { class: "mm-point", x: dot(x(interval.mean) - 4), y: 6, width: 8, height: 8, rx: 4 }),
  );
}

export function sparkline(values, best) {
  if (!values.length) return "";
  const x = scale([0, values.length - 1], [69, 3]); // text alone at the left
  const y = scale([0, 1], [19, 3]);
  return chart(
    72,
    22,
    { title: `From ${round(values.at(-1), 2)} with the text alone to ${round(values[0], 2)} with the photo alone`, name: "mm-spark" },
    s("polyline", { points: values.map((value, at) => `${dot(x(at))},${dot(y(value))}`).join(" ") }),
    best ? s("circle", { cx: dot(scale([0, 1], [69, 3])(best[0])), cy: dot(y(best[1])), r: 2.6 }) : null,
  );
}

function grid(x, y, xs, ys, [left, right, top, bottom], format = (value) => String(value)) {
  return [
    ys.map((value) => [
      s("line", { class: "mm-grid", x1: left, x2: right, y1: dot(y(value)), y2: dot(y(value)) }),
      s("text", { class: "mm-tick mm-end", x: left - 6, y: dot(y(value) + 4) }, format(value)),
    ]),
    xs.map((value) => s("text", { class: "mm-tick mm-middle", x: dot(x(value)), y: bottom + 16 }, format(value))),
    top === null ? null : s("line", { class: "mm-axis", x1: left, x2: right, y1: bottom, y2: bottom }),
  ];
}

// Dots of queries side by side by what they gained, stacked where they meet.
// dots: [{id, value, css, title}]
export function stripPlot(dots, { title, low, high, onpick, chosen }) {
  const width = 720;
  const largest = Math.max(0.05, ...dots.map(({ value }) => Math.abs(value)));
  const x = scale([-largest, largest], [16, width - 16]);
  const columns = new Map();
  const placed = [...dots]
    .sort((a, b) => a.value - b.value)
    .map((one) => {
      const column = Math.round(x(one.value) / 8);
      const height = columns.get(column) ?? 0;
      columns.set(column, height + 1);
      return { ...one, column, height };
    });
  const step = Math.min(8, 236 / Math.max(1, ...columns.values()));
  const base = Math.max(250, Math.max(1, ...columns.values()) * step + 14);
  return chart(
    width,
    base + 42,
    { title, told: `${dots.length} queries, from ${signed(placed[0]?.value ?? 0, 2)} to ${signed(placed.at(-1)?.value ?? 0, 2)}`, name: "mm-strip-plot" },
    s("line", { class: "mm-zero", x1: dot(x(0)), x2: dot(x(0)), y1: 2, y2: base }),
    s("line", { class: "mm-axis", x1: 16, x2: width - 16, y1: base, y2: base }),
    placed.map(({ id, css, column, height, title: told }) =>
      s("circle", { class: `mm-dot ${css}${id === chosen ? " mm-chosen-dot" : ""}`, cx: column * 8, cy: dot(base - (height + 0.5) * step), r: 3.6, "data-id": id, onclick: () => onpick(id) }, s("title", {}, told)),
    ),
    ticks([-largest, largest], 8).map((value) => s("text", { class: "mm-tick mm-middle", x: dot(x(value)), y: base + 16 }, value ? signed(value, 1 / largest > 5 ? 2 : 1) : "0")),
    s("text", { class: "mm-label", x: 16, y: base + 35 }, `← ${low}`),
    s("text", { class: "mm-label mm-end", x: width - 16, y: base + 35 }, `${high} →`),
  );
}

// One dot a query: its value by one list against its value by another. dots: [{id, x, y, css, title}]
export function scatterPlot(dots, { title, across, up, onpick, chosen }) {
  const x = scale([0, 1], [46, 404]);
  const y = scale([0, 1], [330, 14]);
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const above = dots.filter((one) => one.y > one.x + 1e-9).length;
  const below = dots.filter((one) => one.y < one.x - 1e-9).length;
  return chart(
    420,
    372,
    { title, told: `${above} queries above the diagonal, ${below} below`, name: "mm-scatter" },
    s("polygon", { class: "mm-half-good", points: `${x(0)},${y(0)} ${x(0)},${y(1)} ${x(1)},${y(1)}` }),
    grid(x, y, steps, steps, [46, 404, 14, 330]),
    s("line", { class: "mm-zero", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    dots.map(({ id, x: one, y: other, css, title: told }) =>
      s("circle", { class: `mm-dot ${css}${id === chosen ? " mm-chosen-dot" : ""}`, cx: dot(x(one)), cy: dot(y(other)), r: 4, "data-id": id, onclick: () => onpick(id) }, s("title", {}, told)),
    ),
    s("text", { class: "mm-label mm-end", x: 404, y: 366 }, `${across} →`),
    s("text", { class: "mm-label", x: 52, y: 26 }, `↑ ${up}`),
  );
}

// A curve over weights of text with its band, text alone at the left as on the search page.
// marks: [{weights, value, css}], several weights where each query has one of them.
export function weightChart(curve, { title, marks, oracle, warned, height = 300 }) {
  const width = 720;
  const low = Math.min(...curve.low);
  const high = Math.max(...curve.high, oracle ?? 0);
  const span = [Math.max(0, low - 0.02), Math.min(1, high + 0.02)];
  const x = scale([0, 1], [width - 18, 54]);
  const y = scale(span, [height - 48, oracle ? 34 : 14]); // its name stands above its line
  const at = (weight, value) => `${dot(x(weight))},${dot(y(value))}`;
  const band = [...curve.weights.map((w, i) => at(w, curve.high[i])), ...curve.weights.map((w, i) => at(w, curve.low[i])).reverse()];
  const best = Math.max(...curve.means);
  const half = (curve.weights[1] - curve.weights[0]) / 2;
  const top = oracle ? dot(y(oracle)) : 14;
  const edges = (weight) => [x(Math.min(1, weight + half)), x(Math.max(0, weight - half))];
  const drawn = chart(
    width,
    height,
    { title, told: `From ${round(curve.means.at(-1))} with the text alone over ${round(best)} at its best to ${round(curve.means[0])} with the photo alone`, name: "mm-curve" },
    warned.map((weight) => edges(weight)).map(([left, right]) => s("rect", { class: "mm-warned", x: dot(left), width: dot(right - left), y: 14, height: height - 62 })),
    grid(x, y, [0, 0.2, 0.4, 0.6, 0.8, 1], ticks(span, 5), [54, width - 18, 14, height - 48]),
    s("polygon", { class: "mm-band", points: band.join(" ") }),
    oracle ? [s("line", { class: "mm-oracle", x1: 54, x2: width - 18, y1: top, y2: top }), s("text", { class: "mm-label", x: 54, y: dot(y(oracle) - 8) }, `each query at its own best weight ${round(oracle)}`)] : null,
    s("polyline", { class: "mm-line", points: curve.weights.map((w, i) => at(w, curve.means[i])).join(" ") }),
    marks.map(({ weights, value, css }) => [
      weights.map((weight) => s("line", { class: `mm-at ${css}`, x1: dot(x(weight)), x2: dot(x(weight)), y1: top, y2: height - 48 })),
      weights.length > 1 ? s("line", { class: `mm-at-all ${css}`, x1: dot(x(weights[0])), x2: dot(x(weights.at(-1))), y1: dot(y(value)), y2: dot(y(value)) }) : null,
      weights.map((weight) => s("circle", { class: `mm-mark-dot ${css}`, cx: dot(x(weight)), cy: dot(y(value)), r: 5.5 })),
    ]),
    s("text", { class: "mm-label", x: 54, y: height - 8 }, "← text alone"),
    s("text", { class: "mm-label mm-middle", x: (54 + width - 18) / 2, y: height - 8 }, "weight of text"),
    s("text", { class: "mm-label mm-end", x: width - 18, y: height - 8 }, "photo alone →"),
  );
  return drawn;
}

// Where the pairs of a half lie. kinds: [{name, css, counts, pairs}], each drawn to its own height.
export function histogram(edges, kinds, { title, told }) {
  const x = scale([edges[0], edges.at(-1)], [14, 406]);
  return chart(
    420,
    190,
    { title, told, name: "mm-histogram-chart" },
    kinds
      .filter(({ pairs }) => pairs)
      .map(({ css, counts }) => {
        const y = scale([0, Math.max(...counts)], [158, 14]);
        const points = counts.flatMap((count, i) => [`${dot(x(edges[i]))},${dot(y(count))}`, `${dot(x(edges[i + 1]))},${dot(y(count))}`]);
        return s("polygon", { class: `mm-spread ${css}`, points: `${dot(x(edges[0]))},158 ${points.join(" ")} ${dot(x(edges.at(-1)))},158` });
      }),
    s("line", { class: "mm-axis", x1: 14, x2: 406, y1: 158, y2: 158 }),
    ticks([edges[0], edges.at(-1)], 6).map((value) => s("text", { class: "mm-tick mm-middle", x: dot(x(value)), y: 174 }, value)),
    s("text", { class: "mm-label mm-end", x: 406, y: 188 }, "cosine: more alike →"),
  );
}

// Products and queries on a plane. points: [{x, y, css, color, title, onpick}], the last on top
export function plane(points, { title, told }) {
  const x = scale([Math.min(...points.map((p) => p.x)), Math.max(...points.map((p) => p.x))], [10, 990]);
  const y = scale([Math.min(...points.map((p) => p.y)), Math.max(...points.map((p) => p.y))], [450, 10]);
  return chart(
    1000,
    460,
    { title, told, name: "mm-plane" },
    points.map(({ x: across, y: up, css, color, title: name, shape, pick }) =>
      shape === "query"
        ? s("rect", { class: `mm-map ${css}`, style: color ? `fill:${color}` : null, x: dot(x(across) - 3.4), y: dot(y(up) - 3.4), width: 6.8, height: 6.8, transform: `rotate(45 ${dot(x(across))} ${dot(y(up))})`, onclick: pick }, s("title", {}, name))
        : s("circle", { class: `mm-map ${css}`, style: color ? `fill:${color}` : null, cx: dot(x(across)), cy: dot(y(up)), r: 2.7, onclick: pick }, s("title", {}, name)),
    ),
  );
}
