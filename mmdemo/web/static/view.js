// What is looked at, and its address. Knows no server and no element.
//
// The address holds the whole view, so that a link, a reload and the Back button bring it back.

export const MOST_COLUMNS = 4;
export const LISTS = ["text", "image", "fused"]; // the columns of a first visit

// text, photo (its key)     the query
// rankers                   one for each column, left to right
// weight                    of text, 0 to 1; null for the catalog's own
// top                       results per list
// fields, price             filters: {field: [values]}, {min, max} or null
// product                   the product that is opened, or ""
export function emptyView() {
  return { text: "", photo: "", rankers: LISTS, weight: null, top: 20, ...noFilters(), product: "" };
}

// An attribute may be called `constructor`: what is filtered by inherits nothing.
export const noFilters = () => ({ fields: Object.create(null), price: null });

// `fields` with other values for one of them.
export function withValues(fields, field, values) {
  const changed = Object.assign(Object.create(null), fields);
  if (values.length) changed[field] = values;
  else delete changed[field];
  return changed;
}

export const hasQuery = ({ text, photo }) => Boolean(text || photo);

export const filterCount = ({ fields, price }) =>
  Object.values(fields).reduce((sum, values) => sum + values.length, price ? 1 : 0);

export function readView(search) {
  const asked = new URLSearchParams(search);
  const view = emptyView();
  view.text = (asked.get("q") ?? "").trim();
  view.photo = asked.get("photo") ?? "";
  view.product = asked.get("product") ?? "";
  const rankers = [...new Set((asked.get("lists") ?? "").split(",").filter(Boolean))];
  if (rankers.length) view.rankers = rankers.slice(0, MOST_COLUMNS);
  view.weight = number(asked.get("weight"), 0, 1);
  view.top = Math.round(number(asked.get("top"), 1, 100) ?? view.top);
  for (const [name, value] of asked) {
    if (/^f\../s.test(name)) (view.fields[name.slice(2)] ??= []).push(value);
  }
  const [min, max] = (asked.get("price") ?? "").split("..").map((end) => number(end, 0, Infinity));
  if ((min ?? null) !== null || (max ?? null) !== null) view.price = { min: min ?? null, max: max ?? null };
  return view;
}

export function writeView(view, url) {
  const { text, photo, rankers, weight, top, fields, price, product } = view;
  const asked = new URLSearchParams();
  if (text) asked.set("q", text);
  if (photo) asked.set("photo", photo);
  if (rankers.join() !== LISTS.join()) asked.set("lists", rankers.join(","));
  if (weight !== null) asked.set("weight", weight);
  if (top !== emptyView().top) asked.set("top", top);
  for (const [field, values] of Object.entries(fields)) {
    for (const value of values) asked.append(`f.${field}`, value);
  }
  if (price) asked.set("price", `${price.min ?? ""}..${price.max ?? ""}`);
  if (product) asked.set("product", product);
  const address = new URL(url);
  address.search = asked;
  return address;
}

// The body of `POST /api/search`.
export function requestOf({ text, photo, rankers, weight, top, fields, price }) {
  const filters = { fields, ...(price ? { price } : {}) };
  return { text, photo, rankers, text_weight: weight, top_k: top, filters };
}

function number(text, low, high) {
  const value = text === null || text === undefined || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) && value >= low && value <= high ? value : null;
}
