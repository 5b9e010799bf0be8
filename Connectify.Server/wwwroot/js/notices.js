// Short notices, and what only screen readers hear.

import { h, iconButton } from "./dom.js";

const shownFor = 6000;

/** Shows a sentence for a while. */
export function notice(text) {
  const box = h("div", { class: "notice" }, h("span", {}, text), iconButton("close", "Dismiss", () => box.remove()));
  document.getElementById("notices").append(box);
  setTimeout(() => box.remove(), shownFor);
}

/** Tells somebody who can't see what has changed. */
export function announce(text) {
  const log = document.getElementById("announcer");
  log.append(h("p", {}, text));
  while (log.childElementCount > 5) log.firstChild.remove();
}

/** Runs what somebody asked for; a refusal is shown as the server words it. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    notice(error.message);
    return undefined;
  }
}
