// Avatars: a group's picture or a user's initials on a colour by id; a dot shows that a user is online.

import { h, icon } from "../dom.js";
import { fileAddress } from "../base.js";
import { initialsOf, nameOf } from "../format.js";
import { store } from "../store.js";

const hues = 8;

export function userAvatar(user, { size = "", presence = true } = {}) {
  const dot = presence && user?.is_online ? h("span", { class: "dot" }) : null;
  return h("span", { class: `avatar ${size} hue-${(user?.id ?? 0) % hues}`, "aria-hidden": "true" }, initialsOf(nameOf(user)), dot);
}

export function chatAvatar(chat, options = {}) {
  if (chat.kind === "conversation") return userAvatar(store.partner(chat), options);
  const face = chat.avatar ? h("img", { src: fileAddress(chat.avatar), alt: "", loading: "lazy", onerror: () => face.replaceWith(icon("people")) }) : icon("people");
  return h("span", { class: `avatar ${options.size ?? ""} hue-${chat.id % hues}`, "aria-hidden": "true" }, face);
}

export function titleOf(chat) {
  return chat.kind === "group" ? chat.name : nameOf(store.partner(chat));
}
