// Applies frames to the store.

import { keyOfFrame, store } from "./store.js";

const typingTimeoutMs = 12_000;
const mostKept = 400;
const keptWhileFollowed = 200;

const durable = {
  message: (chat, { message }) => addMessage(chat, message),
  message_updated: (chat, { message }) => replaceMessage(chat, message),
  message_deleted: (chat, { message_id }) => deleteMessage(chat, message_id),
  reaction_added: (chat, frame) => changeReaction(chat, frame, true),
  reaction_removed: (chat, frame) => changeReaction(chat, frame, false),
};

const ephemeral = {
  typing: (chat, frame) => setTyping(chat, frame.user_id, frame.is_typing),
  read: (chat, frame) => markRead(chat, frame.user_id, [frame.message_id]),
  read_messages: (chat, frame) => markRead(chat, frame.user_id, frame.message_ids),
  unread: (chat, frame) => { chat.unread = frame.unread_count; store.emit("chats"); store.emit("messages", chat.key); },
  presence: (chat, frame) => setPresence(frame.user_id, frame.is_online),
  member_added: (chat, { user }) => { changeMembers(chat, 1, (members) => [...members.filter((m) => m.id !== user.id), { ...user, role: "member" }], user); },
  member_removed: (chat, { user }) => { changeMembers(chat, -1, (members) => members.filter((m) => m.id !== user.id), user); },
  role_changed: (chat, { user_id, role }) => { changeMembers(chat, 0, (members) => members.map((m) => (m.id === user_id ? { ...m, role } : m))); },
  chat_updated: (chat, { name, description, avatar }) => {
    Object.assign(chat, { name, description: description ?? "", avatar: avatar ?? null });
    store.emit("chats");
    store.emit("chat", chat.key);
  },
};

const changesMessages = (frame) => frame.type in durable || frame.type.startsWith("read");

/** @returns false if the frame names an unknown chat. */
export function apply(frame) {
  const change = durable[frame.type] ?? ephemeral[frame.type];
  if (!change) return true;
  const chat = store.chats.get(keyOfFrame(frame));
  if (!chat) return false;
  // A live frame can arrive before the replay of what was missed. The replay brings it again, in order.
  if (chat.isBehind && frame.type in durable) return true;
  if (changesMessages(frame)) chat.recorders.forEach((frames) => frames.push(frame));
  if (chat.backlog && changesMessages(frame)) chat.backlog.push(frame);
  else if (frame.type in durable) applyDurable(chat, frame);
  else change(chat, frame);
  return true;
}

/** Applies a change once: resumes and repeated sends bring changes again. */
function applyDurable(chat, frame) {
  if (frame.seq <= chat.seq) return;
  chat.seq = frame.seq;
  durable[frame.type](chat, frame);
  store.emit("messages", chat.key);
}

/** Applies frames to a page that was read from the server before or after they arrived. All changes are idempotent by `seq`. */
export function reapply(chat, frames) {
  for (const frame of frames) (durable[frame.type] ?? ephemeral[frame.type])(chat, frame);
}

/** Adds a message that REST or a frame brought, at its place by id. */
export function addMessage(chat, message) {
  store.upsertUser(message.sender);
  setTyping(chat, message.sender_id, false);
  const isNew = !chat.lastMessage || message.id > chat.lastMessage.id;
  if (isNew) chat.lastMessage = message;
  else if (message.id === chat.lastMessage.id) chat.lastMessage = newer(chat.lastMessage, message);
  if (chat.messages) insert(chat, message);
  if (chat.messages && isNew) store.dispatchEvent(new CustomEvent("arrived", { detail: { chat, message } }));
  store.emit("chats");
  store.emit("messages", chat.key);
}

function insert(chat, message) {
  const { messages } = chat;
  const at = messages.findIndex((other) => other.id >= message.id);
  if (at >= 0 && messages[at].id === message.id) messages[at] = newer(messages[at], message);
  else if (at > 0 || (at === 0 && !chat.hasOlder)) messages.splice(at, 0, message);
  else if (at < 0 && !chat.hasNewer) append(chat, message);
}

// The range stays bounded in a page that is open for days.
function append(chat, message) {
  if (chat.messages.length < mostKept) {
    chat.messages.push(message);
  } else if (chat.isFollowed) {
    chat.messages = [...chat.messages.slice(-keptWhileFollowed), message];
    chat.hasOlder = true;
  } else {
    chat.hasNewer = true;
  }
}

