// The messages of a chat: a range of its history that grows while the user scrolls.

import { h, icon, reconcile, refill } from "../dom.js";
import { nameOf, summaryOf } from "../format.js";
import { announce, attempt } from "../notices.js";
import { pendingIn } from "../outbox.js";
import { isLooking, markSeen } from "../receipts.js";
import { store } from "../store.js";
import * as sync from "../sync.js";
import { logKeys } from "./logkeys.js";
import { onLongPress } from "./longpress.js";
import { messageMenu } from "./messagemenu.js";
import { messageView, pendingView } from "./message.js";
import { rowsOf, sameRow } from "./rows.js";
import { noteRows, restoreRows } from "./scrollAnchor.js";
import { visibleMessages } from "./visibility.js";

const nearEnd = 80;
const loadAhead = 400;
const flashMs = 1500;

export function messageLog(chat, actions) {
  const list = h("ol", { class: "messages", "aria-label": "Messages" });
  const top = h("div", { class: "log-top" });
  const scroller = h("div", { class: "log", onscroll: scrolled, tabindex: "-1" }, top, list);
  const jump = h("button", { type: "button", class: "jump", hidden: true, onclick: toEnd, "aria-label": "Go to the newest message" }, icon("down"), h("span", { class: "badge", hidden: true }));
  const element = h("div", { class: "log-frame" }, scroller, jump);
  const keys = logKeys(scroller, list, actions.toComposer);
  const inView = visibleMessages(scroller, see);
  const use = { ...actions, chat, show, menu: (message, anchor) => messageMenu(chat, message, anchor, use) };
  const stopped = new AbortController();
  const ends = [
    store.on("messages", ({ detail: key }) => key === chat.key && update()),
    store.on("reloaded", ({ detail: key }) => key === chat.key && toBeginning()),
    store.on("day", update),
    store.on("progress", ({ detail: entry }) => showProgress(list, entry)),
    store.on("arrived", ({ detail }) => detail.chat === chat && arrived(detail.message)),
  ];
  const sizes = new ResizeObserver(hold);
  let atEnd = true;
  let inPlace = [];
  let lastTop = 0;
  let isLoading = false;

  function update() {
    // The user has scrolled, and its event is still to come.
    if (scroller.scrollTop !== lastTop) noteScroll();
    reconcile(list, rowsOf(chat), sameRow, draw);
    refill(top, !chat.messages ? h("p", { role: "status" }, "Loading…") : chat.hasOlder ? h("p", {}, "Older messages…") : list.childElementCount === 0 ? h("p", {}, "No messages yet. Say hello.") : null);
    list.hidden = list.childElementCount === 0;
    keys.keepOneTabStop();
    hold();
    showJump();
  }

  function draw(row, old) {
    if (row.pending) return pendingView(row, use);
    const item = messageView(row, use, old);
    if (sync.needsReceipt(row.message)) inView.watch(item);
    return item;
  }

  /** Keeps the scroll position: at the end, or at what is being read. */
  function hold() {
    if (atEnd && !chat.hasNewer) scroller.scrollTop = scroller.scrollHeight;
    else restoreRows(scroller, list, inPlace);
    note();
  }

  function note() {
    inPlace = noteRows(scroller, list);
    lastTop = scroller.scrollTop;
    chat.isFollowed = atEnd && !chat.hasNewer;
  }

  const below = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

  function noteScroll() {
    atEnd = !chat.hasNewer && below() < nearEnd;
    note();
  }

  function scrolled() {
    noteScroll();
    showJump();
    if (scroller.scrollTop < loadAhead && chat.hasOlder) load(() => sync.loadOlder(chat));
    else if (below() < loadAhead && chat.hasNewer) load(() => sync.loadNewer(chat));
  }

  async function load(more) {
    if (isLoading || !chat.messages) return;
    isLoading = true;
    await attempt(more);
    // After the update that the load has scheduled.
    setTimeout(() => { isLoading = false; });
  }

  function see() {
    if (!chat.messages || !store.me) return;
    const visible = new Set(inView.ids());
    markSeen(chat, chat.messages.filter((message) => visible.has(message.id) && sync.needsReceipt(message)).map(({ id }) => id));
  }

  function arrived(message) {
    if (message.sender_id === store.me?.id) return;
    announce(`${nameOf(store.user(message.sender_id))}: ${summaryOf(message)}`);
    if (!isLooking()) chat.firstUnread ??= message.id;
  }

  // Everything is read when the user turns away: what comes then begins below a new line.
  function lookedAway() {
    if (chat.unread > 0 || chat.firstUnread === null) return;
    chat.firstUnread = null;
    update();
  }

  function held(event) {
    const item = event.target.closest("li[data-id]");
    const message = chat.messages?.find(({ id }) => id === Number(item?.dataset.id));
    // A link has a menu of the browser.
    if (!message || event.target.closest("a")) return false;
    messageMenu(chat, message, item.querySelector("[data-focus=more]"), use, { isSheet: true });
    return true;
  }

  function showJump() {
    jump.hidden = atEnd && !chat.hasNewer;
    jump.lastChild.hidden = chat.unread === 0;
    jump.lastChild.textContent = chat.unread > 99 ? "99+" : chat.unread;
  }

  async function toEnd() {
    if (chat.hasNewer) await attempt(() => sync.loadNewest(chat));
    atEnd = !chat.hasNewer;
    update();
  }

  /** Shows where reading begins: the end, or the first unread message if it would be out of sight there. */
  function toBeginning() {
    atEnd = true;
    update();
    scroller.scrollTop = scroller.scrollHeight;
    const first = list.querySelector(".is-first-unread");
    const hidden = first ? scroller.getBoundingClientRect().top + nearEnd - first.getBoundingClientRect().top : 0;
    if (hidden > 0) scroller.scrollTop -= hidden;
    scrolled();
  }

  /** Brings a message into view, loads it if needed. */
  async function show(id) {
    if (!chat.messages?.some((message) => message.id === id)) await attempt(() => sync.loadAround(chat, id));
    atEnd = false;
    update();
    const item = list.querySelector(`[data-id="${id}"]`);
    item?.scrollIntoView({ block: "center" });
    item?.classList.add("is-shown");
    setTimeout(() => item?.classList.remove("is-shown"), flashMs);
  }

  for (const target of [window, document]) for (const type of ["focus", "visibilitychange"]) target.addEventListener(type, see, { signal: stopped.signal });
  addEventListener("blur", lookedAway, { signal: stopped.signal });
  onLongPress(scroller, held);
  sizes.observe(scroller);
  sizes.observe(list);
  update();
  return {
    element,
    toBeginning,
    toEnd,
    focusLast: keys.focusLast,
    leave() {
      stopped.abort();
      sizes.disconnect();
      inView.stop();
      ends.forEach((end) => end());
    },
  };
}

function showProgress(list, entry) {
  const bar = list.querySelector(`[data-client="${entry.clientId}"] progress`);
  if (bar) bar.value = entry.progress;
}
