// What each frame changes in the store.

import { keyOfFrame, store } from "./store.js";

const typingEnds = 12_000;

const durable = {
  message: (chat, { message }) => addMessage(chat, message),
  message_updated: (chat, { message }) => replaceMessage(chat, message),
  message_deleted: (chat, { message_id }) => deleteMessage(chat, message_id),
  reaction_added: (chat, frame) => changeReaction(chat, frame, true),
  reaction_removed: (chat, frame) => changeReaction(chat, frame, false),
};

const passing = {
  typing: (chat, frame) => setTyping(chat, frame.user_id, frame.is_typing),
  read: (chat, frame) => markRead(chat, frame.user_id, [frame.message_id]),
  read_messages: (chat, frame) => markRead(chat, frame.user_id, frame.message_ids),
  unread: (chat, frame) => { chat.unread = frame.unread_count; store.tell("chats"); },
  presence: (chat, frame) => setPresence(frame.user_id, frame.is_online),
  member_added: (chat, { user }) => { changeMembers(chat, 1, (members) => [...members.filter((m) => m.id !== user.id), { ...user, role: "member" }], user); },
  member_removed: (chat, { user }) => { changeMembers(chat, -1, (members) => members.filter((m) => m.id !== user.id), user); },
  role_changed: (chat, { user_id, role }) => { changeMembers(chat, 0, (members) => members.map((m) => (m.id === user_id ? { ...m, role } : m))); },
  chat_updated: (chat, { name, description, avatar }) => {
    Object.assign(chat, { name, description: description ?? "", avatar: avatar ?? null });
    store.tell("chats");
    store.tell("chat", chat.key);
  },
};

/** @returns false where the frame names a chat that is not known. */
export function apply(frame) {
  const change = durable[frame.type] ?? passing[frame.type];
  if (!change) return true;
  const chat = store.chats.get(keyOfFrame(frame));
  if (!chat) return false;
  // What is new can be here before what was missed; it comes once more after it.
  if (chat.isBehind && frame.type in durable) return true;
  if (chat.backlog && (frame.type in durable || frame.type.startsWith("read"))) chat.backlog.push(frame);
  else if (frame.type in durable) applyDurable(chat, frame);
  else change(chat, frame);
  return true;
}

/** Applies a change unless it has been seen: after a resume, and for repeats of a send, changes come again. */
function applyDurable(chat, frame) {
  if (frame.seq <= chat.seq) return;
  chat.seq = frame.seq;
  durable[frame.type](chat, frame);
  store.tell("messages", chat.key);
}

/** A message that REST or a frame gave: as the newest, wherever it belongs. */
export function addMessage(chat, message) {
  store.meet(message.sender);
  setTyping(chat, message.sender_id, false);
  if (!chat.lastMessage || message.id >= chat.lastMessage.id) chat.lastMessage = message;
  if (chat.messages) {
    const at = chat.messages.findIndex((other) => other.id >= message.id);
    if (at < 0) chat.messages.push(message);
    else if (chat.messages[at].id === message.id) chat.messages[at] = message;
    else if (at > 0 || !chat.hasOlder) chat.messages.splice(at, 0, message);
    store.dispatchEvent(new CustomEvent("arrived", { detail: { chat, message } }));
  }
  store.tell("chats");
  store.tell("messages", chat.key);
}

function replaceMessage(chat, message) {
  const at = chat.messages?.findIndex((other) => other.id === message.id) ?? -1;
  if (at >= 0) chat.messages[at] = withReads(chat.messages[at], message);
  if (chat.lastMessage?.id === message.id) chat.lastMessage = withReads(chat.lastMessage, message);
  store.tell("chats");
  store.tell("messages", chat.key);
}

/** Reads only become more: what was written down before a read was heard of doesn't take it back. */
export function withReads(known, message) {
  return known.read_count > message.read_count ? { ...message, read_by: known.read_by, read_count: known.read_count } : message;
}

export function deleteMessage(chat, id) {
  if (chat.messages) chat.messages = chat.messages.filter((message) => message.id !== id);
  if (chat.lastMessage?.id === id) {
    chat.lastMessage = chat.messages?.at(-1) ?? null;
    if (!chat.lastMessage) store.dispatchEvent(new CustomEvent("stale", { detail: chat }));
  }
  store.tell("chats");
  store.tell("messages", chat.key);
}

function changeMessage(chat, id, change) {
  const at = chat.messages?.findIndex((message) => message.id === id) ?? -1;
  if (at < 0) return;
  chat.messages[at] = change(chat.messages[at]);
  store.tell("messages", chat.key);
}

function changeReaction(chat, { message_id, user_id, emoji }, isAdded) {
  changeMessage(chat, message_id, (message) => {
    const known = message.reactions.find((reaction) => reaction.emoji === emoji) ?? { emoji, user_ids: [] };
    const others = known.user_ids.filter((id) => id !== user_id);
    const user_ids = isAdded ? [...others, user_id] : others;
    const changed = { emoji, user_ids, count: user_ids.length };
    const reactions = message.reactions.some((reaction) => reaction.emoji === emoji)
      ? message.reactions.map((reaction) => (reaction.emoji === emoji ? changed : reaction))
      : [...message.reactions, changed];
    return { ...message, reactions: reactions.filter((reaction) => reaction.count > 0) };
  });
}

function markRead(chat, userId, ids) {
  const read = (message) => (message.sender_id === userId || message.read_by.includes(userId)
    ? message
    : { ...message, read_by: [...message.read_by, userId], read_count: message.read_count + 1 });
  ids.forEach((id) => changeMessage(chat, id, read));
  if (ids.includes(chat.lastMessage?.id)) chat.lastMessage = read(chat.lastMessage);
  store.tell("chats");
}

function setTyping(chat, userId, isTyping) {
  clearTimeout(chat.typing.get(userId));
  if (isTyping) chat.typing.set(userId, setTimeout(() => setTyping(chat, userId, false), typingEnds));
  else if (!chat.typing.delete(userId)) return;
  store.tell("typing", chat.key);
  store.tell("chats");
}

/** Nobody can be heard any more. */
export function endTyping() {
  for (const chat of store.chats.values()) for (const userId of [...chat.typing.keys()]) setTyping(chat, userId, false);
}

/** Nor is it known who is there. */
export function forgetPresence() {
  for (const [id, user] of store.users) store.users.set(id, { ...user, is_online: null });
  store.tell("chats");
  for (const key of store.chats.keys()) store.tell("chat", key);
}

function setPresence(userId, isOnline) {
  const user = store.user(userId);
  if (!user || user.is_online === isOnline) return;
  store.users.set(userId, { ...user, is_online: isOnline });
  store.tell("chats");
  for (const chat of store.chats.values()) if (chat.members.some((member) => member.id === userId)) store.tell("chat", chat.key);
}

function changeMembers(chat, difference, change, user = null) {
  store.meet(user);
  const before = chat.members.length;
  chat.members = change(chat.members);
  chat.memberCount = chat.isWhole ? chat.members.length : chat.memberCount + (chat.members.length - before || difference);
  store.tell("chats");
  store.tell("chat", chat.key);
}
