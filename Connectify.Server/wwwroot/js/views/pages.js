// What is shown where there is no chat to show.

import { api } from "../api.js";
import { h, icon, iconButton } from "../dom.js";
import { go } from "../router.js";
import { session } from "../session.js";

const askEvery = 5000;

export const mark = () => h("div", { class: "mark", "aria-hidden": "true" }, icon("chat"));

/** The way back to the list on a phone. */
export const backButton = () => iconButton("back", "Back to all chats", () => go("#/"), { class: "icon-button back" });

const page = (...children) => h("main", { class: "auth" }, h("div", { class: "card centered" }, mark(), ...children));

export function loadingPage() {
  return { element: page(h("p", { role: "status" }, "Loading…")) };
}

export function failurePage(message, again) {
  return {
    element: page(h("h1", {}, "That didn't work"), h("p", { role: "alert" }, message),
      h("div", { class: "actions" }, h("button", { class: "link", type: "button", onclick: signOut }, "Sign out"),
        h("button", { class: "primary", type: "button", onclick: again }, "Try again"))),
  };
}

/** For an account that an admin has yet to activate: looks by itself whether that has happened. */
export function pendingPage(activated) {
  const ask = async () => {
    const profile = await api.profile().catch(() => null);
    if (profile?.is_active) activated();
  };
  const timer = setInterval(ask, askEvery);
  return {
    element: page(
      h("h1", {}, "Almost there"),
      h("p", { role: "status" }, `Your account is not active yet. An admin of your organization has to activate it, ${session.account.username}; this page goes on by itself then.`),
      h("div", { class: "actions" }, h("button", { class: "link", type: "button", onclick: signOut }, "Sign out"),
        h("button", { class: "primary", type: "button", onclick: ask }, "Check again"))),
    leave: () => clearInterval(timer),
  };
}

/** Ends the session here at once, and at the server when it can be told. */
export function signOut() {
  const token = session.refreshToken;
  session.end();
  if (token) api.logOut(token).catch(() => {});
}
