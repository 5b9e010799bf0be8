// Pages without a chat, and what all pages share.

import { api } from "../api.js";
import { h, icon, iconButton } from "../dom.js";
import { go } from "../router.js";
import { session } from "../session.js";

const pollMs = 5000;

export const mark = () => h("div", { class: "mark", "aria-hidden": "true" }, icon("chat"));

/** Leads back to the list on a phone. */
export const backButton = () => iconButton("back", "Back to all chats", () => go("#/"), { class: "icon-button back" });

/** The header of a page: a way back on a phone, a button that closes it on larger screens. */
export const pageHead = (heading) => h("header", { class: "page-head" }, backButton(), heading,
  iconButton("close", "Close page", () => go("#/"), { class: "icon-button leave" }));

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

/** For an account that waits for its activation by an admin; asks for it every 5 s. */
export function pendingPage(activated) {
  const ask = async () => {
    const profile = await api.profile().catch(() => null);
    if (profile?.is_active) activated();
  };
  const timer = setInterval(ask, pollMs);
  return {
    element: page(
      h("h1", {}, "Almost there"),
      h("p", { role: "status" }, `Your account is not active yet. An admin of your organization has to activate it, ${session.account.username}. This page continues when that is done.`),
      h("div", { class: "actions" }, h("button", { class: "link", type: "button", onclick: signOut }, "Sign out"),
        h("button", { class: "primary", type: "button", onclick: ask }, "Check again"))),
    leave: () => clearInterval(timer),
  };
}

/** Ends the session here at once, and at the server if it can be reached. */
export function signOut() {
  const token = session.refreshToken;
  session.end();
  if (token) api.logOut(token).catch(() => {});
}
