// The entry point: shows the chats of the signed-in user, or the sign-in page.

import { api } from "./api.js";
import { refill } from "./dom.js";
import { forgetDrafts } from "./drafts.js";
import "./midnight.js";
import * as outbox from "./outbox.js";
import { forgetSeen } from "./receipts.js";
import { session } from "./session.js";
import { store } from "./store.js";
import * as sync from "./sync.js";
import { authPage } from "./views/auth.js";
import { failurePage, loadingPage, pendingPage } from "./views/pages.js";
import { shell } from "./views/shell.js";

const app = document.getElementById("app");
let leave = () => {};

function show(page) {
  leave();
  refill(app, page.element);
  leave = page.leave ?? (() => {});
  page.shown?.();
}

async function begin() {
  if (!session.account) return show(authPage());
  show(loadingPage());
  try {
    const profile = await api.profile();
    session.updateAccount(profile);
    if (!profile.is_active) return show(pendingPage(begin));
    await sync.start();
    outbox.restore();
    show(shell());
  } catch (error) {
    if (session.account) show(failurePage(error.message, begin));
  }
}

session.addEventListener("started", begin);
session.addEventListener("ended", ({ detail: reason }) => {
  sync.stop();
  outbox.clear();
  forgetSeen();
  forgetDrafts();
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  show(authPage(reason));
});

const title = document.title;
store.on("chats", () => {
  const unread = store.me ? store.unreadInAll() : 0;
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
});

begin();
