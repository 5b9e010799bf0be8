// Keeps the store equal to the server: lists once, then frames; after an outage, what was missed.

import { api } from "./api.js";
import { findFirstUnread, searchPageSize } from "./firstUnread.js";
import { addMessage, apply, endTyping, forgetPresence, reapply, withReads } from "./frames.js";
import { session } from "./session.js";
import { InboxSocket } from "./socket.js";
import { chatField, keyOfFrame, store } from "./store.js";

const detailSize = 20;
const pageSize = 40;
const mostLoaded = 200;
const keptOnLeave = 100;
const chatsPerResume = 500;
const refreshDelayMs = 200;

export let socket = null;
const loading = new Map();
let isFirstHello = true;
let refreshing = 0;

/** Loads the lists and connects. */
export async function start() {
  store.me = session.account;
  isFirstHello = true;
  socket = new InboxSocket();
  socket.addEventListener("frame", (event) => receive(event.detail));
  socket.addEventListener("state", () => { if (socket?.state === "waiting") disconnected(); });
  await loadLists();
  socket.start();
}

function disconnected() {
  endTyping();
  forgetPresence();
  isFirstHello = false;
}

export function stop() {
  socket?.stop();
  socket = null;
  clearTimeout(refreshing);
  loading.clear();
  store.clear();
}

async function loadLists() {
  const before = [...store.chats.keys()];
  const blocksBefore = store.blocks;
  const [conversations, groups, blocks] = await Promise.all([api.conversations(), api.groups(), api.blocks()]);
  conversations.forEach((view) => store.upsertChat("conversation", view));
  groups.forEach((view) => store.upsertChat("group", view));
  const listed = new Set([...conversations.map((view) => `c${view.id}`), ...groups.map((view) => `g${view.id}`)]);
  // Chats that were added while the requests ran are kept.
  for (const key of before) if (!listed.has(key)) store.remove(key);
  // A block or unblock while the requests ran is newer than the list.
  if (store.blocks !== blocksBefore) return;
  store.blocks = blocks;
  store.emit("blocks");
}

function receive(frame) {
  switch (frame.type) {
    case "hello": greeted(); break;
    case "chat_added": fetchChat(frame).catch(() => {}); break;
    case "chat_removed": store.remove(keyOfFrame(frame)); break;
    case "resumed": resumed(frame); break;
    default: if (!apply(frame)) refreshSoon();
  }
}

// First the position in each chat, so that missed changes are replayed. Then what is never replayed: reads, members,
// names, presence.
function greeted() {
  const chats = [...store.chats.values()].map((chat) => ({ ...chatField(chat), since: chat.seq }));
  for (const chat of store.chats.values()) chat.isBehind = true;
  for (let at = 0; at < chats.length; at += chatsPerResume) socket.send({ type: "resume", chats: chats.slice(at, at + chatsPerResume) });
  if (!isFirstHello) refreshSoon();
  isFirstHello = false;
}

function resumed(frame) {
  const chat = store.chats.get(keyOfFrame(frame));
  if (chat) chat.isBehind = false;
  if (!frame.resumed) reload(frame);
}

function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(async () => {
    if (!store.me) return;
    try {
      await loadLists();
      for (const chat of store.chats.values()) if (chat.messages) await refreshReads(chat);
    } catch {
      // The next connection repeats it.
    }
  }, refreshDelayMs);
}

async function refreshReads(chat) {
  const page = await api.newest(chat.kind, chat.id, pageSize);
  for (const message of page.results) {
    const at = chat.messages?.findIndex((other) => other.id === message.id) ?? -1;
    if (at >= 0 && chat.messages[at].seq <= message.seq) chat.messages[at] = withReads(chat.messages[at], message);
  }
  store.emit("messages", chat.key);
}

// More was missed than the server replays: the chat is read again.
function reload(frame) {
  const chat = store.chats.get(keyOfFrame(frame));
  if (!chat) return;
  const wasOpen = chat.messages !== null;
  chat.messages = null;
  chat.seq = 0;
  if (wasOpen) open(chat).then(() => store.emit("reloaded", chat.key), () => {});
  else fetchChat(frame).catch(() => {});
}

async function fetchChat(frame) {
  const kind = frame.group_chat_id ? "group" : "conversation";
  return store.upsertChat(kind, await api.chat(kind, frame.group_chat_id ?? frame.conversation_id));
}

store.on("stale", ({ detail: chat }) => {
  api.chat(chat.kind, chat.id).then((view) => {
    chat.lastMessage = view.last_message;
    store.emit("chats");
  }).catch(() => {});
});

/** Loads a chat's details and its messages around the first unread one; without unread messages the newest. */
export function open(chat) {
  if (chat.messages && (noteFirstUnread(chat, chat) || socket?.state !== "online")) return Promise.resolve();
  chat.messages = null;
  if (!loading.has(chat.key)) loading.set(chat.key, load(chat).finally(() => loading.delete(chat.key)));
  return loading.get(chat.key);
}

// Whether a range that ends with the newest message holds all unread ones; notes the first of them.
function noteFirstUnread(chat, { messages, hasNewer }) {
  if (hasNewer) return false;
  const unread = messages.filter((message) => isUnread(chat, message) === true);
  if (unread.length < chat.unread) return false;
  chat.firstUnread = chat.unread > 0 ? unread.at(-chat.unread).id : null;
  return true;
}

