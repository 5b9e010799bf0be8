// Files of messages: pictures, sound and film in place, everything else to download.

import { api } from "../api.js";
import { h, icon } from "../dom.js";
import { fileAddress, sizeOf } from "../format.js";
import { openDialog } from "./overlays.js";

const shownInPlace = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"]);

export function filesView(message) {
  if (message.attachments.length === 0) return null;
  return h("div", { class: message.attachments.length > 1 ? "files several" : "files" }, message.attachments.map((file) => fileView(message, file)));
}

function fileView(message, file) {
  if (shownInPlace.has(file.content_type)) return pictureView(message, file);
  if (file.type === "video") return h("video", { src: fileAddress(file.url), controls: true, preload: "metadata", "aria-label": file.file_name });
  if (file.type === "audio") return h("audio", { src: fileAddress(file.url), controls: true, preload: "metadata", "aria-label": file.file_name });
  return h("a", { class: "file", href: fileAddress(file.url), download: file.file_name, "data-focus": `file-${file.id}` },
    icon("file"), h("span", { class: "file-name", dir: "auto" }, file.file_name), h("span", { class: "file-size" }, sizeOf(file.size)));
}

function pictureView(message, file) {
  const picture = h("img", { src: fileAddress(file.url), alt: file.file_name, loading: "lazy" });
  picture.addEventListener("error", () => renew(message, file, picture), { once: true });
  return h("button", { type: "button", class: "picture", "aria-label": `Open ${file.file_name}`, "data-focus": `file-${file.id}`, onclick: () => showWhole(file, picture.src) }, picture);
}

// Addresses of files end after a while; the message has new ones.
async function renew(message, file, picture) {
  const fresh = await api.message(message.id).catch(() => null);
  const again = fresh?.attachments.find((other) => other.id === file.id);
  if (again) picture.src = fileAddress(again.url);
}

function showWhole(file, address) {
  openDialog(file.file_name, () => [
    h("img", { class: "whole", src: address, alt: file.file_name }),
    h("div", { class: "actions" }, h("a", { class: "primary button", href: address, download: file.file_name, autofocus: true }, "Download")),
  ], { wide: true });
}

/** What is about to be sent, or being sent. */
export function previewsView({ previews }) {
  if (previews.length === 0) return null;
  return h("div", { class: previews.length > 1 ? "files several" : "files" }, previews.map(({ file, url }) => (url
    ? h("span", { class: "picture" }, h("img", { src: url, alt: file.name }))
    : h("span", { class: "file" }, icon("file"), h("span", { class: "file-name", dir: "auto" }, file.name), h("span", { class: "file-size" }, sizeOf(file.size))))));
}
