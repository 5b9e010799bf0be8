// Short notices, and announcements for screen readers.

import { h, iconButton } from "./dom.js";

const shownMs = 6000;

/** Shows a sentence for 6 s. */
export function notice(text) {
  const box = h("div", { class: "notice" }, h("span", {}, text), iconButton("close", "Dismiss", () => box.remove()));
  document.getElementById("notices").append(box);
  setTimeout(() => box.remove(), shownMs);
}

/** Announces a change to screen readers. */
export function announce(text) {
  const log = document.getElementById("announcer");
  log.append(h("p", {}, text));
  while (log.childElementCount > 5) log.firstChild.remove();
}

/** Runs an action of the user; shows the server's sentence if it fails, and resolves with undefined. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    notice(error.message);
    return undefined;
  }
}
