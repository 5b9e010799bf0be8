// The client's state: users, chats and their messages. Views read it and listen to its events.

/** "c5" or "g7": one key for a chat of either kind. */
export const keyOf = (kind, id) => (kind === "group" ? "g" : "c") + id;
export const keyOfFrame = (frame) => frame.conversation_id ? keyOf("conversation", frame.conversation_id) : keyOf("group", frame.group_chat_id);

/** The field that names a chat in frames. */
export const chatField = (chat) => ({ [chat.kind === "group" ? "group_chat_id" : "conversation_id"]: chat.id });

/**
 * A chat's `messages` are null until it is opened, then one contiguous range of the history, oldest first: `hasOlder` and
 * `hasNewer` tell whether the server has more on either side. `firstUnread` is the id below the "New messages" line.
 * `isFollowed`: the view shows the newest messages and moves with them.
 */
const emptyChat = {
  seq: 0, messages: null, backlog: null, isBehind: false, hasOlder: true, hasNewer: false, lastMessage: null, firstUnread: null, isFollowed: false,
};

/**
 * Events: `chats` (the list, or something that it shows), `chat` (a chat's details; detail: key), `messages` (detail: key),
 * `typing` (detail: key), `blocks`, `removed` (detail: key), `reloaded` (detail: key; its
 * messages were read again), `day` (the date has changed).
 */
class Store extends EventTarget {
  me = null;
  users = new Map();
  chats = new Map();
  blocks = [];
  #scheduled = new Map();

  /** @returns a function that ends the subscription. */
  on(type, listener) {
    this.addEventListener(type, listener);
    return () => this.removeEventListener(type, listener);
  }

  /** Schedules an event. Several of one type and detail in the same task become one. */
  emit(type, detail = null) {
    const name = `${type} ${detail}`;
    if (this.#scheduled.has(name)) return;
    this.#scheduled.set(name, setTimeout(() => {
      this.#scheduled.delete(name);
      this.dispatchEvent(new CustomEvent(type, { detail }));
    }));
  }

  upsertUser(user) {
    if (!user) return;
    const { id, username, first_name, last_name, profile_image, is_online } = user;
    const known = this.users.get(id);
    this.users.set(id, { ...known, id, username, first_name, last_name, profile_image, is_online: is_online ?? known?.is_online ?? null });
  }

  user(id) {
    return this.users.get(id);
  }

  /** Adds or updates a chat from a REST object. Fields that only frames change keep their newer value. */
  upsertChat(kind, view) {
    const key = keyOf(kind, view.id);
    const members = view.participants ?? view.members;
    members.forEach((member) => this.upsertUser(member));
    this.upsertUser(view.last_message?.sender);
    const known = this.chats.get(key);
    const chat = known ?? { key, kind, id: view.id, ...emptyChat, typing: new Map(), recorders: new Set() };
    const isWhole = kind === "conversation" || "messages" in view || members.length === view.member_count;
    Object.assign(chat, {
      organizationId: view.organization_id,
      name: view.name,
      description: view.description ?? "",
      avatar: view.avatar ?? null,
      members: isWhole || !known?.isWhole ? members : known.members,
      isWhole: isWhole || known?.isWhole === true,
      memberCount: view.member_count ?? members.length,
      createdAt: view.created_at,
      unread: view.unread_count,
    });
    // Only frames advance an open chat, so that a resume replays everything after its `seq`.
    if (!chat.messages && view.seq >= chat.seq) {
      chat.seq = view.seq;
      chat.lastMessage = view.last_message;
    }
    this.chats.set(key, chat);
    this.emit("chats");
    this.emit("chat", key);
    return chat;
  }

  remove(key) {
    if (!this.chats.delete(key)) return;
    this.emit("chats");
    this.emit("removed", key);
  }

  byActivity() {
    const at = (chat) => chat.lastMessage?.created_at ?? chat.createdAt;
    return [...this.chats.values()].sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : b.id - a.id));
  }

  /** The other participant of a conversation; null for a group. */
  partner(chat) {
    const id = chat.kind === "conversation" ? chat.members.find((member) => member.id !== this.me.id)?.id : null;
    return id ? this.users.get(id) : null;
  }

  isAdminOf(chat) {
    return chat.kind === "group" && chat.members.some((member) => member.id === this.me.id && member.role === "admin");
  }

  blockOf(userId, organizationId) {
    return this.blocks.find((block) => block.blocked_id === userId && block.organization_id === organizationId);
  }

  unreadInAll() {
    return [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
  }

  clear() {
    this.me = null;
    this.users.clear();
    this.chats.clear();
    this.blocks = [];
  }
}

export const store = new Store();
