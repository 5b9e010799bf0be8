// The list of chats, newest activity first.

import { h, icon, iconButton, reconcile } from "../dom.js";
import { draftOf } from "../drafts.js";
import { nameOf, summaryOf, whenOf } from "../format.js";
import { pendingIn } from "../outbox.js";
import { isLooking } from "../receipts.js";
import { addressOf, go } from "../router.js";
import { store } from "../store.js";
import { chatAvatar, titleOf, userAvatar } from "./avatar.js";
import { newChat } from "./newchat.js";
import { newGroup } from "./newgroup.js";
import { openMenu } from "./overlays.js";
import { signOut } from "./pages.js";

export const mayAdminister = () => ["ADMIN", "SUPERUSER"].includes(store.me.role) || store.me.organizations?.some((one) => one.role === "ADMIN");

export function sidebar() {
  let selected = null;
  const list = h("ul", { class: "chats", onkeydown: steer });
  const filter = h("input", { type: "search", placeholder: "Search chats", "aria-label": "Search chats", "aria-keyshortcuts": "Control+K", oninput: update });
  const nothing = h("p", { class: "nothing", hidden: true });
  const element = h("nav", { class: "sidebar", "aria-label": "Chats" },
    h("header", {}, meButton(), h("h1", {}, "Chats"), newButton()),
    h("div", { class: "filter" }, icon("search"), filter), list, nothing);
  const ends = [store.on("chats", update), store.on("day", update)];

  function update() {
    const wanted = filter.value.trim().toLowerCase();
    const chats = store.byActivity().filter((chat) => titleOf(chat).toLowerCase().includes(wanted));
    reconcile(list, chats.map((chat) => rowOf(chat, selected)), (a, b) => Object.keys(b).every((name) => a[name] === b[name]), render);
    nothing.hidden = chats.length > 0;
    nothing.textContent = wanted ? "No chat of that name." : "No chats yet. Start one with the plus above.";
  }

  update();
  return {
    element,
    select(key) { selected = key; update(); },
    focusFilter() { filter.focus(); filter.select(); },
    leave: () => ends.forEach((end) => end()),
  };
}

function rowOf(chat, selected) {
  const last = pendingIn(chat.key).at(-1) ?? chat.lastMessage;
  const sender = last && (last.clientId || last.sender_id === store.me.id) ? "You" : chat.kind === "group" && last ? nameOf(store.user(last.sender_id)) : "";
  const typists = [...chat.typing.keys()].map((id) => nameOf(store.user(id)));
  const draft = chat.key === selected ? "" : draftOf(chat.key).text.trim();
  return {
    key: chat.key,
    chat,
    draft,
    title: titleOf(chat),
    avatar: chat.avatar,
    online: store.partner(chat)?.is_online ?? false,
    text: typists.length > 0 ? "" : summaryOf(last && { attachments: last.files?.map((file) => ({ file_name: file.name })), ...last }),
    sender: typists.length > 0 ? "" : sender,
    typing: typists.length === 0 ? "" : chat.kind === "group" ? `${typists[0]} is typing…` : "typing…",
    when: last ? whenOf(last.created_at ?? last.createdAt) : "",
    // What arrives in the chat that is being read is read at once: its count would only flash.
    unread: chat.key === selected && chat.isFollowed && isLooking() ? 0 : chat.unread,
    selected: chat.key === selected,
  };
}

function render(row) {
  const said = row.draft ? `Draft: ${summaryOf({ content: row.draft })}` : [row.sender, row.text].filter(Boolean).join(": ");
  const label = [row.title, row.online && "online", row.unread > 0 && `${row.unread} unread`, row.typing || said, row.when].filter(Boolean).join(", ");
  return h("li", {}, h("a", { href: addressOf(row.key), class: "chat-link", "aria-label": label, "aria-current": row.selected ? "page" : null, "data-focus": row.key },
    chatAvatar(row.chat),
    h("span", { class: "chat-name", dir: "auto" }, row.title), h("time", {}, row.when),
    h("span", { class: row.typing ? "chat-text is-typing" : row.draft ? "chat-text is-draft" : "chat-text", dir: "auto" }, row.typing || said || "No messages yet"),
    row.unread > 0 ? h("span", { class: "badge" }, row.unread > 99 ? "99+" : row.unread) : null));
}

function steer(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  links[links.indexOf(document.activeElement) + step]?.focus();
  event.preventDefault();
}

function meButton() {
  const button = h("button", { type: "button", class: "me", "aria-label": "You and settings", "aria-haspopup": "menu", onclick: () => openMenu(button, "You", [
    { icon: "edit", label: "Profile", action: () => go("#/profile") },
    mayAdminister() && { icon: "people", label: "Administration", action: () => go("#/admin") },
    { icon: "exit", label: "Sign out", action: signOut },
  ]) }, userAvatar(store.me, { presence: false }));
  return button;
}

function newButton() {
  const button = iconButton("plus", "New chat", () => openMenu(button, "New", [
    { icon: "chat", label: "New conversation", action: newChat },
    { icon: "people", label: "New group", action: newGroup },
  ]), { "aria-haspopup": "menu" });
  return button;
}
