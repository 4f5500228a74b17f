// What the campaigns' page looks at, and what it asks the server. Knows no element.

import { getFile, getJson, post } from "./api.js";

const PATIENCE = 300_000; // ms; a pool of thousands of queries, ranked on a slow machine
const EMPTY = { campaign: "", part: "progress", judge: "", query: "", product: "", create: false };

const path = (name, ...rest) => ["api/campaigns", encodeURIComponent(name), ...rest].join("/");
const asked = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));

// Events: "view" when something else is looked at, "changed" when a campaign was changed.
class CampaignsDesk extends EventTarget {
  view = readView(location.search);

  start() {
    addEventListener("popstate", () => this.#look(readView(location.search)));
  }

  go(change) {
    const view = { ...this.view, ...change };
    const url = new URL(this.address(change));
    if (url.href !== location.href) history.pushState(null, "", url);
    this.#look(view);
  }

  // Where a view is found.
  address(change) {
    const { campaign, part, judge, query, product, create } = { ...this.view, ...change };
    const url = new URL(location.href);
    url.search = asked({ campaign, part: part === EMPTY.part ? "" : part, judge, query, product, create: create ? "yes" : "" });
    return url.href;
  }

  #look(view) {
    this.view = view;
    this.dispatchEvent(new Event("view"));
  }

  list = () => getJson("api/campaigns");
  options = () => getJson("api/campaigns/options");
  get = (name) => getJson(path(name));
  preview = (body, signal) => post("api/campaigns/preview", body, { signal, patience: PATIENCE });
  create = (body) => post("api/campaigns", body, { patience: PATIENCE });
  judges = (name) => getJson(path(name, "judges"));
  quality = (name, question) => getJson(path(name, `quality?${asked({ question })}`));
  disputes = (name, { question, open = true }) => getJson(path(name, `disputes?${asked({ question, open, limit: 50 })}`));
  events = (name, { judge, query, product, before }) => getJson(path(name, `history?${asked({ judge, query_id: query, product_id: product, before, limit: 50 })}`));
  exportFile = (name, rule, extras) => getFile(path(name, `export?${asked({ rule, extras: extras ? "true" : "" })}`), { patience: PATIENCE });

  // What a lead does; whoever shows the campaign asks for it again.
  setState = (name, state) => this.#change(path(name, "state"), { state });
  redefine = (name, body) => this.#change(path(name, "definition"), body);
  writeGuidelines = (name, body) => this.#change(path(name, "guidelines"), body);
  grow = (name, body) => this.#change(path(name, "grow"), body);
  requeue = (name, body) => this.#change(path(name, "requeue"), body);
  setMember = (name, judge, member) => this.#change(path(name, "judges"), { name: judge, member });
  adjudicate = (name, body) => post(path(name, "adjudicate"), body);

  async #change(address, body) {
    const answer = await post(address, body, { patience: PATIENCE });
    this.dispatchEvent(new Event("changed"));
    return answer;
  }
}

function readView(search) {
  const given = new URLSearchParams(search);
  return { ...Object.fromEntries(Object.keys(EMPTY).map((name) => [name, given.get(name) || EMPTY[name]])), create: given.has("create") };
}

export const desk = new CampaignsDesk();
