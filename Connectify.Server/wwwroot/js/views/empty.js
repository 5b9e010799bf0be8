// The page beside the list while no chat is chosen.

import { api } from "../api.js";
import { h, icon, refill } from "../dom.js";
import { nameOf } from "../format.js";
import { store } from "../store.js";
import { newChat, startChat } from "./newchat.js";
import { personItem } from "./people.js";

const mostPeople = 6;

export function emptyPage() {
  const people = h("div", { class: "suggestions" });
  const element = h("div", { class: "empty" }, icon("chat"),
    h("p", {}, "Choose a chat, or start a new one."),
    h("button", { type: "button", class: "primary", onclick: newChat }, "Start a chat"),
    people);
  return { element, shown: () => { if (store.chats.size === 0) suggest(people); } };
}

// A new user has no chats yet: the list shows people to write to.
async function suggest(container) {
  const organization = store.me.organizations?.[0];
  if (!organization) return;
  // Without an answer the page stays as it is.
  const page = await api.people(organization.id, "", 1, mostPeople + 1).catch(() => null);
  const others = page?.results.filter((user) => user.id !== store.me?.id && user.is_active).slice(0, mostPeople) ?? [];
  if (others.length === 0) return;
  others.forEach((user) => store.upsertUser(user));
  refill(container, h("h2", {}, `People in ${organization.name}`),
    h("ul", { class: "people", "aria-label": "People" }, others.map((user) => personItem(user,
      h("button", { type: "button", class: "whole-row", "aria-label": `Message ${nameOf(user)}`, onclick: () => startChat(user, organization.id) })))));
}
