// Tells the other members of a chat that this user is typing.

import { chatField, store } from "./store.js";
import * as sync from "./sync.js";

const repeatMs = 3000;
const idleMs = 5000;
let typingIn = null;
let lastSent = 0;
let timer = 0;

/** Reports that the user is typing: at most every 3 s, and the end after 5 s without a key. */
export function typing(chat) {
  clearTimeout(timer);
  timer = setTimeout(stopTyping, idleMs);
  if (typingIn === chat.key && Date.now() - lastSent < repeatMs) return;
  stopTyping(chat.key);
  typingIn = chat.key;
  lastSent = Date.now();
  sendTyping(chat.key, true);
}

export function stopTyping(exceptIn = null) {
  if (!typingIn || typingIn === exceptIn) return;
  clearTimeout(timer);
  sendTyping(typingIn, false);
  typingIn = null;
}

function sendTyping(key, is_typing) {
  const chat = store.chats.get(key);
  if (chat) sync.socket?.send({ type: "typing", ...chatField(chat), is_typing });
}
