// The composer: a text, files, a reply or an edit.

import { api } from "../api.js";
import { h, icon, iconButton, refill } from "../dom.js";
import { draftOf, keepDraft } from "../drafts.js";
import { nameOf, summaryOf } from "../format.js";
import { attempt } from "../notices.js";
import { discard, isPicture, send } from "../outbox.js";
import { store } from "../store.js";
import { settle } from "../sync.js";
import { stopTyping, typing } from "../typing.js";
import { titleOf } from "./avatar.js";

const processKey = 229;

/** Whether the main pointer is a finger: then the keyboard is on the screen, and its Enter key is for new lines. */
const isTouch = () => matchMedia("(pointer: coarse)").matches;

export function composer(chat, { toLog, sent }) {
  const draft = draftOf(chat.key);
  const text = h("textarea", { rows: "1", dir: "auto", placeholder: "Message", "aria-label": `Message to ${titleOf(chat)}`, enterkeyhint: isTouch() ? "enter" : "send", value: draft.text, oninput: typed, onkeydown: keyed, onpaste: pasted });
  const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: () => { attach(picker.files); picker.value = ""; } });
  const context = h("div", { class: "context" });
  const tray = h("div", { class: "tray", role: "list", "aria-label": "Files to send" });
  const sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
  const clip = iconButton("clip", "Attach files", () => picker.click());
  const element = h("form", { class: "composer", onsubmit: submit }, context, tray, h("div", { class: "composer-row" }, clip, picker, text, sendButton));

  function show() {
    refill(context, draft.editing ? contextView("edit", "Edit message", draft.editing) : draft.replyTo ? contextView("reply", `Reply to ${authorOf(draft.replyTo)}`, draft.replyTo) : null);
    // The draft's files wait while a message is edited, as its text does.
    const files = draft.editing ? [] : draft.files;
    refill(tray, files.map(fileView));
    clip.disabled = draft.editing !== null;
    sendButton.disabled = text.value.trim() === "" && files.length === 0;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }

  function contextView(name, title, message) {
    return h("div", { class: "context-box" }, icon(name), h("span", {}, h("b", { dir: "auto" }, title), h("span", { dir: "auto" }, summaryOf(message))),
      iconButton("close", name === "edit" ? "Cancel edit" : "Cancel reply", cancel));
  }

  function fileView(entry) {
    return h("div", { class: "tray-file", role: "listitem" },
      entry.url ? h("img", { src: entry.url, alt: "" }) : icon("file"),
      h("span", { class: "file-name", dir: "auto" }, entry.file.name),
      iconButton("close", `Remove ${entry.file.name}`, () => {
        draft.files.splice(draft.files.indexOf(entry), 1);
        if (entry.url) URL.revokeObjectURL(entry.url);
        show();
        text.focus();
      }));
  }

  function typed() {
    if (!draft.editing) {
      draft.text = text.value;
      keepDraft(chat.key);
      if (text.value) typing(chat);
    }
    show();
  }

  function keyed(event) {
    // The input method handles this key. Safari reports the Enter that ends a composition only by its key code.
    if (event.isComposing || event.keyCode === processKey) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (!event.shiftKey && !isTouch()))) {
      event.preventDefault();
      element.requestSubmit();
    } else if (event.key === "Escape" && (draft.replyTo || draft.editing)) {
      cancel();
    } else if (event.key === "ArrowUp" && text.value === "" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      editLast();
    } else if (event.key === "ArrowUp" && text.value === "") {
      event.preventDefault();
      toLog();
    }
  }

  function editLast() {
    const last = chat.messages?.findLast((message) => message.sender_id === store.me.id);
    if (last && !draft.editing) become({ editing: last });
  }

  function pasted(event) {
    const { clipboardData } = event;
    if (clipboardData.files.length === 0 || isText(clipboardData)) return;
    event.preventDefault();
    attach(clipboardData.files);
  }

  function attach(files) {
    if (draft.editing) return;
    draft.files.push(...[...files].map(held));
    show();
    text.focus();
  }

  async function submit(event) {
    event.preventDefault();
    if (sendButton.disabled) return;
    if (draft.editing) return saveEdit();
    stopTyping();
    send(chat, { content: text.value, replyTo: draft.replyTo?.id ?? null, files: draft.files.map((entry) => entry.file) });
    draft.files.forEach(({ url }) => url && URL.revokeObjectURL(url));
    become({ text: "", files: [], replyTo: null });
    sent();
  }

  async function saveEdit() {
    const { editing } = draft;
    const content = text.value;
    const edited = content === editing.content ? editing : await attempt(() => api.edit(editing.id, content));
    if (!edited) return;
    if (edited !== editing) settle(chat, edited);
    // The user may have begun something else while the request ran.
    if (draft.editing === editing) become({});
  }

  /** Puts a message that failed back, before what has been written since. */
  function takeBack(entry) {
    discard(entry);
    become({
      text: [entry.content, draft.text].filter(Boolean).join("\n"),
      files: [...entry.files.map(held), ...draft.files],
      replyTo: chat.messages?.find((message) => message.id === entry.replyTo) ?? draft.replyTo,
    });
  }

  function cancel() {
    become(draft.editing ? {} : { replyTo: null });
  }

  /** Changes the draft and shows it, or the message that is edited. */
  function become(changes) {
    Object.assign(draft, { editing: null }, changes);
    keepDraft(chat.key);
    text.value = draft.editing?.content ?? draft.text;
    show();
    text.focus();
  }

  show();
  requestAnimationFrame(show);
  return {
    element,
    attach,
    reply: (message) => become({ replyTo: message }),
    edit: (message) => become({ editing: message }),
    takeBack,
    focus: () => text.focus(),
    // On a phone the focus opens the keyboard, which covers the messages.
    focusWithoutKeyboard: () => isTouch() || text.focus(),
    leave() {
      draft.editing = null;
    },
  };
}

// Office programs put a picture of the copied cells or words beside their text. File managers put names beside files.
function isText(clipboard) {
  const text = clipboard.getData("text/plain");
  if (!text.trim()) return false;
  const isRich = ["text/html", "text/rtf", "application/rtf"].some((type) => clipboard.types.includes(type));
  return isRich || ![...clipboard.files].every((file) => text.includes(file.name));
}

const held = (file) => ({ file, url: isPicture(file) ? URL.createObjectURL(file) : null });

const authorOf = (message) => (message.sender_id === store.me.id ? "yourself" : nameOf(store.user(message.sender_id)));
