// The page of one chat: header, log, composer.

import { h, icon, iconButton, refill } from "../dom.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { store } from "../store.js";
import * as sync from "../sync.js";
import { stopTyping } from "../typing.js";
import { chatAvatar, titleOf } from "./avatar.js";
import { chatMenu, unblock } from "./chatmenu.js";
import { composer } from "./composer.js";
import { groupInfo } from "./groupinfo.js";
import { messageLog } from "./log.js";
import { openMenu } from "./overlays.js";
import { backButton } from "./pages.js";

export function chatPage(chat) {
  const writing = composer(chat, { toLog: () => log.focusLast(), sent: () => log.toEnd() });
  const log = messageLog(chat, { reply: writing.reply, edit: writing.edit, takeBack: writing.takeBack, toComposer: writing.focus });
  const head = h("header", { class: "chat-head" });
  const foot = h("div", {});
  const typists = h("p", { class: "typists" });
  const element = h("section", { class: "chat", "aria-label": `Chat with ${titleOf(chat)}`, ondragover: dragged, ondragleave: dragged, ondrop: dropped },
    head, log.element, h("footer", { class: "chat-foot" }, typists, foot));
  const ends = [
    store.on("chat", ({ detail: key }) => key === chat.key && showDetails()),
    store.on("blocks", showDetails),
    store.on("typing", ({ detail: key }) => key === chat.key && showTypists()),
  ];

  function showDetails() {
    if (!store.me) return;
    refill(head, ...header(chat));
    const block = chat.kind === "conversation" && store.blockOf(store.partner(chat)?.id, chat.organizationId);
    const wanted = block ? "blocked" : "open";
    if (foot.dataset.state === wanted) return;
    foot.dataset.state = wanted;
    refill(foot, block ? blockedNote(chat, block) : writing.element);
  }

  function showTypists() {
    const names = [...chat.typing.keys()].map((id) => nameOf(store.user(id)));
    const text = names.length === 0 ? null : names.length > 3 ? "Several people are typing…" : `${new Intl.ListFormat("en").format(names)} ${names.length > 1 ? "are" : "is"} typing…`;
    refill(typists, text ? [h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), text] : null);
  }

  function dragged(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    element.classList.toggle("is-target", event.type === "dragover");
  }

  function dropped(event) {
    element.classList.remove("is-target");
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    writing.attach(event.dataTransfer.files);
  }

  showDetails();
  showTypists();
  return {
    element,
    async shown() {
      writing.focusWithoutKeyboard();
      await attempt(() => sync.open(chat));
      log.toBeginning();
    },
    leave() {
      stopTyping();
      writing.leave();
      log.leave();
      ends.forEach((end) => end());
      sync.close(chat);
      store.emit("chats");
    },
  };
}

function header(chat) {
  const more = iconButton("more", "Chat options", () => openMenu(more, "Chat options", chatMenu(chat)), { "aria-haspopup": "menu" });
  const state = chat.kind === "group"
    ? `${chat.memberCount} ${chat.memberCount === 1 ? "member" : "members"}`
    : { true: "online", false: "offline" }[store.partner(chat)?.is_online] ?? "";
  const title = [h("h2", { dir: "auto" }, titleOf(chat)), h("p", { class: store.partner(chat)?.is_online ? "is-online" : "" }, state)];
  return [
    backButton(),
    chatAvatar(chat, { presence: false }),
    chat.kind === "group"
      ? h("button", { type: "button", class: "chat-title", "aria-label": `About the group ${chat.name}`, onclick: () => groupInfo(chat) }, title)
      : h("div", { class: "chat-title" }, title),
    more,
  ];
}

function blockedNote(chat, block) {
  return h("p", { class: "blocked-note" }, icon("info"), `You have blocked ${nameOf(store.partner(chat))}. `,
    h("button", { type: "button", class: "link", onclick: () => unblock(block) }, "Unblock"));
}
