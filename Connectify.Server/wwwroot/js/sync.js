// Keeps the store as the server has it: the lists once, then frames; after an outage what was missed.

import { api } from "./api.js";
import { addMessage, apply, endTyping, forgetPresence, withReads } from "./frames.js";
import { session } from "./session.js";
import { InboxSocket } from "./socket.js";
import { keyOfFrame, store } from "./store.js";

const pageSize = 40;
const mostUnread = 1000;
const chatsPerResume = 500;

export let socket = null;
const loading = new Map();
let isFirstHello = true;

/** Loads the lists and connects. */
export async function start() {
  store.me = session.account;
  isFirstHello = true;
  socket = new InboxSocket();
  socket.addEventListener("frame", (event) => hear(event.detail));
  socket.addEventListener("state", () => { if (socket?.state === "waiting") lost(); });
  await loadLists();
  socket.start();
}

function lost() {
  endTyping();
  forgetPresence();
  isFirstHello = false;
}

export function stop() {
  socket?.stop();
  socket = null;
  loading.clear();
  store.clear();
}

async function loadLists() {
  const before = [...store.chats.keys()];
  const [conversations, groups, blocks] = await Promise.all([api.conversations(), api.groups(), api.blocks()]);
  conversations.forEach((view) => store.take("conversation", view));
  groups.forEach((view) => store.take("group", view));
  const there = new Set([...conversations.map((view) => `c${view.id}`), ...groups.map((view) => `g${view.id}`)]);
  // Not those that were made while the lists were on their way.
  for (const key of before) if (!there.has(key)) store.remove(key);
  store.blocks = blocks;
  store.tell("blocks");
}

function hear(frame) {
  switch (frame.type) {
    case "hello": greeted(); break;
    case "chat_added": fetchChat(frame).catch(() => {}); break;
    case "chat_removed": store.remove(keyOfFrame(frame)); break;
    case "resumed": resumed(frame); break;
    default: if (!apply(frame)) refreshSoon();
  }
}

// First where each chat stands, so that what was missed comes; then what no frame repeats: reads, members, names,
// presence.
function greeted() {
  const chats = [...store.chats.values()].map((chat) => ({
    [chat.kind === "group" ? "group_chat_id" : "conversation_id"]: chat.id,
    since: chat.seq,
  }));
  for (const chat of store.chats.values()) chat.isBehind = true;
  for (let at = 0; at < chats.length; at += chatsPerResume) socket.send({ type: "resume", chats: chats.slice(at, at + chatsPerResume) });
  if (!isFirstHello) refreshSoon();
  isFirstHello = false;
}

function resumed(frame) {
  const chat = store.chats.get(keyOfFrame(frame));
  if (chat) chat.isBehind = false;
  if (!frame.resumed) forget(frame);
}

let refreshing = 0;

function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    if (!store.me) return;
    try {
      await loadLists();
      for (const chat of store.chats.values()) if (chat.messages) await refreshReads(chat);
    } catch {
      // The next connection asks anew.
    }
  }, 200);
}

async function refreshReads(chat) {
  const page = await api.newest(chat.kind, chat.id, pageSize);
  for (const message of page.results) {
    const at = chat.messages?.findIndex((other) => other.id === message.id) ?? -1;
    if (at >= 0 && chat.messages[at].seq <= message.seq) chat.messages[at] = withReads(chat.messages[at], message);
  }
  store.tell("messages", chat.key);
}

// More was missed than is replayed: what is shown is fetched anew.
function forget(frame) {
  const chat = store.chats.get(keyOfFrame(frame));
  if (!chat) return;
  const wasOpen = chat.messages !== null;
  chat.messages = null;
  chat.seq = 0;
  if (wasOpen) open(chat).catch(() => {});
  else fetchChat(frame).catch(() => {});
}

async function fetchChat(frame) {
  const kind = frame.group_chat_id ? "group" : "conversation";
  return store.take(kind, await api.chat(kind, frame.group_chat_id ?? frame.conversation_id));
}

store.on("stale", ({ detail: chat }) => {
  api.chat(chat.kind, chat.id).then((view) => {
    chat.lastMessage = view.last_message;
    store.tell("chats");
  }).catch(() => {});
});

/** Loads a chat's details and newest messages, once; all that is unread with them. */
export function open(chat) {
  if (chat.messages) return Promise.resolve();
  if (!loading.has(chat.key)) loading.set(chat.key, load(chat).finally(() => loading.delete(chat.key)));
  return loading.get(chat.key);
}

async function load(chat) {
  // What happens meanwhile waits, and is applied to what was loaded.
  chat.backlog = [];
  try {
    const view = await api.chat(chat.kind, chat.id);
    store.take(chat.kind, view);
    const messages = view.messages.toReversed();
    messages.forEach((message) => store.meet(message.sender));
    chat.seq = view.seq;
    chat.lastMessage = view.last_message;
    chat.hasOlder = messages.length >= 20;
    chat.messages = messages;
    while (chat.hasOlder && chat.messages.length < Math.min(view.unread_count, mostUnread)) await loadOlder(chat, 100);
    chat.firstUnread = firstUnread(chat, view.unread_count);
  } finally {
    const waiting = chat.backlog;
    chat.backlog = null;
    if (chat.messages) waiting.forEach(apply);
  }
  store.tell("messages", chat.key);
  store.tell("chat", chat.key);
}

function firstUnread(chat, count) {
  if (count === 0) return null;
  const unread = chat.messages.filter((message) => isUnread(message));
  return unread.at(-Math.min(count, unread.length))?.id ?? null;
}

export const isUnread = (message) => message.sender_id !== store.me.id && !message.read_by.includes(store.me.id);

/** Puts older messages before those that are there. */
export async function loadOlder(chat, size = pageSize) {
  if (!chat.hasOlder || !chat.messages?.length) return;
  const oldest = chat.messages[0].id;
  const page = await api.older(chat.kind, chat.id, oldest, size);
  if (chat.messages?.[0]?.id !== oldest) return;
  page.results.forEach((message) => store.meet(message.sender));
  chat.hasOlder = page.next !== null;
  chat.messages.unshift(...page.results.toReversed());
  store.tell("messages", chat.key);
}

/** Takes in a message that REST answered with, unless its frame was first: more may have happened to it since. */
export function settle(chat, message) {
  if (message.seq > chat.seq) addMessage(chat, message);
}
