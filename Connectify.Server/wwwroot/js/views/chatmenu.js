// The menu of a chat.

import { api } from "../api.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { store } from "../store.js";
import { deleteChat, leaveGroup } from "./groupactions.js";
import { groupInfo } from "./groupinfo.js";
import { confirm } from "./overlays.js";

export function chatMenu(chat) {
  if (chat.kind === "group") {
    return [
      { icon: "info", label: "About this group", action: () => groupInfo(chat) },
      { icon: "close", label: "Leave group", danger: true, action: () => leaveGroup(chat) },
      store.isAdminOf(chat) && { icon: "trash", label: "Delete group", danger: true, action: () => deleteChat(chat, "Delete this group?", "This deletes it and its messages for all members.") },
    ];
  }
  const partner = store.partner(chat);
  const block = store.blockOf(partner?.id, chat.organizationId);
  return [
    block
      ? { icon: "check", label: `Unblock ${nameOf(partner)}`, action: () => unblock(block) }
      : { icon: "alert", label: `Block ${nameOf(partner)}`, danger: true, action: () => blockPartner(chat, partner) },
    { icon: "trash", label: "Delete conversation", danger: true, action: () => deleteChat(chat, "Delete this conversation?", `This deletes it and its messages for you and ${nameOf(partner)}.`) },
  ];
}

async function blockPartner(chat, partner) {
  if (!await confirm(`Block ${nameOf(partner)}?`, "You can't write to each other here until you unblock.", "Block")) return;
  await attempt(async () => store.blocks = [...store.blocks, await api.block(partner.id, chat.organizationId)]);
  store.emit("blocks");
}

export async function unblock(block) {
  await attempt(async () => {
    await api.unblock(block.id);
    store.blocks = store.blocks.filter((other) => other.id !== block.id);
  });
  store.emit("blocks");
}
