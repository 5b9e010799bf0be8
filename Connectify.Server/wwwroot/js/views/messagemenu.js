// The menu of a message.

import { api } from "../api.js";
import { deleteMessage } from "../frames.js";
import { attempt, notice } from "../notices.js";
import { store } from "../store.js";
import { confirm, openMenu } from "./overlays.js";
import { emojiRow } from "./reactions.js";

export function messageMenu(chat, message, anchor, { reply, edit }, options = {}) {
  const isMine = message.sender_id === store.me.id;
  openMenu(anchor, "Message actions", [
    { icon: "reply", label: "Reply", action: () => reply(message) },
    message.content && { icon: "copy", label: "Copy text", action: () => copy(message.content) },
    isMine && { icon: "edit", label: "Edit", action: () => edit(message) },
    isMine && { icon: "trash", label: "Delete", danger: true, action: () => remove(chat, message) },
  ], (close) => emojiRow(message, close), options);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    notice("Copied");
  } catch {
    notice("This browser does not allow copying.");
  }
}

async function remove(chat, message) {
  if (!await confirm("Delete this message?", "This deletes it for everyone in this chat.", "Delete")) return;
  await attempt(async () => {
    await api.deleteMessage(message.id);
    deleteMessage(chat, message.id);
  });
}
