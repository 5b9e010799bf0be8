// Searches the people of an organization.

import { api } from "../api.js";
import { h, refill } from "../dom.js";
import { nameOf } from "../format.js";
import { store } from "../store.js";
import { userAvatar } from "./avatar.js";

const debounceMs = 200;

/**
 * A search field and its results without the user. `row(user)` returns the content after a name; `organization()` the id of
 * the organization to search; `wants(user)` filters.
 */
export function peopleSearch({ organization, row, wants = () => true, label = "Search people" }) {
  const input = h("input", { type: "search", placeholder: "Name, username or e-mail", "aria-label": label, autofocus: true, oninput: soon });
  const list = h("ul", { class: "people" });
  const note = h("p", { class: "nothing", role: "status" });
  let asked = 0;
  let timer = 0;

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(search, debounceMs);
  }

  async function search() {
    const mine = ++asked;
    try {
      const page = await api.people(organization(), input.value.trim());
      if (mine !== asked) return;
      page.results.forEach((user) => store.upsertUser(user));
      const people = page.results.filter((user) => user.id !== store.me.id && user.is_active && wants(user));
      refill(list, people.map((user) => personItem(user, row(user))));
      note.textContent = people.length === 0 ? "No people found." : page.next ? "There are more: type to narrow the search." : "";
    } catch (error) {
      if (mine === asked) note.textContent = error.message;
    }
  }

  search();
  return { element: h("div", { class: "people-search" }, input, list, note), search, input };
}

/** A person in a list, with content after the name. */
export function personItem(user, ...behind) {
  return h("li", { class: "person" }, userAvatar(user, { size: "small" }),
    h("span", { class: "person-name" }, h("b", { dir: "auto" }, nameOf(user)), h("span", {}, `@${user.username}`)), behind);
}

/** A choice among the user's organizations; hidden if there is only one. */
export function organizationChoice(changed) {
  const all = store.me.organizations ?? [];
  const select = h("select", { "aria-label": "Organization", onchange: changed }, all.map((one) => h("option", { value: one.id }, one.name)));
  return { element: all.length > 1 ? h("div", { class: "field" }, select) : null, value: () => Number(select.value), isEmpty: all.length === 0 };
}
