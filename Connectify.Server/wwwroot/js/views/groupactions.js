// Leaving and deleting chats.

import { api } from "../api.js";
import { attempt } from "../notices.js";
import { go } from "../router.js";
import { store } from "../store.js";
import { confirm } from "./overlays.js";

export async function leaveGroup(chat) {
  if (!await confirm("Leave this group?", "You will no longer get its messages. An admin can add you again.", "Leave")) return;
  await attempt(async () => {
    await api.removeMember(chat.id, store.me.id);
    gone(chat);
  });
}

export async function deleteChat(chat, title, text) {
  if (!await confirm(title, text, "Delete")) return;
  await attempt(async () => {
    await api.deleteChat(chat.kind, chat.id);
    gone(chat);
  });
}

function gone(chat) {
  go("#/");
  store.remove(chat.key);
}
