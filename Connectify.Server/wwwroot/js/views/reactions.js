// Reactions below a message, and the emojis to choose from.

import { api } from "../api.js";
import { h } from "../dom.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { store } from "../store.js";

const choice = ["👍", "❤️", "😂", "😮", "😢", "🎉", "🙏", "👀"];

// Variation selectors only choose between a coloured and a plain drawing: "❤" and "❤️" are one reaction.
const plain = (emoji) => emoji.replace(/[\uFE0E\uFE0F]/gu, "") || emoji;
const shownAs = new Map(choice.map((emoji) => [plain(emoji), emoji]));

/** A message's reactions, variants of one emoji together: `{ emoji, variants, users }`. */
function groupsOf(message) {
  const groups = new Map();
  for (const { emoji, user_ids } of message.reactions) {
    const name = plain(emoji);
    const group = groups.get(name) ?? { emoji: shownAs.get(name) ?? emoji, variants: [], users: new Set() };
    if (emoji.includes("\uFE0F")) group.emoji = emoji;
    group.variants.push({ emoji, isMine: user_ids.includes(store.me.id) });
    user_ids.forEach((id) => group.users.add(id));
    groups.set(name, group);
  }
  return groups;
}

const isMine = (group) => group?.users.has(store.me.id) ?? false;

export function reactionsView(message) {
  if (message.reactions.length === 0) return null;
  return h("div", { class: "reactions" }, [...groupsOf(message).values()].map((group) => {
    const who = [...group.users].map((id) => (id === store.me.id ? "You" : nameOf(store.user(id)))).join(", ");
    return h("button", { type: "button", class: "reaction", tabindex: "-1", "aria-pressed": isMine(group), "aria-label": `${group.emoji} ${group.users.size}, ${who}`, title: who,
      "data-focus": `reaction-${plain(group.emoji)}`, onclick: () => toggle(message, group.emoji) }, h("span", {}, group.emoji), h("span", { class: "count" }, group.users.size));
  }));
}

export function emojiRow(message, close) {
  const groups = groupsOf(message);
  return h("div", { class: "emojis", role: "group", "aria-label": "React" }, choice.map((emoji) =>
    h("button", { type: "button", role: "menuitemcheckbox", tabindex: "-1", "aria-checked": isMine(groups.get(plain(emoji))), "aria-label": `React with ${emoji}`,
      onclick: () => { close(); toggle(message, emoji); } }, emoji)));
}

// The store changes when the frame arrives, as on the user's other devices.
function toggle(message, emoji) {
  const group = groupsOf(message).get(plain(emoji));
  const mine = group?.variants.filter((variant) => variant.isMine) ?? [];
  return attempt(() => (mine.length > 0
    ? Promise.all(mine.map((variant) => api.unreact(message.id, variant.emoji)))
    : api.react(message.id, group?.variants[0].emoji ?? emoji)));
}
