// What can be done with a whole chat.

import { api } from "../api.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { go } from "../router.js";
import { store } from "../store.js";
import { groupInfo } from "./groupinfo.js";
import { confirm } from "./overlays.js";

export function chatMenu(chat) {
  if (chat.kind === "group") {
    return [
      { icon: "info", label: "About this group", action: () => groupInfo(chat) },
      { icon: "close", label: "Leave group", danger: true, action: () => leaveGroup(chat) },
      store.isAdminOf(chat) && { icon: "trash", label: "Delete group", danger: true, action: () => deleteChat(chat, "Delete this group?", "It is gone for all its members.") },
    ];
  }
  const partner = store.partner(chat);
  const block = store.blockOf(partner?.id, chat.organizationId);
  return [
    block
      ? { icon: "check", label: `Unblock ${nameOf(partner)}`, action: () => unblock(block) }
      : { icon: "alert", label: `Block ${nameOf(partner)}`, danger: true, action: () => blockPartner(chat, partner) },
    { icon: "trash", label: "Delete conversation", danger: true, action: () => deleteChat(chat, "Delete this conversation?", `It is gone for you and for ${nameOf(partner)}.`) },
  ];
}

async function blockPartner(chat, partner) {
  if (!await confirm(`Block ${nameOf(partner)}?`, "Neither of you can write to the other here until you unblock.", "Block")) return;
  await attempt(async () => store.blocks = [...store.blocks, await api.block(partner.id, chat.organizationId)]);
  store.tell("blocks");
}

export async function unblock(block) {
  await attempt(async () => {
    await api.unblock(block.id);
    store.blocks = store.blocks.filter((other) => other.id !== block.id);
  });
  store.tell("blocks");
}

export async function leaveGroup(chat) {
  if (!await confirm("Leave this group?", "You no longer get its messages. An admin can add you again.", "Leave")) return;
  await attempt(async () => {
    await api.removeMember(chat.id, store.me.id);
    gone(chat);
  });
}

async function deleteChat(chat, title, text) {
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
