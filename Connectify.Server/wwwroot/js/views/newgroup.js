// Creates a group: name, picture, members.

import { api } from "../api.js";
import { h, icon, refill } from "../dom.js";
import { nameOf } from "../format.js";
import { addressOf, go } from "../router.js";
import { store } from "../store.js";
import { field, form } from "./forms.js";
import { openDialog } from "./overlays.js";
import { organizationChoice, peopleSearch } from "./people.js";

export function newGroup() {
  return openDialog("New group", (close) => {
    const picture = pictureChoice(null);
    const choice = organizationChoice(() => people.reset());
    if (choice.isEmpty) return h("p", {}, "You belong to no organization yet.");
    const people = memberChoice(choice.value);
    return form({ "aria-label": "New group", class: "group-form" }, [
      h("div", { class: "group-head" }, picture.element, field("Name", "name", { required: true, maxlength: "200", autofocus: true })),
      field("Description", "description", { maxlength: "2000" }),
      choice.element, people.element,
    ], "Create group", async ({ name, description }) => {
      const content = new FormData();
      content.append("name", name);
      content.append("description", description);
      content.append("organization_id", choice.value());
      people.ids().forEach((id) => content.append("member_ids", id));
      if (picture.file()) content.append("avatar", picture.file());
      const group = store.upsertChat("group", await api.createGroup(content));
      close();
      go(addressOf(group.key));
    });
  });
}

/** A round button for the group's picture. It shows the chosen one, else the present one. */
export function pictureChoice(address) {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", "aria-label": "Picture of the group", onchange: show });
  const face = h("span", { class: "avatar large" });
  let shown = null;

  function show() {
    if (shown) URL.revokeObjectURL(shown);
    shown = input.files[0] ? URL.createObjectURL(input.files[0]) : null;
    const source = shown ?? address;
    refill(face, source ? h("img", { src: source, alt: "" }) : icon("people"));
  }

  show();
  return { element: h("label", { class: "picture-choice", title: "Choose a picture" }, face, input), file: () => input.files[0] ?? null };
}

/** A choice of several people; the chosen ones are listed above the search. */
export function memberChoice(organization, wants = () => true) {
  const chosen = new Map();
  const chips = h("ul", { class: "chips", "aria-label": "Chosen people" });
  const search = peopleSearch({ organization, wants, label: "Search people to add", row: (user) => {
    const box = h("input", { type: "checkbox", checked: chosen.has(user.id), "aria-label": `Add ${nameOf(user)}`, onchange: () => toggle(user, box.checked) });
    return h("label", { class: "whole-row check" }, box);
  } });

  function toggle(user, isChosen) {
    if (isChosen) chosen.set(user.id, user);
    else chosen.delete(user.id);
    refill(chips, [...chosen.values()].map((one) => h("li", {}, h("button", { type: "button", "aria-label": `Leave out ${nameOf(one)}`, onclick: () => { toggle(one, false); search.search(); } }, nameOf(one), icon("close")))));
  }

  return {
    element: h("fieldset", { class: "member-choice" }, h("legend", {}, "Members"), chips, search.element),
    ids: () => [...chosen.keys()],
    reset() { chosen.clear(); refill(chips); search.search(); },
  };
}
