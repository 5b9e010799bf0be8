// The messages of a chat: the newest below, older ones as one scrolls up.

import { h, icon, reconcile, refill } from "../dom.js";
import { dayKey, dayOf, nameOf, summaryOf } from "../format.js";
import { announce, attempt } from "../notices.js";
import { isThere, pendingIn } from "../outbox.js";
import { store } from "../store.js";
import * as sync from "../sync.js";
import { messageMenu } from "./messagemenu.js";
import { messageView, pendingView } from "./message.js";
import { quoteOf } from "./quotes.js";

const together = 5 * 60_000;
const near = 80;

export function messageLog(chat, actions) {
  const list = h("ol", { class: "messages", "aria-label": "Messages" });
  const top = h("div", { class: "log-top" });
  const scroller = h("div", { class: "log", onscroll: scrolled, onkeydown: steer, tabindex: "-1" }, top, list);
  const jump = h("button", { type: "button", class: "jump", hidden: true, onclick: toEnd, "aria-label": "Go to the newest message" }, icon("down"), h("span", { class: "badge", hidden: true }));
  const element = h("div", { class: "log-frame" }, scroller, jump);
  let atEnd = true;
  let missed = 0;
  let loadingOlder = false;
  const use = { ...actions, chat, show, menu: (message, anchor) => messageMenu(chat, message, anchor, use) };
  const ends = [
    store.on("messages", ({ detail: key }) => key === chat.key && update()),
    store.on("progress", ({ detail: entry }) => showProgress(list, entry)),
    store.on("arrived", ({ detail }) => detail.chat === chat && arrived(detail.message)),
  ];
  const sizes = new ResizeObserver(() => atEnd && toEnd());
  sizes.observe(scroller);
  sizes.observe(list);

  function update() {
    const before = scroller.scrollHeight - scroller.scrollTop;
    reconcile(list, rowsOf(chat), sameRow, (row) => (row.pending ? pendingView(row, use) : messageView(row, use)));
    refill(top, !chat.messages ? h("p", { role: "status" }, "Loading…") : chat.hasOlder ? h("p", {}, "Older messages…") : chat.messages.length === 0 && pendingIn(chat.key).length === 0 ? h("p", {}, "No messages yet. Say hello.") : null);
    list.hidden = list.childElementCount === 0;
    list.lastElementChild?.setAttribute("tabindex", list.querySelector("[tabindex='0']") ? list.lastElementChild.getAttribute("tabindex") : "0");
    if (atEnd) toEnd();
    else if (loadingOlder) scroller.scrollTop = scroller.scrollHeight - before;
  }

  function scrolled() {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near;
    if (atEnd) missed = 0;
    showJump();
    if (scroller.scrollTop < 400) older();
  }

  async function older() {
    if (loadingOlder || !chat.hasOlder || !chat.messages) return;
    loadingOlder = true;
    await attempt(() => sync.loadOlder(chat));
    setTimeout(() => { loadingOlder = false; });
  }

  function arrived(message) {
    if (message.sender_id === store.me?.id) return;
    announce(`${nameOf(store.user(message.sender_id))}: ${summaryOf(message)}`);
    if (!atEnd) missed++;
    showJump();
  }

  function showJump() {
    jump.hidden = atEnd;
    jump.lastChild.hidden = missed === 0;
    jump.lastChild.textContent = missed;
  }

  function toEnd() {
    atEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** Where reading begins: at the end, or higher where the first unread message would be out of sight there. */
  function toBeginning() {
    update();
    toEnd();
    const first = list.querySelector(".is-first-unread");
    if (!first) return;
    const hidden = scroller.getBoundingClientRect().top + near - first.getBoundingClientRect().top;
    if (hidden > 0) scroller.scrollTop -= hidden;
    scrolled();
  }

  /** Brings a message into view that may have to be loaded first. */
  async function show(id) {
    while (chat.hasOlder && chat.messages[0]?.id > id) await sync.loadOlder(chat, 100);
    atEnd = false;
    update();
    const item = list.querySelector(`[data-id="${id}"]`);
    item?.scrollIntoView({ block: "center" });
    item?.classList.add("is-shown");
    setTimeout(() => item?.classList.remove("is-shown"), 1500);
  }

  function steer(event) {
    const item = event.target.closest("li");
    if (event.key === "Escape") return actions.toComposer();
    if (!item || event.target !== item) return;
    const to = { ArrowUp: item.previousElementSibling, ArrowDown: item.nextElementSibling, Home: list.firstElementChild, End: list.lastElementChild }[event.key];
    if (to) focus(to);
    else if (event.key === "ArrowDown") actions.toComposer();
    else if (event.key === "Enter" || event.key === " ") item.querySelector("[data-focus=more]")?.click();
    else return;
    event.preventDefault();
  }

  // One message at a time is in the tab order, so that Tab passes the log in one step.
  function focus(item) {
    list.querySelectorAll("[tabindex='0']").forEach((other) => other.setAttribute("tabindex", "-1"));
    item.setAttribute("tabindex", "0");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  update();
  return {
    element,
    toBeginning,
    toEnd,
    focusLast: () => list.lastElementChild && focus(list.lastElementChild),
    leave() {
      sizes.disconnect();
      ends.forEach((end) => end());
    },
  };
}

function showProgress(list, entry) {
  const bar = list.querySelector(`[data-client="${entry.clientId}"] progress`);
  if (bar) bar.value = entry.progress;
}

const sameRow = (a, b) => Object.keys(b).every((name) => a[name] === b[name]);

function rowsOf(chat) {
  const messages = chat.messages ?? [];
  const rows = messages.map((message) => ({ key: message.sender_id === store.me.id && message.client_message_id ? `p${message.client_message_id}` : `m${message.id}`, message }));
  for (const entry of pendingIn(chat.key)) {
    if (!isThere(chat, entry)) rows.push({ key: `p${entry.clientId}`, pending: entry, state: entry.state });
  }
  let last = null;
  for (const row of rows) {
    const sender = row.message?.sender_id ?? store.me.id;
    const at = row.message?.created_at ?? row.pending.createdAt;
    row.day = !last || dayKey(last.at) !== dayKey(at) ? dayOf(at) : null;
    row.isUnreadStart = row.message?.id !== undefined && row.message.id === chat.firstUnread;
    row.isFirst = row.day !== null || row.isUnreadStart || last.sender !== sender || new Date(at) - new Date(last.at) > together;
    row.quote = quoteOf(chat, row.message?.reply_to ?? row.pending?.replyTo);
    last = { sender, at };
  }
  return rows;
}
