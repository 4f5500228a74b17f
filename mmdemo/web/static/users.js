// The leads' page of users: who is here, what they may do, invitations. Knows no judgment.

import { getJson, post, remove } from "./api.js";
import { address, button, h, icon, sentence } from "./dom.js";
import { makeHeader } from "./header.js";
import { session } from "./session.js";
import { makeToasts } from "./toast.js";
import { panel } from "./trouble.js";

const ROLES = { judge: "Judge", lead: "Lead", viewer: "Viewer" };
const MAY = {
  judge: "grades what their campaigns ask, and sees nothing else",
  viewer: "searches, and reads the catalog and the analysis",
  lead: "may do everything",
};

export function mount(element) {
  const body = h("main", { class: "mm-main mm-catalog-page mm-users" }, h("p", { class: "mm-soft" }, h("span", { class: "mm-spinner" }), " One moment…"));
  const app = h("div", { class: "mm-app" }, makeHeader("Users"), body);
  makeToasts(app);
  element.replaceChildren(app);
  document.title = "Users · mmdemo";
  session.connect();
  load(body);
}

async function load(body) {
  try {
    const [told, campaigns] = await Promise.all([getJson("api/users"), namesOfCampaigns()]);
    show(body, told, campaigns);
  } catch (error) {
    const again = button("Try again", { class: "mm-primary", onclick: () => load(body) });
    body.replaceChildren(panel("warning", "Users cannot be shown", h("p", {}, sentence(error.message)), again));
  }
}

async function namesOfCampaigns() {
  const { campaigns = [] } = await getJson("api/campaigns").catch(() => ({}));
  return campaigns.map(({ name }) => name);
}

function show(body, { accounts, users, invitations }, campaigns) {
  const title = h("header", { class: "mm-catalog-title" }, h("h1", {}, "Users"));
  if (!accounts) {
    const how = ["Nobody has to sign in: whoever reaches this server may do everything. The first user, best a lead, turns sign-in on. Make one in a shell: ", h("code", {}, "mmdemo users add NAME --role lead")];
    return body.replaceChildren(title, sheet("There are no users", h("p", {}, how)));
  }
  const known = [...new Set([...campaigns, ...users.flatMap((user) => user.campaigns)])].sort();
  const change = async (body_, done) => {
    try {
      show(body, await post("api/users", body_), campaigns);
      session.notice(done);
    } catch (error) {
      session.notice(sentence(error.message), { kind: "problem" });
      load(body);
    }
  };
  body.replaceChildren(title, makeUsers(users, known, change), makeInvite(body, known), makeOpen(body, invitations, campaigns));
  return undefined;
}

const sheet = (title, ...children) => h("section", { class: "mm-sheet" }, h("h2", {}, title), children);

