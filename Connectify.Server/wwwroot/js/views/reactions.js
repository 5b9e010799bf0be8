// Reactions below a message, and the emojis to choose from.

import { api } from "../api.js";
import { h } from "../dom.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { store } from "../store.js";

const choice = ["👍", "❤️", "😂", "😮", "😢", "🎉", "🙏", "👀"];

export function reactionsView(message) {
  if (message.reactions.length === 0) return null;
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const isMine = reaction.user_ids.includes(store.me.id);
    const who = reaction.user_ids.map((id) => (id === store.me.id ? "You" : nameOf(store.user(id)))).join(", ");
    return h("button", { type: "button", class: "reaction", "aria-pressed": isMine, "aria-label": `${reaction.emoji} ${reaction.count}, ${who}`, title: who,
      "data-focus": `reaction-${reaction.emoji}`, onclick: () => toggle(message, reaction.emoji) }, h("span", {}, reaction.emoji), h("span", { class: "count" }, reaction.count));
  }));
}

export function emojiRow(message, close) {
  return h("div", { class: "emojis", role: "group", "aria-label": "React" }, choice.map((emoji) =>
    h("button", { type: "button", role: "menuitemcheckbox", tabindex: "-1", "aria-checked": hasMine(message, emoji), "aria-label": `React with ${emoji}`,
      onclick: () => { close(); toggle(message, emoji); } }, emoji)));
}

const hasMine = (message, emoji) => message.reactions.some((reaction) => reaction.emoji === emoji && reaction.user_ids.includes(store.me.id));

// What it comes to is told by its frame, to all devices alike.
function toggle(message, emoji) {
  return attempt(() => (hasMine(message, emoji) ? api.unreact(message.id, emoji) : api.react(message.id, emoji)));
}
