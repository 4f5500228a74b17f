// The leads' page: all campaigns, a new one, one of them. Knows no campaign.

import { h } from "./dom.js";
import { desk } from "./campaigns-desk.js";
import { showForm } from "./campaigns-form.js";
import { showList } from "./campaigns-list.js";
import { showCampaign } from "./campaigns-one.js";
import { makeHeader } from "./header.js";
import { session } from "./session.js";
import { makeToasts } from "./toast.js";

export function mount(element) {
  const main = h("main", { class: "mm-main mm-campaigns-page", id: "mm-campaigns", tabindex: "-1" });
  const skip = h("a", { class: "mm-skip", href: "#mm-campaigns" }, "To the campaigns");
  const app = h("div", { class: "mm-app" }, skip, makeHeader("Campaigns"), main);
  makeToasts(app);
  element.replaceChildren(app);
  session.connect();
  desk.start();

  let shown = "";
  const show = async () => {
    const { campaign, create } = desk.view;
    const moved = shown !== "" && shown !== `${create}:${campaign}`;
    shown = `${create}:${campaign}`;
    document.title = "Campaigns · mmdemo";
    if (moved) main.replaceChildren();
    if (create) await showForm(main);
    else if (campaign) await showCampaign(main);
    else await showList(main);
    if (moved && !create) main.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
    if (moved) scrollTo({ top: 0 });
  };
  desk.addEventListener("view", show);
  desk.addEventListener("changed", show);
  show();
}
