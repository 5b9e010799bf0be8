// Read receipts: reports to the server which messages have been on the screen.

import { chatField, store } from "./store.js";
import * as sync from "./sync.js";

const idsPerFrame = 1000;
const delayMs = 150;

/** By chat key: the ids of messages that were seen and that the server has not confirmed; the value: sent on this connection. */
const seen = new Map();
let timer = 0;

/** Whether the user can see the page: it is visible, and its window has the focus. */
export const isLooking = () => document.visibilityState === "visible" && document.hasFocus();

/** Reports messages that are on the screen, unless the user is looking elsewhere. Without a connection they wait for it. */
export function markSeen(chat, ids) {
  if (!isLooking()) return;
  const known = seenIn(chat.key);
  const fresh = ids.filter((id) => !known.has(id));
  fresh.forEach((id) => known.set(id, false));
  // Scrolling brings many messages in a short time, and the server limits frames per second.
  if (fresh.length > 0 && timer === 0) timer = setTimeout(flush, delayMs);
}

/** Sends again what the server has not confirmed: a lost connection may have lost the frame. */
export function resendSeen() {
  for (const ids of seen.values()) for (const id of ids.keys()) ids.set(id, false);
  flush();
}

export function forgetSeen() {
  seen.clear();
  clearTimeout(timer);
  timer = 0;
}

function flush() {
  clearTimeout(timer);
  timer = 0;
  for (const [key, known] of seen) {
    const chat = store.chats.get(key);
    if (!chat) seen.delete(key);
    else sendIn(chat, known);
  }
}

function sendIn(chat, known) {
  const ids = [...known].filter(([, isSent]) => !isSent).map(([id]) => id);
  for (let at = 0; at < ids.length; at += idsPerFrame) {
    const message_ids = ids.slice(at, at + idsPerFrame);
    if (sync.socket?.send({ type: "read_messages", ...chatField(chat), message_ids })) message_ids.forEach((id) => known.set(id, true));
  }
}

function seenIn(key) {
  if (!seen.has(key)) seen.set(key, new Map());
  return seen.get(key);
}

store.on("read", ({ detail: { key, ids } }) => ids.forEach((id) => seen.get(key)?.delete(id)));
