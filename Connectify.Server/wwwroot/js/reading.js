// Marks as read what is on the screen of somebody who looks.

import { store } from "./store.js";
import * as sync from "./sync.js";

const mostAtOnce = 1000;
const told = new Map();

/** Tells the server of everything loaded and unread in a chat, while this page is being looked at. */
export function markSeen(chat) {
  if (document.visibilityState !== "visible" || !chat.messages || sync.socket?.state !== "online") return;
  const done = toldIn(chat.key);
  const ids = chat.messages.filter((message) => sync.isUnread(message) && !done.has(message.id)).map((message) => message.id);
  const name = chat.kind === "group" ? "group_chat_id" : "conversation_id";
  for (let at = 0; at < ids.length; at += mostAtOnce) {
    const some = ids.slice(at, at + mostAtOnce);
    if (sync.socket.send({ type: "read_messages", [name]: chat.id, message_ids: some })) some.forEach((id) => done.add(id));
  }
}

function toldIn(key) {
  if (!told.has(key)) told.set(key, new Set());
  return told.get(key);
}

/** A connection that was lost may have taken what was told with it. */
export function forgetTold() {
  told.clear();
}

const pause = 3000;
const idle = 5000;
let typingIn = null;
let lastTold = 0;
let timer = 0;

/** Says that this person is typing: at most every few seconds, and when it is over. */
export function typing(chat) {
  clearTimeout(timer);
  timer = setTimeout(stopTyping, idle);
  if (typingIn === chat.key && Date.now() - lastTold < pause) return;
  stopTyping(chat.key);
  typingIn = chat.key;
  lastTold = Date.now();
  tell(chat.key, true);
}

export function stopTyping(exceptIn = null) {
  if (!typingIn || typingIn === exceptIn) return;
  clearTimeout(timer);
  tell(typingIn, false);
  typingIn = null;
}

function tell(key, is_typing) {
  const chat = store.chats.get(key);
  if (chat) sync.socket?.send({ type: "typing", [chat.kind === "group" ? "group_chat_id" : "conversation_id"]: chat.id, is_typing });
}
