// Dialogs and menus, made of the browser's own elements: they keep the focus inside, and Escape closes them.

import { h, icon, iconButton } from "../dom.js";

const gap = 6;
const edge = 8;

/** Opens a dialog; `make(close)` returns its content. Resolves when it is closed. */
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
      // If the dialog led to another page, the element that has the focus there keeps it.
      if (before?.isConnected && document.activeElement === document.body) before.focus({ preventScroll: true });
      resolve();
    });
  });
}

/** Asks before an action that can't be undone. Cancel has the focus. */
export async function confirm(title, text, label) {
  let isConfirmed = false;
  await openDialog(title, (close) => [
    h("p", {}, text),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "quiet", autofocus: true, onclick: close }, "Cancel"),
      h("button", { type: "button", class: "danger", onclick: () => { isConfirmed = true; close(); } }, label)),
  ]);
  return isConfirmed;
}

/**
 * Opens a menu at an element. Items: `{ icon, label, action, danger }`; false ones are left out. `top(close)` returns content
 * above them. `isSheet`: at the bottom of the screen, for a menu that a held finger opens.
 */
export function openMenu(anchor, label, items, top = null, { isSheet = false } = {}) {
  const menu = h("div", { class: isSheet ? "menu sheet" : "menu", popover: isSheet ? "manual" : "auto", role: "menu", "aria-label": label, onkeydown: (event) => steer(menu, event) }, top?.(() => menu.hidePopover()),
    items.filter(Boolean).map((item) => h("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : "", onclick: () => choose(item) },
      icon(item.icon), item.label)));
  // A modal dialog makes everything outside of it inert.
  (anchor.closest("dialog") ?? document.body).append(menu);
  const message = anchor.closest("[data-id]")?.dataset.id;
  const ended = new AbortController();
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    ended.abort();
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    // A message that changed meanwhile was drawn again.
    const home = anchor.isConnected ? anchor : document.querySelector(`[data-id="${message}"] [data-focus=more]`);
    if (hadFocus) home?.focus({ preventScroll: true });
  });
  anchor.setAttribute("aria-expanded", "true");
  menu.showPopover();
  if (isSheet) closeOnNextTouch(menu, ended.signal);
  else moveTo(menu, anchor);
  menu.querySelector("[role^=menuitem]")?.focus();

  function choose(item) {
    menu.hidePopover();
    item.action();
  }
}

// The finger that opened the menu is still down. Its lifting must not close the menu, as the browser's own light dismiss
// would, nor activate the item that is now below it.
function closeOnNextTouch(menu, signal) {
  let isHeld = true;
  document.addEventListener("pointerdown", (event) => {
    isHeld = false;
    if (!menu.contains(event.target)) menu.hidePopover();
  }, { capture: true, signal });
  menu.addEventListener("click", (event) => {
    if (isHeld && event.pointerType === "touch") event.stopPropagation();
  }, { capture: true, signal });
}

function moveTo(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(edge, Math.min(at.right - width, innerWidth - width - edge));
  const top = at.bottom + gap + height < innerHeight ? at.bottom + gap : Math.max(edge, at.top - height - gap);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

// Up and down go through the lines, of which a row of emojis is one; left and right go through all items.
function steer(menu, event) {
  const items = [...menu.querySelectorAll("[role^=menuitem]")];
  const lines = items.filter((item, at) => !item.closest(".emojis") || at === 0);
  const at = items.indexOf(document.activeElement);
  const line = lines.indexOf(document.activeElement.closest(".emojis") ? items[0] : document.activeElement);
  const to = {
    ArrowDown: lines[(line + 1) % lines.length], ArrowUp: lines.at((line - 1) % lines.length),
    ArrowRight: items[(at + 1) % items.length], ArrowLeft: items.at((at - 1) % items.length),
    Home: items[0], End: items.at(-1),
  }[event.key];
  const isEscape = event.key === "Escape" && menu.popover === "manual";
  if (event.key === "Tab" || isEscape) menu.hidePopover();
  if (to || isEscape) event.preventDefault();
  to?.focus();
}
