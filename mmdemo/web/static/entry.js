// Sign in, accept an invitation, choose a password. Knows no other page.

import { post, remove } from "./api.js";
import { address, button, h, icon, sentence } from "./dom.js";
import { makeThemes } from "./header.js";

const SHORTEST = 12; // characters, as mmdemo/labels/accounts/passwords.py has it
const place = document.querySelector("#mm-entry");
const { kind, next, name: signedIn, message } = place.dataset;

if (matchMedia("(prefers-color-scheme: dark)").matches) document.body.classList.add("dark");

const heading = h("h1", { tabindex: "-1" });
const content = h("div", { class: "mm-entry-content" });
const themes = makeThemes();
place.replaceChildren(
  h(
    "div",
    { class: "mm-app mm-entry" },
    h(
      "header",
      { class: "mm-header" },
      h("span", { class: "mm-home" }, h("img", { src: address("favicon.ico"), alt: "", width: 30, height: 30 }), h("span", {}, "mmdemo")),
      h("div", { class: "mm-header-end" }, themes),
    ),
    h("main", { class: "mm-entry-card" }, heading, content),
  ),
);

function show(title, ...children) {
  heading.textContent = title;
  document.title = `${title} · mmdemo`;
  content.replaceChildren(...children.flat().filter(Boolean));
}

// A field; `as` is what password managers know it by.
function field(label, { as, type = "text", hint = "", value = "", ...rest }) {
  const id = `mm-${as}`;
  const input = h("input", { id, type, name: as, autocomplete: as, value, required: true, "aria-describedby": hint ? `${id}-hint` : null, ...rest });
  const row = h("div", { class: "mm-entry-field" }, h("label", { for: id }, label), input);
  if (type === "password") {
    const eye = button("Show", { class: "mm-link", "aria-pressed": "false", "aria-label": `Show ${label.toLowerCase()}` });
    eye.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      eye.setAttribute("aria-pressed", String(shown));
      eye.firstElementChild.textContent = shown ? "Hide" : "Show";
    });
    row.append(eye);
  }
  if (hint) row.append(h("p", { id: `${id}-hint`, class: "mm-soft" }, hint));
  return row;
}

// A form that posts its fields and goes on where the server says.
function form(action, rows, { path, body, also = null }) {
  const trouble = h("p", { class: "mm-entry-trouble", role: "alert", hidden: true });
  const submit = h("button", { type: "submit", class: "mm-primary" }, action);
  const element = h("form", { class: "mm-entry-form", novalidate: true }, trouble, rows, submit, also);
  const say = (text) => {
    trouble.replaceChildren(icon("warning"), h("span", {}, sentence(text)));
    trouble.hidden = false;
  };
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    const empty = [...element.querySelectorAll("input")].find((input) => !input.value);
    if (empty) {
      say(`${empty.labels[0].textContent} is missing`);
      return empty.focus();
    }
    submit.disabled = true;
    try {
      const { home } = await post(path, body(new FormData(element)));
      return location.assign(address((next || home) + (next ? location.hash : "")));
    } catch (error) {
      say(error.message);
      (element.querySelector("input[type=password]") ?? element.querySelector("input")).select();
    }
    submit.disabled = false;
    return undefined;
  });
  return element;
}

const newPassword = (label) => field(label, { as: "new-password", type: "password", minlength: SHORTEST, hint: `At least ${SHORTEST} characters. A few words that do not belong together are good.` });

function signIn() {
  const rows = [
    field("Name", { as: "username", autocapitalize: "none", spellcheck: "false", autofocus: true }),
    field("Password", { as: "current-password", type: "password" }),
  ];
  const help = h("p", { class: "mm-soft" }, "No account, or the password forgotten? Ask a lead of your project for a link.");
  show("Sign in", form("Sign in", rows, { path: "api/session", body: (data) => ({ name: data.get("username"), password: data.get("current-password") }), also: help }));
}

async function invitation() {
  const token = location.hash.slice(1);
  show("Invitation", h("p", { class: "mm-soft" }, "One moment…"));
  try {
    const { role, campaigns, renews, made_by: by } = await post("api/invitations/look", { token });
    const body = (data) => ({ token, name: renews || data.get("username"), password: data.get("new-password") });
    const path = "api/invitations/accept";
    if (renews) {
      const hidden = h("input", { type: "text", name: "username", autocomplete: "username", value: renews, hidden: true });
      return show("Choose a password", h("p", {}, "For ", h("b", {}, h("bdi", {}, renews)), ". You are signed out everywhere else."), form("Save it", [hidden, newPassword("New password")], { path, body }));
    }
    const rows = [
      field("Your name", { as: "username", autocapitalize: "none", spellcheck: "false", maxlength: 60, autofocus: true, hint: "What you do is kept under this name. It cannot be changed." }),
      newPassword("Choose a password"),
    ];
    const what = { judge: "to judge search results", lead: "to lead: set up judging, see all grades, invite others", viewer: "to look at searches and their analysis" }[role];
    const where = campaigns.length ? h("p", { class: "mm-soft" }, "Campaigns: ", campaigns.map((one, at) => [at ? ", " : "", h("bdi", {}, one)])) : null;
    return show("Welcome", h("p", {}, h("bdi", {}, by), ` invites you ${what}.`), where, form("Begin", rows, { path, body }));
  } catch (error) {
    const link = h("a", { class: "mm-primary", href: address("sign-in") }, "Sign in");
    return show("This link does not work", h("p", { role: "alert" }, sentence(error.message)), link);
  }
}

function password() {
  const hidden = h("input", { type: "text", name: "username", autocomplete: "username", value: signedIn, hidden: true });
  const rows = [hidden, field("Password so far", { as: "current-password", type: "password", autofocus: true }), newPassword("New password")];
  const body = (data) => ({ password: data.get("current-password"), wanted: data.get("new-password") });
  const back = h("a", { class: "mm-link", href: address(next) }, "Keep the old one");
  show("Change password", h("p", { class: "mm-soft" }, "You are signed out everywhere else."), form("Change it", rows, { path: "api/session/password", body, also: back }));
}

function refused() {
  const other = button("Sign in as somebody else", { class: "mm-link" });
  other.addEventListener("click", async () => {
    await remove("api/session").catch(() => null);
    location.assign(address("sign-in"));
  });
  show("Not for you", h("p", {}, sentence(message)), h("a", { class: "mm-primary", href: address(next) }, "Go to your page"), other);
}

function lost() {
  show("There is no such page", h("p", {}, "The address is mistyped, or what it led to is not there any more."), h("a", { class: "mm-primary", href: address(next) }, "Go to the start"));
}

({ "sign-in": signIn, invitation, password, refused, lost })[kind]();
place.querySelector("[autofocus]")?.focus();
