// The keyboard in the log: one tab stop; up and down go through the messages, left and right through a message's controls.

const controls = "button, a, audio, video";

export function logKeys(scroller, list, toComposer) {
  scroller.addEventListener("keydown", steer);

  function steer(event) {
    const item = event.target.closest("li");
    if (event.key === "Escape") return toComposer();
    // Players use the arrow keys themselves.
    if (!item || event.target.matches("audio, video")) return;
    const isItem = event.target === item;
    const to = besides(item, event) ?? (isItem ? { ArrowUp: item.previousElementSibling, ArrowDown: item.nextElementSibling, Home: list.firstElementChild, End: list.lastElementChild }[event.key] : null);
    if (to?.matches("li")) focus(to);
    else if (to) to.focus({ preventScroll: true });
    else if (isItem && event.key === "ArrowDown") toComposer();
    else if (isItem && (event.key === "Enter" || event.key === " ")) item.querySelector("[data-focus=more]")?.click();
    else return;
    event.preventDefault();
  }

  function focus(item) {
    list.querySelectorAll("li[tabindex='0']").forEach((other) => other.setAttribute("tabindex", "-1"));
    item.setAttribute("tabindex", "0");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  return {
    /** Tab enters the log at one message. */
    keepOneTabStop() {
      if (!list.querySelector("li[tabindex='0']")) list.lastElementChild?.setAttribute("tabindex", "0");
    },
    focusLast: () => list.lastElementChild && focus(list.lastElementChild),
  };
}

/** The control beside the focused one; before the first one the message itself. */
function besides(item, { key, target }) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!step) return null;
  const all = [...item.querySelectorAll(controls)].filter((control) => control.checkVisibility?.() ?? true);
  const at = all.indexOf(target) + step;
  return at < 0 ? item : all[at] ?? null;
}
