// A held finger on a touch screen. iOS fires no `contextmenu` event, so a timer measures it.

const holdMs = 450;
const slack = 10;

/** Calls `held(event)` when a finger rests on the element for 450 ms; true from it keeps the browser's own menu away. */
export function onLongPress(element, held) {
  let timer = 0;
  let start = null;
  let wasHeld = false;

  const cancel = () => clearTimeout(timer);

  element.addEventListener("pointerdown", (event) => {
    cancel();
    wasHeld = false;
    if (event.pointerType !== "touch" || !event.isPrimary) return;
    start = event;
    timer = setTimeout(() => { wasHeld = held(start); }, holdMs);
  });
  element.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > slack) cancel();
  });
  for (const type of ["pointerup", "pointercancel", "scroll"]) element.addEventListener(type, cancel, { capture: true });
  // What the finger touches when it is lifted is not activated.
  element.addEventListener("click", (event) => {
    if (!wasHeld) return;
    wasHeld = false;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
  element.addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && (wasHeld || held(event))) {
      cancel();
      wasHeld = true;
      event.preventDefault();
    }
  });
}
