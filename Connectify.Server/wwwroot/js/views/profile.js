// The user's own profile, password and blocks.

import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { notice } from "../notices.js";
import { session } from "../session.js";
import { store } from "../store.js";
import { unblock } from "./chatmenu.js";
import { userAvatar } from "./avatar.js";
import { field, form, passwordField } from "./forms.js";
import { pageHead, signOut } from "./pages.js";

export function profilePage() {
  const blocked = h("div", {});
  const showBlocks = () => store.me && refill(blocked, blockList());
  const end = store.on("blocks", showBlocks);
  showBlocks();
  return {
    element: h("section", { class: "page", "aria-label": "Profile" },
      pageHead(h("h2", { tabindex: "-1" }, "Profile")),
      h("div", { class: "page-body" }, face(), details(), password(), blocked,
        h("div", { class: "actions start" }, h("button", { type: "button", class: "quiet danger", onclick: signOut }, "Sign out")))),
    shown() { document.querySelector(".page-head h2").focus(); },
    leave: end,
  };
}

function face() {
  const organizations = (store.me.organizations ?? []).map((one) => `${one.name} (${one.role.toLowerCase()})`).join(", ");
  return h("div", { class: "face" }, userAvatar(store.me, { size: "large", presence: false }),
    h("div", {}, h("b", {}, `@${store.me.username}`), h("p", { dir: "auto" }, organizations)));
}

function details() {
  const { me } = store;
  return form({ "aria-label": "Profile", class: "panel" }, [
    h("div", { class: "row" },
      field("First name", "first_name", { value: me.first_name, autocomplete: "given-name" }),
      field("Last name", "last_name", { value: me.last_name, autocomplete: "family-name" })),
    field("E-mail", "email", { type: "email", value: me.email, autocomplete: "email" }),
    field("About you", "bio", { tag: "textarea", rows: "2", value: me.bio ?? "" }),
    field("Date of birth", "dob", { type: "date", value: me.dob ?? "" }),
  ], "Save", async (values) => {
    const profile = await api.editProfile({ ...values, bio: values.bio || null, dob: values.dob || null });
    session.updateAccount(profile);
    store.me = session.account;
    store.upsertUser({ ...profile, is_online: true });
    store.emit("chats");
    notice("Saved");
  });
}

function password() {
  const element = form({ "aria-label": "Password", class: "panel" }, [
    h("h3", {}, "Password"),
    h("input", { type: "text", value: store.me.username, autocomplete: "username", hidden: true }),
    passwordField("Current password", "current_password", { autocomplete: "current-password" }),
    passwordField("New password", "new_password", { autocomplete: "new-password" }, "This signs you out on all other devices."),
  ], "Change password", async (values) => {
    await api.changePassword(values);
    element.reset();
    notice("Password changed");
  });
  return element;
}

function blockList() {
  if (store.blocks.length === 0) return null;
  return h("section", { class: "panel", "aria-label": "Blocked people" }, h("h3", {}, "Blocked people"),
    h("ul", { class: "people" }, store.blocks.map((block) => h("li", { class: "person" }, h("span", { class: "person-name" }, h("b", {}, `@${block.blocked_username}`)),
      h("button", { type: "button", class: "quiet", onclick: () => unblock(block) }, "Unblock")))));
}
