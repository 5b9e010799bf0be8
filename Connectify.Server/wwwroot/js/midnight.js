// Emits the store's `day` event when the date changes: a page can stay open for days.

import { store } from "./store.js";

const longestWaitMs = 60_000;
let shownDate = new Date().toDateString();
let timer = 0;

function check() {
  const now = new Date();
  if (now.toDateString() !== shownDate) {
    shownDate = now.toDateString();
    store.emit("day");
  }
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  clearTimeout(timer);
  // No longer than a minute: timers stand still while a device sleeps, and its time zone can change.
  timer = setTimeout(check, Math.min(longestWaitMs, midnight - now + 1));
}

document.addEventListener("visibilitychange", check);
check();
