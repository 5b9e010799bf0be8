// Dialogs and menus. The browser's own elements: they keep the focus in, and Escape closes them.

import { h, icon, iconButton } from "../dom.js";

/** Opens a dialog; `make(close)` gives its content. Resolves when it is closed. */
export function openDialog(title, make, { wide = false } = {}) {
  const before = document.activeElement;
  const heading = h("h2", { id: `dialog-${Date.now()}` }, title);
  const dialog = h("dialog", { class: wide ? "wide" : "", "aria-labelledby": heading.id });
  const close = () => dialog.close();
  dialog.append(h("header", {}, heading, iconButton("close", "Close", close)), h("div", { class: "dialog-body" }, make(close)));
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && close());
  dialog.showModal();
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".dialog-body :is(input, textarea, button)");
  (first ?? dialog).focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      // What closed the dialog may have led somewhere: whatever has the focus there keeps it.
      if (before?.isConnected && document.activeElement === document.body) before.focus({ preventScroll: true });
      resolve();
    });
  });
}

/** Asks before something that can't be undone. */
export async function confirm(title, text, label) {
  let isSure = false;
  await openDialog(title, (close) => [
    h("p", {}, text),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "quiet", onclick: close }, "Cancel"),
      h("button", { type: "button", class: "danger", autofocus: true, onclick: () => { isSure = true; close(); } }, label)),
  ]);
  return isSure;
}

/** Opens a menu at an element. Items: `{ icon, label, action, danger }`, false ones are left out; `top` goes above them. */
export function openMenu(anchor, label, items, top = null) {
  const menu = h("div", { class: "menu", popover: "auto", role: "menu", "aria-label": label, onkeydown: steer }, top?.(() => menu.hidePopover()),
    items.filter(Boolean).map((item) => h("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : "", onclick: () => choose(item) },
      icon(item.icon), item.label)));
  // Inside a dialog that is open: it makes everything outside of it inert.
  (anchor.closest("dialog") ?? document.body).append(menu);
  const message = anchor.closest("[data-id]")?.dataset.id;
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    // A message that changed meanwhile has been drawn anew.
    const home = anchor.isConnected ? anchor : document.querySelector(`[data-id="${message}"] [data-focus=more]`);
    if (hadFocus) home?.focus({ preventScroll: true });
  });
  anchor.setAttribute("aria-expanded", "true");
  menu.showPopover();
  place(menu, anchor);
  menu.querySelector("[role^=menuitem]")?.focus();

  function choose(item) {
    menu.hidePopover();
    item.action();
  }
}

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.right - width, innerWidth - width - 8));
  const top = at.bottom + 6 + height < innerHeight ? at.bottom + 6 : Math.max(8, at.top - height - 6);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

// Up and down go through the lines, of which a row of emojis is one; left and right go through everything.
function steer(event) {
  const items = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const lines = items.filter((item, at) => !item.closest(".emojis") || at === 0);
  const at = items.indexOf(document.activeElement);
  const line = lines.indexOf(document.activeElement.closest(".emojis") ? items[0] : document.activeElement);
  const to = {
    ArrowDown: lines[(line + 1) % lines.length], ArrowUp: lines.at((line - 1) % lines.length),
    ArrowRight: items[(at + 1) % items.length], ArrowLeft: items.at((at - 1) % items.length),
    Home: items[0], End: items.at(-1),
  }[event.key];
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (!to) return;
  event.preventDefault();
  to.focus();
}
