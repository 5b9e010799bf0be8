// Where messages are written: text, files, a reply or an edit.

import { api } from "../api.js";
import { h, icon, iconButton, refill } from "../dom.js";
import { nameOf, summaryOf } from "../format.js";
import { attempt } from "../notices.js";
import { discard, isPicture, send } from "../outbox.js";
import { stopTyping, typing } from "../reading.js";
import { store } from "../store.js";
import { settle } from "../sync.js";
import { titleOf } from "./avatar.js";

const drafts = new Map();

export function composer(chat, { toLog, sent }) {
  const draft = drafts.get(chat.key) ?? { text: "", files: [], replyTo: null, editing: null };
  drafts.set(chat.key, draft);
  const text = h("textarea", { rows: "1", dir: "auto", placeholder: "Message", "aria-label": `Message to ${titleOf(chat)}`, enterkeyhint: "send", value: draft.text, oninput: typed, onkeydown: keyed, onpaste: pasted });
  const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", onchange: () => { attach(picker.files); picker.value = ""; } });
  const context = h("div", { class: "context" });
  const tray = h("div", { class: "tray", role: "list", "aria-label": "Files to send" });
  const sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
  const clip = iconButton("clip", "Attach files", () => picker.click());
  const element = h("form", { class: "composer", onsubmit: submit }, context, tray, h("div", { class: "composer-row" }, clip, picker, text, sendButton));

  function show() {
    refill(context, draft.editing ? contextView("edit", "Edit message", draft.editing) : draft.replyTo ? contextView("reply", `Reply to ${authorOf(draft.replyTo)}`, draft.replyTo) : null);
    // What is edited has its own files; those of the draft wait, as its text does.
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
      if (text.value) typing(chat);
    }
    show();
  }

  function keyed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      element.requestSubmit();
    } else if (event.key === "Escape" && (draft.replyTo || draft.editing)) {
      cancel();
    } else if (event.key === "ArrowUp" && text.value === "") {
      event.preventDefault();
      toLog();
    }
  }

  function pasted(event) {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    attach(event.clipboardData.files);
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
    // While it was being saved, something else may have been begun.
    if (draft.editing === editing) become({});
  }

  /** What could not be sent goes before what has been begun meanwhile. */
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

  /** Shows the draft, changed; or what is edited instead of it. */
  function become(changes) {
    Object.assign(draft, { editing: null }, changes);
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
    // On a phone focus opens the keyboard over what is to be read.
    focusWhereThereAreKeys: () => matchMedia("(hover: hover)").matches && text.focus(),
    leave() {
      draft.editing = null;
    },
  };
}

const held = (file) => ({ file, url: isPicture(file) ? URL.createObjectURL(file) : null });

const authorOf = (message) => (message.sender_id === store.me.id ? "yourself" : nameOf(store.user(message.sender_id)));

/** Drafts are one person's. */
export const forgetDrafts = () => drafts.clear();
