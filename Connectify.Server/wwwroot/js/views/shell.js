// The frame of the signed-in client: the list of chats, one page beside it, the connection banner above.

import { h, icon, refill } from "../dom.js";
import { announce } from "../notices.js";
import { resendSeen } from "../receipts.js";
import { go, route } from "../router.js";
import { store } from "../store.js";
import * as sync from "../sync.js";
import { adminPage } from "./admin.js";
import { chatPage } from "./chat.js";
import { emptyPage } from "./empty.js";
import { profilePage } from "./profile.js";
import { sidebar } from "./sidebar.js";

export function shell() {
  const side = sidebar();
  const main = h("main", { class: "main", tabindex: "-1" });
  const banner = h("div", { class: "banner", role: "status", hidden: true });
  const skip = h("button", { type: "button", class: "skip", onclick: () => main.focus() }, "Skip to content");
  const element = h("div", { class: "shell" }, skip, banner, h("div", { class: "columns" }, side.element, main));
  const ends = [
    store.on("removed", ({ detail: key }) => { if (route().key === key) go("#/", { replace: true }); }),
    listen(window, "hashchange", show),
    listen(window, "keydown", shortcut),
    listen(sync.socket, "state", showConnection),
  ];
  let page = null;
  let wasLost = false;

  function show() {
    page?.leave?.();
    const to = route();
    element.dataset.page = to.page;
    const isKnown = to.page !== "chat" || store.chats.has(to.key);
    page = to.page === "profile" ? profilePage() : to.page === "admin" ? adminPage() : to.page === "chat" && isKnown ? chatPage(store.chats.get(to.key)) : emptyPage();
    if (!isKnown) return go("#/", { replace: true });
    refill(main, page.element);
    page.shown?.();
    side.select(to.key);
  }

  function shortcut(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    side.focusFilter();
  }

  function showConnection() {
    const { state } = sync.socket;
    if (state === "online") {
      if (wasLost) announce("Connected again");
      wasLost = false;
      resendSeen();
    } else if (state === "waiting") {
      wasLost = true;
    }
    banner.hidden = !wasLost;
    refill(banner, wasLost ? [icon("alert"), h("span", {}, "Connection lost. Trying to reconnect…"),
      h("button", { type: "button", class: "link", onclick: () => sync.socket.retryNow() }, "Try now")] : []);
  }

  return {
    element,
    shown: show,
    leave() {
      page?.leave?.();
      side.leave();
      ends.forEach((end) => end());
    },
  };
}

function listen(target, type, listener) {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
