// The rows of a chat's log: stored messages, then those on their way.

import { dayKey, dayOf } from "../format.js";
import { isThere, pendingIn } from "../outbox.js";
import { store } from "../store.js";
import { quoteOf } from "./quotes.js";

const togetherMs = 5 * 60_000;

/** Whether a row looks the same as before. */
export const sameRow = (a, b) => Object.keys(b).every((name) => a[name] === b[name]);

/** Rows `{ key, message | pending, day, isUnreadStart, isFirst, quote }`; `isFirst`: it begins a group of one sender. */
export function rowsOf(chat) {
  const rows = (chat.messages ?? []).map((message) => ({ key: keyOfRow(message), message }));
  if (!chat.hasNewer) {
    for (const entry of pendingIn(chat.key)) {
      if (!isThere(chat, entry)) rows.push({ key: `p${entry.clientId}`, pending: entry, state: entry.state });
    }
  }
  let last = null;
  for (const row of rows) {
    const sender = row.message?.sender_id ?? store.me.id;
    const at = row.message?.created_at ?? row.pending.createdAt;
    row.day = !last || dayKey(last.at) !== dayKey(at) ? dayOf(at) : null;
    row.isUnreadStart = row.message?.id !== undefined && row.message.id === chat.firstUnread;
    row.isFirst = row.day !== null || row.isUnreadStart || last.sender !== sender || new Date(at) - new Date(last.at) > togetherMs;
    row.quote = quoteOf(chat, row.message?.reply_to ?? row.pending?.replyTo);
    last = { sender, at };
  }
  return rows;
}

// A message keeps its key when the server confirms it.
const keyOfRow = (message) => message.sender_id === store.me.id && message.client_message_id ? `p${message.client_message_id}` : `m${message.id}`;
