// Keeps what the user reads in place while rows above it change. Safari has no scroll anchoring of its own, and the
// browsers' own loses its anchor when a row is drawn again.

/** The rows in view and their distances from the top of the scroller; those that begin in view come first. */
export function noteRows(scroller, list) {
  const { top, bottom } = scroller.getBoundingClientRect();
  const rows = [];
  for (const row of list.children) {
    const at = row.getBoundingClientRect();
    if (at.top > bottom) break;
    if (at.bottom > top) rows.push({ id: row.dataset.id ?? row.dataset.client, offset: at.top - top });
  }
  return [...rows.filter(({ offset }) => offset >= 0), ...rows.filter(({ offset }) => offset < 0)];
}

/** Scrolls so that the first of the noted rows that still exists is where it was. */
export function restoreRows(scroller, list, rows) {
  const { top } = scroller.getBoundingClientRect();
  for (const { id, offset } of rows) {
    const row = id && list.querySelector(`:is([data-id="${CSS.escape(id)}"], [data-client="${CSS.escape(id)}"])`);
    if (!row) continue;
    const moved = row.getBoundingClientRect().top - top - offset;
    if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
    return;
  }
}
