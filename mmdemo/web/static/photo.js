// The query's photo: choose, drop or paste it. Knows no answer.

import { address, h, icon } from "./dom.js";
import { session } from "./session.js";

const MAX_BYTES = 20_000_000; // as the server

export function mount({ element, props, trigger, watch }) {
  const root = element.querySelector(".mm-mount");
  const input = h("input", { type: "file", accept: "image/*", class: "mm-file", tabindex: "-1", "aria-label": "Query photo" });
  const choose = h("button", { type: "button", class: "mm-choose" });
  const remove = h("button", { type: "button", class: "mm-remove", "aria-label": "Remove the photo", title: "Remove the photo" }, icon("close"));
  root.classList.add("mm-photo-picker");
  root.replaceChildren(input, choose, remove);

  const show = () => {
    const { key } = props.value;
    root.dataset.photo = key ? "yes" : "no";
    remove.hidden = !key;
    const told = key ? "Search with another photo" : "Search with a photo";
    choose.setAttribute("aria-label", told);
    choose.title = `${told}: choose, drop or paste one`;
    choose.replaceChildren(
      key ? h("img", { src: address(`api/query-photos/${key}`), alt: "Query photo" }) : icon("camera"),
    );
  };
  const set = (key) => {
    props.value = { key };
    show();
    if (key || session.query?.text) trigger("select");
  };
  const take = async (file) => {
    if (!file) return;
    root.classList.add("mm-uploading");
    const problem = await upload(file, set).catch(() => "The photo did not reach the server.");
    root.classList.remove("mm-uploading");
    if (problem) session.tell("notice", problem);
  };

  choose.addEventListener("click", () => input.click());
  remove.addEventListener("click", () => set(""));
  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  const row = element.closest("#mm-ask") ?? root;
  const carriesFile = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes("Files");
  row.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    row.classList.add("mm-drop");
  });
  row.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!row.contains(relatedTarget)) row.classList.remove("mm-drop");
  });
  row.addEventListener("drop", (event) => {
    row.classList.remove("mm-drop");
    if (!carriesFile(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", ({ clipboardData }) => {
    take([...(clipboardData?.files ?? [])].find((file) => file.type.startsWith("image/")));
  });
  watch("value", show);
  show();
}

async function upload(file, set) {
  if (file.size > MAX_BYTES) return "The photo is too large: at most 20 MB.";
  const response = await fetch(address("api/query-photos"), {
    method: "POST",
    headers: { "Content-Type": file.type || "application/octet-stream" },
    body: file,
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) return answer?.error?.message ?? `The server answered ${response.status}.`;
  set(answer.key);
  return "";
}
