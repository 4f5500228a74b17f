// The ? of every header: the tour, the keys, and what this is. Knows no step of the tour.

import { account } from "./account.js";
import { address, button } from "./dom.js";
import { makeKeys } from "./keys.js";
import { makeMenu } from "./menu.js";
import { session } from "./session.js";

const JUDGE = "judge"; // has no search page and no catalog

export function makeHelp(current) {
  const opener = button("Help", { bare: true, class: "mm-quiet mm-help", symbol: "unsure" });
  const choices = () => [
    { name: "Take the tour", value: "tour", about: "One minute: how to read the search page" },
    { name: "Keys", value: "keys", about: "Search, compare and grade without the mouse" },
    { name: "About this shop and model", value: "about", about: "What is shown, how well it ranks, how to bring your own" },
  ];
  const keys = makeKeys();
  const pick = (value) => {
    if (value === "keys") keys.open(opener);
    else if (value === "tour" && current === "Search") session.tell("tour");
    else location.assign(address(value === "tour" ? "./?tour" : value));
  };
  const menu = makeMenu(opener, { label: "Help", choices, pick, end: true });
  account.known.then(({ role }) => (menu.hidden = role === JUDGE));
  return menu;
}
