// Drafts: what was written in each chat and not sent. Texts survive a reload; files and quoted messages don't.

import { store } from "./store.js";

const storagePrefix = "connectify.draft.";
const drafts = new Map();

const storageKeyOf = (key) => `${storagePrefix}${store.me.id}.${key}`;

/** A chat's draft `{ text, files, replyTo, editing }`; changed in place. */
export function draftOf(key) {
  if (!drafts.has(key)) drafts.set(key, { text: localStorage.getItem(storageKeyOf(key)) ?? "", files: [], replyTo: null, editing: null });
  return drafts.get(key);
}

/** Stores the text of a chat's draft. */
export function keepDraft(key) {
  const { text } = draftOf(key);
  try {
    if (text.trim()) localStorage.setItem(storageKeyOf(key), text);
    else localStorage.removeItem(storageKeyOf(key));
  } catch {
    // The browser's storage is full or switched off: the draft lives as long as the page.
  }
}

/** Deletes all drafts, of every account. */
export function forgetDrafts() {
  drafts.clear();
  for (const name of Object.keys(localStorage)) if (name.startsWith(storagePrefix)) localStorage.removeItem(name);
}
