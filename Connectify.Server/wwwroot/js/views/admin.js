// Administration: the accounts of an organization, their activation and roles.

import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { nameOf } from "../format.js";
import { attempt, notice } from "../notices.js";
import { store } from "../store.js";
import { userAvatar } from "./avatar.js";
import { field, form, passwordField } from "./forms.js";
import { confirm, openDialog } from "./overlays.js";
import { pageHead } from "./pages.js";

const pageSize = 50;
const debounceMs = 200;
const roles = ["USER", "STAFF", "ADMIN"];

export function adminPage() {
  const organizations = h("select", { "aria-label": "Organization", onchange: () => load(1) });
  const search = h("input", { type: "search", placeholder: "Search people", "aria-label": "Search people", oninput: soon });
  const rows = h("ul", { class: "people accounts", "aria-label": "Accounts" });
  const pager = h("div", { class: "actions pager" });
  const heading = h("h2", { tabindex: "-1" }, "Administration");
  let asked = 0;
  let timer = 0;

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => load(1), debounceMs);
  }

  async function load(number) {
    const mine = ++asked;
    const page = await attempt(() => api.people(organizations.value, search.value.trim(), number, pageSize));
    if (!page || mine !== asked) return;
    refill(rows, page.results.map((user) => account(Number(organizations.value), user, () => load(number))));
    refill(pager,
      h("span", {}, `${page.count} ${page.count === 1 ? "account" : "accounts"}`),
      page.previous ? h("button", { type: "button", class: "quiet", onclick: () => load(number - 1) }, "Previous") : null,
      page.next ? h("button", { type: "button", class: "quiet", onclick: () => load(number + 1) }, "Next") : null);
  }

  return {
    element: h("section", { class: "page", "aria-label": "Administration" },
      pageHead(heading),
      h("div", { class: "page-body wide" },
        h("div", { class: "toolbar" }, organizations, search,
          h("button", { type: "button", class: "primary", onclick: () => addAccount(organizations.value, () => load(1)) }, "Add person")),
        rows, pager)),
    async shown() {
      heading.focus();
      const all = await attempt(() => api.organizations()) ?? [];
      const mine = all.filter((one) => store.me.role === "SUPERUSER" || one.role === "ADMIN");
      refill(organizations, mine.map((one) => h("option", { value: one.id }, one.name)));
      if (mine.length > 0) await load(1);
    },
    leave: () => clearTimeout(timer),
  };
}

function account(organizationId, user, reload) {
  const isMe = user.id === store.me.id;
  return h("li", { class: "person" }, userAvatar(user, { size: "small" }),
    h("span", { class: "person-name" }, h("b", { dir: "auto" }, nameOf(user)), h("span", {}, `@${user.username} · ${user.email}`)),
    h("span", { class: user.is_active ? "status is-active" : "status" }, user.is_active ? "Active" : "Not active"),
    roleChoice(organizationId, user, reload),
    isMe || !maySwitch(user) ? h("span", { class: "you" }, isMe ? "You" : "") : h("button", { type: "button", class: user.is_active ? "quiet" : "primary", "aria-label": `${user.is_active ? "Deactivate" : "Activate"} ${nameOf(user)}`, onclick: () => setActive(user, reload) },
      user.is_active ? "Deactivate" : "Activate"));
}

// Only a superuser deactivates admins.
const maySwitch = (user) => store.me.role === "SUPERUSER" || !user.is_active || !["ADMIN", "SUPERUSER"].includes(user.role);

// Only a superuser changes roles.
function roleChoice(organizationId, user, reload) {
  if (store.me.role !== "SUPERUSER" || user.role === "SUPERUSER") return h("span", { class: "tag" }, user.role.toLowerCase());
  const select = h("select", { "aria-label": `Role of ${nameOf(user)}`, onchange: async () => {
    await attempt(() => api.setRole(organizationId, user.id, select.value));
    reload();
  } }, roles.map((role) => h("option", { value: role, selected: role === user.role }, role.toLowerCase())));
  return select;
}

async function setActive(user, reload) {
  if (user.is_active && !await confirm(`Deactivate ${nameOf(user)}?`, `${nameOf(user)} will be signed out everywhere and can't sign in until you activate the account again.`, "Deactivate")) return;
  await attempt(() => api.setActive(user.id, !user.is_active));
  await reload();
}

function addAccount(organizationId, added) {
  return openDialog("Add person", (close) => form({ "aria-label": "Add person" }, [
    h("div", { class: "row" }, field("First name", "first_name"), field("Last name", "last_name")),
    field("Username", "username", { autocomplete: "off", autocapitalize: "none" }),
    field("E-mail", "email", { type: "email", autocomplete: "off" }),
    passwordField("Password", "password", { autocomplete: "new-password" }, "At least 8 characters. Ask the person to change it."),
  ], "Add", async (values) => {
    await api.addPerson(organizationId, values);
    notice(`${values.username} has been added`);
    close();
    added();
  }));
}
