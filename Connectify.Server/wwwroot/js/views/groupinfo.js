// The details of a group and its members; admins can change them.

import { api } from "../api.js";
import { h, iconButton, refill } from "../dom.js";
import { fileAddress } from "../base.js";
import { nameOf } from "../format.js";
import { attempt } from "../notices.js";
import { store } from "../store.js";
import { chatAvatar } from "./avatar.js";
import { field, form } from "./forms.js";
import { leaveGroup } from "./groupactions.js";
import { memberChoice, pictureChoice } from "./newgroup.js";
import { confirm, openDialog, openMenu } from "./overlays.js";
import { personItem } from "./people.js";

export async function groupInfo(chat) {
  const body = h("div", { class: "group-info" });
  const show = () => store.chats.has(chat.key) && refill(body, content(chat));
  const end = store.on("chat", ({ detail: key }) => key === chat.key && show());
  show();
  await openDialog("About this group", () => body);
  end();
}

function content(chat) {
  const isAdmin = store.isAdminOf(chat);
  return [
    h("div", { class: "group-face" }, chatAvatar(chat, { size: "large" }), h("h3", { dir: "auto" }, chat.name), chat.description ? h("p", { dir: "auto" }, chat.description) : null),
    h("div", { class: "actions start" },
      isAdmin ? h("button", { type: "button", class: "quiet", "data-focus": "edit", onclick: () => editGroup(chat) }, "Edit group") : null,
      isAdmin ? h("button", { type: "button", class: "quiet", onclick: () => addPeople(chat) }, "Add members") : null,
      h("button", { type: "button", class: "quiet danger", onclick: () => leaveGroup(chat) }, "Leave group")),
    h("h3", {}, `${chat.memberCount} ${chat.memberCount === 1 ? "member" : "members"}`),
    h("ul", { class: "people members", "aria-label": "Members" }, chat.members.map((member) => personItem(store.user(member.id), memberEnd(chat, member, isAdmin)))),
  ];
}

function memberEnd(chat, member, isAdmin) {
  const user = store.user(member.id);
  const role = member.role === "admin" ? h("span", { class: "tag" }, "Admin") : null;
  if (!isAdmin || member.id === store.me.id) return [member.id === store.me.id ? h("span", { class: "you" }, "You") : null, role];
  const more = iconButton("more", `Options for ${nameOf(user)}`, () => openMenu(more, `Options for ${nameOf(user)}`, [
    member.role === "admin"
      ? { icon: "people", label: "Make member", action: () => setRole(chat, member, "member") }
      : { icon: "people", label: "Make admin", action: () => setRole(chat, member, "admin") },
    { icon: "close", label: "Remove from group", danger: true, action: () => remove(chat, member) },
  ]), { "aria-haspopup": "menu" });
  return [role, more];
}

const setRole = (chat, member, role) => attempt(async () => {
  await api.changeMemberRole(chat.id, member.id, role);
  store.upsertChat("group", await api.chat("group", chat.id));
});

async function remove(chat, member) {
  const name = nameOf(store.user(member.id));
  if (!await confirm(`Remove ${name}?`, `${name} will no longer see this group.`, "Remove")) return;
  await attempt(async () => store.upsertChat("group", await api.removeMember(chat.id, member.id)));
}

function addPeople(chat) {
  return openDialog("Add members", (close) => {
    const people = memberChoice(() => chat.organizationId, (user) => !chat.members.some((member) => member.id === user.id));
    return form({ "aria-label": "Add members" }, people.element, "Add", async () => {
      if (people.ids().length > 0) store.upsertChat("group", await api.addMembers(chat.id, people.ids()));
      close();
    });
  });
}

function editGroup(chat) {
  return openDialog("Edit group", (close) => {
    const picture = pictureChoice(chat.avatar ? fileAddress(chat.avatar) : null);
    return form({ "aria-label": "Edit group", class: "group-form" }, [
      h("div", { class: "group-head" }, picture.element, field("Name", "name", { value: chat.name, required: true, maxlength: "200" })),
      field("Description", "description", { tag: "textarea", rows: "3", value: chat.description, maxlength: "2000" }),
    ], "Save", async ({ name, description }) => {
      const changes = new FormData();
      changes.append("name", name);
      changes.append("description", description);
      if (picture.file()) changes.append("avatar", picture.file());
      store.upsertChat("group", await api.editGroup(chat.id, changes));
      close();
    });
  });
}
