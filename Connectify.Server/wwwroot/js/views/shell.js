// The frame around everything: the list at the side, one page beside it, the banner above.

import { h, icon, refill } from "../dom.js";
import { announce } from "../notices.js";
import { forgetTold } from "../reading.js";
import { go, route } from "../router.js";
import { store } from "../store.js";
import * as sync from "../sync.js";
import { adminPage } from "./admin.js";
import { chatPage } from "./chat.js";
import { profilePage } from "./profile.js";
import { sidebar } from "./sidebar.js";

export function shell() {
  const side = sidebar();
  const main = h("main", { class: "main", tabindex: "-1" });
  const banner = h("div", { class: "banner", role: "status", hidden: true });
  const element = h("div", { class: "shell" }, banner, h("div", { class: "columns" }, side.element, main));
  const ends = [
    store.on("removed", ({ detail: key }) => { if (route().key === key) go("#/", { replace: true }); }),
    listen(window, "hashchange", show),
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

  function showConnection() {
    const { state } = sync.socket;
    if (state === "online") {
      if (wasLost) announce("Connected again");
      wasLost = false;
      forgetTold();
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

function emptyPage() {
  return { element: h("div", { class: "empty" }, icon("chat"), h("p", {}, "Choose a chat, or start a new one.")) };
}

function listen(target, type, listener) {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
