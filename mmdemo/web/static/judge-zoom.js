// A photo as large as the window, and closer. Knows no product.

import { button, h, photo } from "./dom.js";

const CLOSER = 2.5;

// open(photos, place, title), photos: [{key} or {src}]; the photo that is looked at in the end goes to `onplace`.
export function makeZoom(onplace) {
  const stage = h("div", { class: "mm-zoom-stage" });
  const told = h("p", { class: "mm-zoom-told", role: "status" });
  const previous = button("Previous photo", { bare: true, class: "mm-quiet", symbol: "left", onclick: () => turn(-1) });
  const next = button("Next photo", { bare: true, class: "mm-quiet", symbol: "right", onclick: () => turn(1) });
  const closer = button("Closer", { class: "mm-tool", symbol: "zoom", "aria-pressed": "false", onclick: () => setCloser(!state.closer) });
  const close = button("Close", { class: "mm-tool", symbol: "close", onclick: () => dialog.close() });
  const dialog = h("dialog", { class: "mm-zoom", "aria-label": "Photo" }, stage, h("div", { class: "mm-zoom-tools" }, previous, told, next, closer, close));
  const state = { photos: [], place: 0, closer: false, title: "" };

  const show = () => {
    const { photos, place, title } = state;
    const { key, src } = photos[place];
    const name = photos.length > 1 ? `${title}, photo ${place + 1}` : title;
    stage.replaceChildren(src ? h("img", { src, alt: name }) : photo(key, name, { large: true, eager: true }));
    told.textContent = photos.length > 1 ? `Photo ${place + 1} of ${photos.length}` : "";
    previous.hidden = next.hidden = photos.length < 2;
    setCloser(false);
  };
  const turn = (step) => {
    state.place = (state.place + step + state.photos.length) % state.photos.length;
    onplace(state.place);
    show();
  };
  const setCloser = (on, x = 0.5, y = 0.5) => {
    state.closer = on;
    closer.setAttribute("aria-pressed", String(on));
    stage.classList.toggle("mm-closer", on);
    stage.style.setProperty("--mm-closer", on ? CLOSER : 1);
    if (!on) return;
    stage.scrollLeft = x * (stage.scrollWidth - stage.clientWidth);
    stage.scrollTop = y * (stage.scrollHeight - stage.clientHeight);
  };
  const within = (event) => {
    const { left, top, width, height } = stage.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  };
  stage.addEventListener("click", (event) => setCloser(!state.closer, ...within(event)));
  stage.addEventListener("pointermove", (event) => {
    if (state.closer && event.pointerType === "mouse") setCloser(true, ...within(event));
  });
  dialog.addEventListener("keydown", (event) => {
    const { key } = event;
    const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0];
    event.stopPropagation(); // the product behind it is not judged by these keys
    if (state.closer && (across || down)) stage.scrollBy(across * 90, down * 90);
    else if (across && state.photos.length > 1) turn(across);
    else if (key === "." && state.photos.length > 1) turn(1);
    else if (key === "+" || key === "-") setCloser(key === "+");
    else if (key === "z") dialog.close();
    else return;
    event.preventDefault();
  });
  const open = (photos, place, title) => {
    if (!photos.length) return;
    Object.assign(state, { photos, place, title });
    const opener = document.activeElement;
    dialog.addEventListener("close", () => opener?.isConnected && opener.focus({ preventScroll: true }), { once: true });
    dialog.showModal();
    show();
    close.focus();
  };
  return { element: dialog, open };
}
