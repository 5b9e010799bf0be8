// Messages that others reply to.

import { api } from "../api.js";
import { store } from "../store.js";

const fetched = new Map();
const gone = Object.freeze({ isGone: true });

/** The quoted message; `isGone` if it was deleted; undefined while it is fetched; null for none. */
export function quoteOf(chat, id) {
  if (!id) return null;
  const messages = chat.messages ?? [];
  const loaded = messages.find((message) => message.id === id);
  if (loaded) return loaded;
  // The loaded range has no gap: what is missing in it was deleted.
  if (messages.length > 0 && id > messages[0].id && (id < messages.at(-1).id || !chat.hasNewer)) return gone;
  if (!fetched.has(id)) fetchQuote(chat, id);
  return fetched.get(id);
}

async function fetchQuote(chat, id) {
  fetched.set(id, undefined);
  try {
    const message = await api.message(id);
    store.upsertUser(message.sender);
    fetched.set(id, message);
  } catch (error) {
    if (error.status === 404) fetched.set(id, gone);
    else fetched.delete(id);
  }
  store.emit("messages", chat.key);
}