function makeUsers(users, known, change) {
  const head = ["Name", "Role", "Campaigns", "Last here", "Access"].map((name) => h("th", { scope: "col" }, name));
  const rows = users.map((user) => makeUser(user, known, change));
  return sheet("Who is here", h("table", { class: "mm-users-table" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
}

function makeUser({ name, role, disabled, campaigns, seen_at: seen }, known, change) {
  const roles = pickRole(role, `Role of ${name}`);
  roles.addEventListener("change", () => change({ name, role: roles.value }, `${name} is a ${roles.value} now.`));
  const access = disabled
    ? [h("span", { class: "mm-users-out" }, "Disabled"), button("Let in again", { class: "mm-tool", onclick: () => change({ name, disabled: false }, `${name} can sign in again.`) })]
    : [
        button("New password", { class: "mm-tool", onclick: () => renew(name), "aria-label": `New password for ${name}` }),
        button("Disable", { class: "mm-tool", onclick: () => change({ name, disabled: true }, `${name} is signed out and cannot sign in.`), "aria-label": `Disable ${name}` }),
      ];
  const cell = (label, ...children) => h("td", { "data-label": label }, children);
  return h(
    "tr",
    { "data-user": name },
    h("th", { scope: "row" }, h("bdi", {}, name)),
    cell("Role", roles),
    cell("Campaigns", role === "judge" ? makeCampaigns(name, campaigns, known, change) : h("span", { class: "mm-soft" }, role === "lead" ? "all" : "none")),
    cell("Last here", h("span", { class: "mm-soft" }, seen ? new Date(seen).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : "–")),
    cell("Access", h("div", { class: "mm-users-acts" }, access)),
  );
}

function pickRole(chosen, label) {
  return h("select", { "aria-label": label }, Object.entries(ROLES).map(([value, text]) => h("option", { value, selected: value === chosen }, text)));
}

function makeCampaigns(name, campaigns, known, change) {
  const acts = h("div", { class: "mm-users-acts" });
  for (const campaign of campaigns) {
    const drop = () => change({ name, campaigns: campaigns.filter((one) => one !== campaign) }, `${name} judges ${campaign} no more.`);
    acts.append(h("span", { class: "mm-users-chip" }, h("bdi", {}, campaign), button(`Take ${name} out of ${campaign}`, { bare: true, symbol: "close", onclick: drop })));
  }
  const others = known.filter((campaign) => !campaigns.includes(campaign));
  if (others.length) {
    const add = h("select", { "aria-label": `Add ${name} to a campaign` }, h("option", { value: "" }, "Add …"), others.map((one) => h("option", { value: one }, one)));
    add.addEventListener("change", () => add.value && change({ name, campaigns: [...campaigns, add.value] }, `${name} may judge ${add.value}.`));
    acts.append(add);
  } else if (!campaigns.length) {
    acts.append(h("span", { class: "mm-soft" }, "none yet"));
  }
  return acts;
}

const link = (token) => address(`invitation#${token}`);

async function renew(name) {
  try {
    const { token } = await post("api/invitations", { renews: name });
    showLink(`A link with which ${name} chooses another password`, link(token));
  } catch (error) {
    session.notice(sentence(error.message), { kind: "problem" });
  }
}

// The server keeps only a hash: the link is seen here and never again.
function showLink(title, url) {
  const input = h("input", { type: "text", readonly: true, value: url, "aria-label": "Link" });
  const copy = button("Copy", { class: "mm-primary" });
  const done = button("Done", { class: "mm-tool", onclick: () => dialog.close() });
  const dialog = h("dialog", { class: "mm-users-link", "aria-labelledby": "mm-link-title" }, h("h2", { id: "mm-link-title" }, title), h("p", { class: "mm-soft" }, "It works once, for seven days. Send it to that person only; it is not shown again."), h("div", { class: "mm-users-copy" }, input, copy), done);
  copy.addEventListener("click", async () => {
    input.select();
    await navigator.clipboard?.writeText(url).catch(() => null); // only where the page came by https or loopback
    copy.lastElementChild.textContent = "Copied";
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.querySelector(".mm-app").append(dialog);
  dialog.showModal();
  input.select();
}

function makeInvite(body, known) {
  const role = pickRole("judge", "Role");
  const may = h("p", { class: "mm-soft", "aria-live": "polite" });
  const boxes = known.map((campaign) => h("label", { class: "mm-users-box" }, h("input", { type: "checkbox", value: campaign }), h("bdi", {}, campaign)));
  const judged = h("fieldset", { hidden: !boxes.length }, h("legend", {}, "Campaigns"), boxes);
  const tell = () => {
    may.textContent = sentence(`a ${role.value} ${MAY[role.value]}`);
    judged.hidden = role.value !== "judge" || !boxes.length;
  };
  role.addEventListener("change", tell);
  tell();
  const form = h("form", { class: "mm-users-form" }, h("div", { class: "mm-users-acts" }, role, h("button", { type: "submit", class: "mm-primary" }, icon("link"), "Make a link")), may, judged);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const campaigns = role.value === "judge" ? [...judged.querySelectorAll(":checked")].map((box) => box.value) : [];
    try {
      const { token } = await post("api/invitations", { role: role.value, campaigns });
      await load(body);
      showLink(`An invitation for a ${role.value}`, link(token));
    } catch (error) {
      session.notice(sentence(error.message), { kind: "problem" });
    }
  });
  return sheet("Invite somebody", form);
}

function makeOpen(body, invitations, campaigns) {
  if (!invitations.length) return h("span", { hidden: true });
  const withdraw = async (id) => {
    try {
      show(body, await remove(`api/invitations/${id}`), campaigns);
      session.notice("The invitation is taken back.");
    } catch (error) {
      session.notice(sentence(error.message), { kind: "problem" });
    }
  };
  const rows = invitations.map(({ id, role, renews, made_by: by, expires_at: end, campaigns: of }) =>
    h(
      "li",
      {},
      h("span", {}, h("b", {}, renews ? ["New password for ", h("bdi", {}, renews)] : ROLES[role]), of.length ? [" · ", of.join(", ")] : "", h("span", { class: "mm-soft" }, " · by ", h("bdi", {}, by), `, until ${new Date(end).toLocaleDateString([], { dateStyle: "medium" })}`)),
      button("Take back", { class: "mm-tool", onclick: () => withdraw(id) }),
    ),
  );
  return sheet("Links that nobody has used yet", h("ul", { class: "mm-users-open" }, rows));
}