async function load(chat) {
  // Frames that arrive during the load wait, and are applied to what it brought.
  chat.backlog = [];
  try {
    const view = await api.chat(chat.kind, chat.id);
    store.upsertChat(chat.kind, view);
    chat.seq = view.seq;
    chat.lastMessage = view.last_message;
    const range = await startingRange(chat, view);
    range.messages.forEach((message) => store.upsertUser(message.sender));
    Object.assign(chat, range);
  } finally {
    const waiting = chat.backlog;
    chat.backlog = null;
    if (chat.messages) waiting.forEach(apply);
  }
  store.emit("messages", chat.key);
  store.emit("chat", chat.key);
}

async function startingRange(chat, view) {
  const newest = { messages: view.messages.toReversed(), hasOlder: view.messages.length >= detailSize, hasNewer: false };
  if (noteFirstUnread(chat, newest)) return newest;
  chat.firstUnread = await firstUnreadOf(chat, view.unread_count);
  const isThere = newest.messages.some((message) => message.id === chat.firstUnread);
  return isThere || chat.firstUnread === null ? newest : rangeAround(chat, chat.firstUnread);
}

async function firstUnreadOf(chat, count) {
  const readPage = (number) => api.page(chat.kind, chat.id, number, searchPageSize).catch((error) => {
    // The chat has become shorter.
    if (error.status === 404) return null;
    throw error;
  });
  return findFirstUnread(count, (message, offset) => isUnread(chat, message, offset < count), readPage);
}

/** Whether the server still needs a read receipt for a message. */
export const needsReceipt = (message) => message.sender_id !== store.me?.id && !message.read_by.includes(store.me?.id);

/**
 * Whether a message counts as unread; undefined for the user's own. A member starts with nothing unread.
 * @param ifUnlisted the answer where the user may be among the readers that `read_by`, of at most 100, leaves out.
 */
function isUnread(chat, message, ifUnlisted = true) {
  if (message.sender_id === store.me.id) return undefined;
  const joined = chat.members.find((member) => member.id === store.me.id)?.joined_at;
  if (!needsReceipt(message) || message.silent || (joined && message.created_at <= joined)) return false;
  return message.read_count > message.read_by.length ? ifUnlisted : true;
}

async function rangeAround(chat, id) {
  const [older, newer] = await Promise.all([
    api.before(chat.kind, chat.id, id + 1, pageSize), api.after(chat.kind, chat.id, id, pageSize)]);
  const messages = [...newer.results, ...older.results].reverse();
  messages.forEach((message) => store.upsertUser(message.sender));
  return { messages, hasOlder: older.next !== null, hasNewer: newer.previous !== null };
}

/** Loads older messages. The range keeps at most 200: the newest go. */
export async function loadOlder(chat, size = pageSize) {
  const oldest = chat.messages?.[0]?.id;
  if (!chat.hasOlder || !oldest) return;
  await change(chat, async () => {
    const page = await api.before(chat.kind, chat.id, oldest, size);
    if (chat.messages?.[0]?.id !== oldest) return null;
    const messages = [...page.results.toReversed(), ...chat.messages];
    return { messages: messages.slice(0, mostLoaded), hasOlder: page.next !== null, hasNewer: chat.hasNewer || messages.length > mostLoaded };
  });
}

/** Loads newer messages. The range keeps at most 200: the oldest go. */
export async function loadNewer(chat) {
  const newest = chat.messages?.at(-1)?.id;
  if (!chat.hasNewer || !newest) return;
  await change(chat, async () => {
    const page = await api.after(chat.kind, chat.id, newest, pageSize);
    if (chat.messages?.at(-1)?.id !== newest) return null;
    const messages = [...chat.messages, ...page.results.toReversed()];
    return { messages: messages.slice(-mostLoaded), hasNewer: page.previous !== null, hasOlder: chat.hasOlder || messages.length > mostLoaded };
  });
}

/** Shows the newest messages instead of the loaded range. */
export function loadNewest(chat) {
  return change(chat, async () => {
    const page = await api.newest(chat.kind, chat.id, pageSize);
    return { messages: page.results.toReversed(), hasOlder: page.next !== null, hasNewer: false };
  });
}

/** Shows the messages around one that is not loaded. */
export const loadAround = (chat, id) => change(chat, () => rangeAround(chat, id));

// Frames that arrive during the request are applied again: the answer may be older than they are.
async function change(chat, read) {
  const frames = [];
  chat.recorders.add(frames);
  try {
    const range = await read();
    if (!range || !chat.messages) return;
    range.messages.forEach((message) => store.upsertUser(message.sender));
    Object.assign(chat, range);
    reapply(chat, frames);
  } finally {
    chat.recorders.delete(frames);
  }
  store.emit("messages", chat.key);
}

/** Releases most of a chat's messages when its view closes. */
export function close(chat) {
  chat.firstUnread = null;
  chat.isFollowed = false;
  if (!chat.messages) return;
  if (chat.hasNewer) chat.messages = null;
  else if (chat.messages.length > keptOnLeave) Object.assign(chat, { messages: chat.messages.slice(-keptOnLeave), hasOlder: true });
}

/** Adds a message from a REST answer, unless its frame came first: an edit or deletion may have followed it. */
export function settle(chat, message) {
  if (message.seq > chat.seq) addMessage(chat, message);
}
