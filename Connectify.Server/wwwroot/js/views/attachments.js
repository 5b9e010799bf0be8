// Files of messages: pictures, audio and video in place, all others as downloads.

import { api } from "../api.js";
import { fileAddress } from "../base.js";
import { h, icon } from "../dom.js";
import { sizeOf } from "../format.js";
import { attempt } from "../notices.js";
import { openDialog } from "./overlays.js";
import { fitPicture, pictureRows } from "./pictures.js";

const pictureTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"]);
const isPicture = (file) => pictureTypes.has(file.content_type);

export function filesView(message) {
  if (message.attachments.length === 0) return null;
  const pictures = message.attachments.filter(isPicture).map((file) => pictureView(message, file));
  const others = message.attachments.filter((file) => !isPicture(file)).map((file) => fileView(message, file));
  return h("div", { class: "files" }, pictureRows(pictures), others);
}

function fileView(message, file) {
  if (file.type !== "video" && file.type !== "audio") return fileLink(message, file);
  const player = h(file.type, { controls: true, preload: "metadata", tabindex: "-1", "aria-label": file.file_name });
  const giveUp = () => player.replaceWith(fileLink(message, file));
  // A film whose pictures this browser can't decode plays as sound, without an error.
  if (file.type === "video") player.addEventListener("loadedmetadata", () => { if (player.videoWidth === 0) giveUp(); });
  return sourced(message, file, player, giveUp);
}

const fileLink = (message, file) => downloadLink(message, file, { class: "file", "data-focus": `file-${file.id}`, tabindex: "-1" }, ...fileLabel(file.file_name, file.size));

const fileLabel = (name, size) => [icon("file"), h("span", { class: "file-name", dir: "auto" }, name), h("span", { class: "file-size" }, sizeOf(size))];

function pictureView(message, file) {
  const picture = h("img", { alt: file.file_name, loading: "lazy" });
  const button = h("button", { type: "button", class: "picture", tabindex: "-1", "aria-label": `Open ${file.file_name}`, "data-focus": `file-${file.id}`, onclick: () => showWhole(message, file, picture.src) }, picture);
  fitPicture(button, picture, file);
  sourced(message, file, picture, () => button.replaceWith(fileLink(message, file)));
  return button;
}

// Addresses of files expire; a new read of the message has new ones.
async function freshAddress(message, file) {
  const fresh = await api.message(message.id);
  return fileAddress((fresh.attachments.find((other) => other.id === file.id) ?? file).url);
}

/** Gives an element the file as its source, once more if its address has expired. `giveUp()` runs if it still fails. */
function sourced(message, file, element, giveUp, address = fileAddress(file.url)) {
  let isFresh = false;
  element.addEventListener("error", async () => {
    if (isFresh) return giveUp();
    isFresh = true;
    try {
      element.src = await freshAddress(message, file);
    } catch {
      isFresh = false;
    }
  });
  element.src = address;
  return element;
}

// A page can stay open for days, so a click asks for a new address.
function downloadLink(message, file, properties, ...content) {
  return h("a", { href: fileAddress(file.url), download: file.file_name, ...properties, onclick: (event) => {
    event.preventDefault();
    attempt(async () => h("a", { href: await freshAddress(message, file), download: file.file_name }).click());
  } }, ...content);
}

function showWhole(message, file, address) {
  openDialog(file.file_name, () => [
    sourced(message, file, h("img", { class: "whole", alt: file.file_name }), () => {}, address),
    h("div", { class: "actions" }, downloadLink(message, file, { class: "primary button", autofocus: true }, "Download")),
  ], { wide: true });
}

/** The files of a message that is not sent yet. */
export function previewsView({ previews }) {
  if (previews.length === 0) return null;
  const pictures = previews.filter(({ url }) => url).map(({ file, url }) => {
    const picture = h("img", { src: url, alt: file.name });
    const frame = h("span", { class: "picture" }, picture);
    fitPicture(frame, picture);
    return frame;
  });
  return h("div", { class: "files" }, pictureRows(pictures),
    previews.filter(({ url }) => !url).map(({ file }) => h("span", { class: "file" }, ...fileLabel(file.name, file.size))));
}
