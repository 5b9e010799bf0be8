// The message that another one replies to.

import { api } from "../api.js";
import { store } from "../store.js";

const fetched = new Map();
const gone = Object.freeze({ isGone: true });

/** The quoted message; `isGone` when it was deleted; undefined while it is being fetched; null for none. */
export function quoteOf(chat, id) {
  if (!id) return null;
  const near = chat.messages?.find((message) => message.id === id);
  if (near) return near;
  // Loaded once but no longer there: deleted.
  if (chat.messages?.length > 0 && id > chat.messages[0].id) return gone;
  if (!fetched.has(id)) fetchQuote(chat, id);
  return fetched.get(id);
}

async function fetchQuote(chat, id) {
  fetched.set(id, undefined);
  try {
    const message = await api.message(id);
    store.meet(message.sender);
    fetched.set(id, message);
  } catch (error) {
    if (error.status === 404) fetched.set(id, gone);
    else fetched.delete(id);
  }
  store.tell("messages", chat.key);
}
