// Starts a conversation.

import { api } from "../api.js";
import { h } from "../dom.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { addressOf, go } from "../router.js";
import { keyOf, store } from "../store.js";
import { openDialog } from "./overlays.js";
import { organizationChoice, peopleSearch } from "./people.js";

export function newChat() {
  return openDialog("New conversation", (close) => {
    const choice = organizationChoice(() => search.search());
    if (choice.isEmpty) return h("p", {}, "You belong to no organization yet.");
    const search = peopleSearch({
      organization: choice.value,
      row: (user) => h("button", { type: "button", class: "whole-row", "aria-label": `Chat with ${nameOf(user)}`, onclick: () => startChat(user, choice.value(), close) }),
    });
    return [choice.element, search.element];
  });
}

/** Opens the conversation with a user; creates it if there is none. */
export async function startChat(user, organizationId, close = () => {}) {
  await attempt(async () => {
    const key = await startOrFind(user, organizationId);
    close();
    go(addressOf(key));
  });
}

async function startOrFind(user, organizationId) {
  try {
    return store.upsertChat("conversation", await api.startConversation(user.id, organizationId)).key;
  } catch (error) {
    const id = error.body?.conversation_id;
    if (error.code !== "conversation_exists" || !id) throw error;
    if (!store.chats.has(keyOf("conversation", id))) store.upsertChat("conversation", await api.chat("conversation", id));
    return keyOf("conversation", id);
  }
}
