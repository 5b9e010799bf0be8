// What is known: people, chats, their messages. Views read it and are told what changed.

/** "c5" or "g7": one name for a chat of either kind. */
export const keyOf = (kind, id) => (kind === "group" ? "g" : "c") + id;
export const keyOfFrame = (frame) => frame.conversation_id ? keyOf("conversation", frame.conversation_id) : keyOf("group", frame.group_chat_id);

/**
 * Events: `chats` (the list, or something it shows), `chat` (its details; detail: key), `messages` (detail: key),
 * `typing` (detail: key), `blocks`, `removed` (detail: key).
 */
class Store extends EventTarget {
  me = null;
  users = new Map();
  chats = new Map();
  blocks = [];
  #told = new Map();

  on(type, listener) {
    this.addEventListener(type, listener);
    return () => this.removeEventListener(type, listener);
  }

  /** Tells of a change, once for all that happen in one go. */
  tell(type, detail = null) {
    const name = `${type} ${detail}`;
    if (this.#told.has(name)) return;
    this.#told.set(name, setTimeout(() => {
      this.#told.delete(name);
      this.dispatchEvent(new CustomEvent(type, { detail }));
    }));
  }

  meet(user) {
    if (!user) return;
    const { id, username, first_name, last_name, profile_image, is_online } = user;
    const known = this.users.get(id);
    this.users.set(id, { ...known, id, username, first_name, last_name, profile_image, is_online: is_online ?? known?.is_online ?? null });
  }

  user(id) {
    return this.users.get(id);
  }

  /** Takes in a chat as REST shows it. What only frames change is kept where it is newer. */
  take(kind, view) {
    const key = keyOf(kind, view.id);
    const members = view.participants ?? view.members;
    members.forEach((member) => this.meet(member));
    this.meet(view.last_message?.sender);
    const known = this.chats.get(key);
    const chat = known ?? { key, kind, id: view.id, seq: 0, messages: null, backlog: null, isBehind: false, hasOlder: true, lastMessage: null, typing: new Map(), firstUnread: null };
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
    // A chat that is open is moved on by frames alone, so that what it missed is replayed from where it stands.
    if (!chat.messages && view.seq >= chat.seq) {
      chat.seq = view.seq;
      chat.lastMessage = view.last_message;
    }
    this.chats.set(key, chat);
    this.tell("chats");
    this.tell("chat", key);
    return chat;
  }

  remove(key) {
    if (!this.chats.delete(key)) return;
    this.tell("chats");
    this.tell("removed", key);
  }

  byActivity() {
    const at = (chat) => chat.lastMessage?.created_at ?? chat.createdAt;
    return [...this.chats.values()].sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : b.id - a.id));
  }

  /** The other one in a conversation. */
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
