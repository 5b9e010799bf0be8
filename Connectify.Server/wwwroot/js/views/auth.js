// The sign-in page and registration.

import { api } from "../api.js";
import { addressOfPath } from "../base.js";
import { h, refill } from "../dom.js";
import { session } from "../session.js";
import { field, form, passwordField } from "./forms.js";
import { mark } from "./pages.js";

export function authPage(reason = null) {
  const card = h("div", { class: "card" });
  const element = h("main", { class: "auth" }, card,
    h("footer", { class: "auth-footer" }, h("a", { href: addressOfPath("docs") }, "API reference")));

  function show(make) {
    refill(card, h("div", { class: "wordmark" }, mark(), h("span", {}, "Connectify")), make());
    card.querySelector("input")?.focus();
  }

  const signIn = () => [
    h("h1", {}, "Sign in"),
    reason ? h("p", { class: "problem", role: "alert" }, reason) : null,
    form({ "aria-label": "Sign in" }, [
      field("Username or e-mail", "name", { autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true }),
      passwordField("Password", "password", { autocomplete: "current-password", required: true }),
    ], "Sign in", logIn),
    h("p", { class: "switch" }, "New here? ", h("button", { type: "button", class: "link", onclick: () => show(register) }, "Create an account")),
  ];

  const register = () => [
    h("h1", {}, "Create an account"),
    form({ "aria-label": "Create an account" }, [
      h("div", { class: "row" },
        field("First name", "first_name", { autocomplete: "given-name" }),
        field("Last name", "last_name", { autocomplete: "family-name" })),
      field("Username", "username", { autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true }),
      field("E-mail", "email", { type: "email", autocomplete: "email", required: true }),
      passwordField("Password", "password", { autocomplete: "new-password", required: true }, "At least 8 characters"),
      invitation(),
    ], "Create account", (values) => api.register({ ...values, organization_id: Number(values.organization_id) || values.organization_id })
      .then((account) => session.start(account))),
    h("p", { class: "switch" }, "Already have an account? ", h("button", { type: "button", class: "link", onclick: () => show(signIn) }, "Sign in")),
  ];

  return { element, shown: () => show(signIn) };
}

// An invitation link ("?organization=7") names the organization; without one the user has to.
function invitation() {
  const invitedTo = new URLSearchParams(location.search).get("organization");
  return invitedTo
    ? h("input", { type: "hidden", name: "organization_id", value: invitedTo })
    : field("Organization ID", "organization_id", { inputmode: "numeric", value: "1", required: true }, "Ask the person who invited you. The first organization is 1.");
}

async function logIn({ name, password }) {
  const isAddress = name.includes("@");
  try {
    session.start(await api.logIn({ [isAddress ? "email" : "username"]: name, password }));
  } catch (error) {
    // A username may contain an @ too.
    if (!isAddress || error.code !== "invalid_credentials") throw error;
    session.start(await api.logIn({ username: name, password }));
  }
}
