// Who is signed in: their menu with sign-out, and which pages are theirs. Knows no page.

import { getJson, remove } from "./api.js";
import { address, button, h, icon } from "./dom.js";
import { makeMenu } from "./menu.js";
import { session } from "./session.js";

const LEAD = "lead";
const JUDGE = "judge";
const VIEWER = "viewer";
// The server decides (mmdemo/web/gates.py); here is only what need not be offered.
const PAGES = { "./": [VIEWER, LEAD], analysis: [VIEWER, LEAD], catalog: [VIEWER, LEAD], about: [VIEWER, LEAD], judge: [JUDGE, LEAD], campaigns: [LEAD] };
const OPEN = "Nobody has to sign in here: whoever can reach this address sees and grades everything. `mmdemo users add NAME --role lead` changes that.";

// {name, role, accounts, open}; `accounts`: people have to sign in; `open`: though nobody has to,
// others than this machine can reach the server.
export const account = { known: getJson("api/session").catch(() => ({ name: null, role: null, accounts: false, open: false })) };

export const signInAddress = () => {
  const here = location.href.slice(address("./").length).split("#")[0];
  return address(`sign-in?next=${encodeURIComponent(here || "./")}`);
};

// Leaves out what the signed-in person may not see.
export async function followRole(nav) {
  const { accounts, role } = await account.known;
  if (!accounts) return;
  for (const [path, roles] of Object.entries(PAGES)) {
    for (const link of nav.querySelectorAll("a")) {
      if (link.href === address(path)) link.hidden = !roles.includes(role);
    }
  }
}

export function makeAccount() {
  const place = h("div", { class: "mm-account", hidden: true });
  fill(place);
  addEventListener("mm-signed-out", () => tellSignedOut(place));
  return place;
}

async function fill(place) {
  const { name, role, accounts, open } = await account.known;
  if (open) {
    const warn = () => session.notice(OPEN, { kind: "problem" });
    place.replaceChildren(button("No sign-in", { class: "mm-tool mm-open", symbol: "warning", onclick: warn }));
  } else if (accounts && name) {
    const opener = h("button", { type: "button", class: "mm-tool", "aria-label": `Signed in as ${name}` }, icon("person"), h("bdi", { class: "mm-account-name" }, name));
    const choices = () => [
      ...(role === LEAD ? [{ name: "Users", about: "Invite people, change what they may do", value: "users" }] : []),
      { name: "Change password", value: "password" },
      { name: "Sign out", about: told(), value: "out" },
    ];
    const pick = (value) => (value === "out" ? signOut() : location.assign(address(value)));
    place.replaceChildren(makeMenu(opener, { label: `${name}, ${role}`, choices, pick, end: true }));
  }
  place.hidden = !place.childElementCount;
}

function told() {
  const waiting = session.outbox?.entries().length;
  return waiting ? "What is not sent yet stays in this browser until you sign in here again" : "";
}

async function signOut() {
  try {
    await remove("api/session");
    location.assign(address("sign-in"));
  } catch (error) {
    session.notice(`Not signed out: ${error.message}`, { kind: "problem" });
  }
}

// The page stays as it is: what was graded is kept and sent after signing in again.
async function tellSignedOut(place) {
  const app = place.closest(".mm-app");
  if (!app || app.querySelector(".mm-signed-out")) return;
  const bar = h(
    "div",
    { class: "mm-signed-out", role: "alert" },
    icon("warning"),
    h("span", {}, "You are signed out. What you did here and is not saved yet is kept in this browser."),
    h("a", { class: "mm-tool", href: signInAddress() }, "Sign in"),
  );
  app.querySelector(".mm-header").after(bar);
  const look = async () => {
    if (document.hidden || !(await getJson("api/session").catch(() => null))?.name) return;
    bar.remove(); // signed in in another tab
    removeEventListener("focus", look);
  };
  addEventListener("focus", look);
}