function replaceMessage(chat, message) {
  const at = chat.messages?.findIndex((other) => other.id === message.id) ?? -1;
  if (at >= 0) chat.messages[at] = newer(chat.messages[at], message);
  if (chat.lastMessage?.id === message.id) chat.lastMessage = newer(chat.lastMessage, message);
  store.emit("chats");
  store.emit("messages", chat.key);
}

// REST answers and frames can overtake each other: the higher `seq` is the newer state.
const newer = (known, message) => (known.seq > message.seq ? withReads(message, known) : withReads(known, message));

/** `message` with the readers of whichever has more: the number of readers only grows. */
export function withReads(known, message) {
  return known.read_count > message.read_count ? { ...message, read_by: known.read_by, read_count: known.read_count } : message;
}

export function deleteMessage(chat, id) {
  if (chat.messages) chat.messages = chat.messages.filter((message) => message.id !== id);
  if (chat.lastMessage?.id === id) {
    chat.lastMessage = chat.hasNewer ? null : chat.messages?.at(-1) ?? null;
    if (!chat.lastMessage) store.dispatchEvent(new CustomEvent("stale", { detail: chat }));
  }
  store.emit("chats");
  store.emit("messages", chat.key);
}

function changeMessage(chat, id, change) {
  const at = chat.messages?.findIndex((message) => message.id === id) ?? -1;
  if (at < 0) return;
  chat.messages[at] = change(chat.messages[at]);
  store.emit("messages", chat.key);
}

function changeReaction(chat, { message_id, user_id, emoji, seq }, isAdded) {
  changeMessage(chat, message_id, (message) => {
    if (message.seq >= seq) return message;
    const known = message.reactions.find((reaction) => reaction.emoji === emoji) ?? { emoji, user_ids: [] };
    const others = known.user_ids.filter((id) => id !== user_id);
    const user_ids = isAdded ? [...others, user_id] : others;
    const changed = { emoji, user_ids, count: user_ids.length };
    const reactions = message.reactions.some((reaction) => reaction.emoji === emoji)
      ? message.reactions.map((reaction) => (reaction.emoji === emoji ? changed : reaction))
      : [...message.reactions, changed];
    return { ...message, seq, reactions: reactions.filter((reaction) => reaction.count > 0) };
  });
}

function markRead(chat, userId, ids) {
  const read = (message) => (message.sender_id === userId || message.read_by.includes(userId)
    ? message
    : { ...message, read_by: [...message.read_by, userId], read_count: message.read_count + 1 });
  ids.forEach((id) => changeMessage(chat, id, read));
  if (ids.includes(chat.lastMessage?.id)) chat.lastMessage = read(chat.lastMessage);
  if (userId === store.me?.id) store.dispatchEvent(new CustomEvent("read", { detail: { key: chat.key, ids } }));
  store.emit("chats");
}

function setTyping(chat, userId, isTyping) {
  clearTimeout(chat.typing.get(userId));
  if (isTyping) chat.typing.set(userId, setTimeout(() => setTyping(chat, userId, false), typingTimeoutMs));
  else if (!chat.typing.delete(userId)) return;
  store.emit("typing", chat.key);
  store.emit("chats");
}

/** Without a connection no typing frame arrives: nobody is shown as typing. */
export function endTyping() {
  for (const chat of store.chats.values()) for (const userId of [...chat.typing.keys()]) setTyping(chat, userId, false);
}

/** Without a connection presence is unknown. */
export function forgetPresence() {
  for (const [id, user] of store.users) store.users.set(id, { ...user, is_online: null });
  store.emit("chats");
  for (const key of store.chats.keys()) store.emit("chat", key);
}

function setPresence(userId, isOnline) {
  const user = store.user(userId);
  if (!user || user.is_online === isOnline) return;
  store.users.set(userId, { ...user, is_online: isOnline });
  store.emit("chats");
  for (const chat of store.chats.values()) if (chat.members.some((member) => member.id === userId)) store.emit("chat", chat.key);
}

function changeMembers(chat, difference, change, user = null) {
  store.upsertUser(user);
  const before = chat.members.length;
  chat.members = change(chat.members);
  chat.memberCount = chat.isWhole ? chat.members.length : chat.memberCount + (chat.members.length - before || difference);
  store.emit("chats");
  store.emit("chat", chat.key);
}
