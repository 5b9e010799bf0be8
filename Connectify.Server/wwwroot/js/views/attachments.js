// Files of messages: pictures, sound and film in place, everything else to download.

import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { fileAddress, sizeOf } from "../format.js";
import { attempt } from "../notices.js";
import { openDialog } from "./overlays.js";

const shownInPlace = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"]);

export function filesView(message) {
  if (message.attachments.length === 0) return null;
  return h("div", { class: message.attachments.length > 1 ? "files several" : "files" }, message.attachments.map((file) => fileView(message, file)));
}

function fileView(message, file) {
  if (shownInPlace.has(file.content_type)) return pictureView(message, file);
  if (file.type === "video" || file.type === "audio") return sourced(message, file, h(file.type, { controls: true, preload: "metadata", "aria-label": file.file_name }));
  return downloadLink(message, file, { class: "file", "data-focus": `file-${file.id}` },
    icon("file"), h("span", { class: "file-name", dir: "auto" }, file.file_name), h("span", { class: "file-size" }, sizeOf(file.size)));
}

function pictureView(message, file) {
  const picture = sourced(message, file, h("img", { alt: file.file_name, loading: "lazy" }));
  return h("button", { type: "button", class: "picture", "aria-label": `Open ${file.file_name}`, "data-focus": `file-${file.id}`, onclick: () => showWhole(message, file, picture.src) }, picture);
}

// Addresses of files end after a while; the message has new ones.
async function freshAddress(message, file) {
  const fresh = await api.message(message.id);
  return fileAddress((fresh.attachments.find((other) => other.id === file.id) ?? file).url);
}

/** Gives an element the file as its source, once more where its address has ended. */
function sourced(message, file, element, address = fileAddress(file.url)) {
  element.addEventListener("error", () => freshAddress(message, file).then((fresh) => { element.src = fresh; }, () => {}), { once: true });
  element.src = address;
  return element;
}

// A page may stay open for days, so what is clicked is asked for anew.
function downloadLink(message, file, properties, ...content) {
  return h("a", { href: fileAddress(file.url), download: file.file_name, ...properties, onclick: (event) => {
    event.preventDefault();
    attempt(async () => h("a", { href: await freshAddress(message, file), download: file.file_name }).click());
  } }, ...content);
}

function showWhole(message, file, address) {
  openDialog(file.file_name, () => [
    sourced(message, file, h("img", { class: "whole", alt: file.file_name }), address),
    h("div", { class: "actions" }, downloadLink(message, file, { class: "primary button", autofocus: true }, "Download")),
  ], { wide: true });
}

/** What is about to be sent, or being sent. */
export function previewsView({ previews }) {
  if (previews.length === 0) return null;
  return h("div", { class: previews.length > 1 ? "files several" : "files" }, previews.map(({ file, url }) => (url
    ? h("span", { class: "picture" }, h("img", { src: url, alt: file.name }))
    : h("span", { class: "file" }, icon("file"), h("span", { class: "file-name", dir: "auto" }, file.name), h("span", { class: "file-size" }, sizeOf(file.size))))));
}
