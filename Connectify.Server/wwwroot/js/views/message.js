// Draws one message, stored or on its way.

import { h, icon, iconButton } from "../dom.js";
import { momentOf, nameOf, summaryOf, timeOf } from "../format.js";
import { withLinks } from "../links.js";
import { discard, retry } from "../outbox.js";
import { store } from "../store.js";
import { filesView, previewsView } from "./attachments.js";
import { userAvatar } from "./avatar.js";
import { reactionsView } from "./reactions.js";

/** @param old the item that the message had before, or undefined: its players and pictures are kept. */
export function messageView(row, use, old) {
  const { message, quote } = row;
  const isMine = message.sender_id === store.me.id;
  const sender = store.user(message.sender_id) ?? message.sender;
  const more = iconButton("more", "Message actions", () => use.menu(message, more), { "aria-haspopup": "menu", "data-focus": "more", tabindex: "-1" });
  return frame(row, isMine, sender, { "data-id": message.id, "aria-label": labelOf(message, isMine, sender, quote) }, [
    h("div", { class: "line" },
      h("div", { class: "bubble" },
        quoteView(row, use),
        keptFiles(message, old),
        message.content ? h("p", { class: "text", dir: "auto" }, withLinks(message.content)) : null,
        h("div", { class: "meta" }, message.is_edited ? h("span", {}, "edited") : null,
          h("time", { datetime: message.created_at, title: momentOf(message.created_at) }, timeOf(message.created_at)),
          isMine ? stateView(message, use.chat) : null)),
      h("div", { class: "tools" }, iconButton("reply", "Reply", () => use.reply(message), { "data-focus": "reply", tabindex: "-1", class: "icon-button reply" }), more)),
    reactionsView(message),
  ], use);
}

/** Draws a message that the server has not confirmed. */
export function pendingView(row, use) {
  const { pending } = row;
  const hasFailed = pending.state === "failed";
  return frame(row, true, store.me, { "data-client": pending.clientId, "aria-label": `You: ${pending.content}, ${hasFailed ? "failed" : "sending"}` }, [
    h("div", { class: "line" },
      h("div", { class: "bubble is-pending" },
        quoteView(row, use),
        previewsView(pending),
        pending.content ? h("p", { class: "text", dir: "auto" }, withLinks(pending.content)) : null,
        pending.files.length > 0 && !hasFailed ? h("progress", { max: "1", value: pending.progress, "aria-label": "Upload" }) : null,
        h("div", { class: "meta" }, h("time", {}, timeOf(pending.createdAt)), state(hasFailed ? "alert" : "clock", hasFailed ? "Failed" : "Sending")))),
    hasFailed ? h("div", { class: "failure", role: "alert" }, h("span", {}, `Not sent: ${pending.detail}`),
      pending.isUnfit
        ? h("button", { type: "button", class: "link", onclick: () => use.takeBack(pending) }, "Edit")
        : h("button", { type: "button", class: "link", onclick: () => retry(pending) }, "Try again"),
      h("button", { type: "button", class: "link", onclick: () => discard(pending) }, "Discard")) : null,
  ], use);
}

// A film that plays goes on when a reaction or a tick is added to its message.
function keptFiles(message, old) {
  const names = message.attachments.map((file) => file.id).join();
  const kept = old?.querySelector(".files");
  if (kept?.dataset.files === names) return kept;
  const files = filesView(message);
  if (files) files.dataset.files = names;
  return files;
}

function frame(row, isMine, sender, properties, content, use) {
  const showsSender = !isMine && use.chat.kind === "group";
  const classes = ["message", isMine ? "is-mine" : "is-theirs", row.isFirst && "is-first", showsSender && "has-sender", row.isUnreadStart && "is-first-unread"];
  return h("li", { class: classes.filter(Boolean).join(" "), tabindex: "-1", ...properties },
    row.day ? h("p", { class: "day" }, h("span", {}, row.day)) : null,
    row.isUnreadStart ? h("p", { class: "unread-line" }, h("span", {}, "New messages")) : null,
    h("div", { class: "body" },
      showsSender ? row.isFirst ? userAvatar(sender, { size: "small", presence: false }) : h("span", { class: "avatar small is-blank" }) : null,
      h("div", { class: "column" },
        showsSender && row.isFirst ? h("p", { class: `sender hue-text-${sender.id % 8}`, dir: "auto" }, nameOf(sender)) : null,
        content)));
}

function quoteView({ quote, message, pending }, use) {
  if (quote === null) return null;
  if (!quote || quote.isGone) return h("p", { class: "quote is-gone" }, quote ? "Deleted message" : "…");
  const author = quote.sender_id === store.me.id ? "You" : nameOf(store.user(quote.sender_id) ?? quote.sender);
  return h("button", { type: "button", class: `quote hue-text-${quote.sender_id % 8}`, tabindex: "-1", "aria-label": `In reply to ${author}: ${summaryOf(quote)}`, onclick: () => use.show(message?.reply_to ?? pending.replyTo) },
    h("b", { dir: "auto" }, author), h("span", { dir: "auto" }, summaryOf(quote)));
}

const state = (name, label) => h("span", { class: `state is-${label.toLowerCase().split(" ")[0]}`, role: "img", "aria-label": label, title: label }, icon(name));

function stateView(message, chat) {
  if (message.read_count === 0) return state("check", "Sent");
  return state("checks", chat.kind === "group" ? `Read by ${message.read_count}` : "Read");
}

function labelOf(message, isMine, sender, quote) {
  const parts = [
    isMine ? "You" : nameOf(sender),
    quote && !quote.isGone ? `in reply to "${summaryOf(quote).slice(0, 60)}"` : null,
    message.content || null,
    message.attachments.map((file) => file.file_name).join(", ") || null,
    timeOf(message.created_at),
    message.is_edited ? "edited" : null,
    isMine && message.read_count > 0 ? "read" : null,
  ];
  return parts.filter(Boolean).join(", ");
}
