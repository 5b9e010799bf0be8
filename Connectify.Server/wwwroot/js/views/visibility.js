// Observes which messages are on the screen.

const half = 0.5;

/**
 * A message is on the screen if at least half of it is visible; one that is higher than the log also when its end is.
 * @param scroller the element that clips the messages.
 * @param changed called when messages have come into view.
 * @returns `watch(item)` observes a message's list item; `ids()` gives the ids in view; `stop()` ends it.
 */
export function visibleMessages(scroller, changed) {
  const parts = new Map();
  const observer = new IntersectionObserver(update, { root: scroller, threshold: [0, half, 1] });

  function update(entries) {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      // A message that was drawn again or removed has left the document.
      if (!target.isConnected) observer.unobserve(target);
      else noteVisible(target, isIntersecting, intersectionRatio);
    }
    changed();
  }

  function noteVisible(target, isIntersecting, ratio) {
    const { id } = target.closest("li").dataset;
    const part = parts.get(id) ?? {};
    if (target.matches(".bubble")) part.isHalf = isIntersecting && ratio >= half;
    else part.isEnd = isIntersecting && target.closest(".bubble").offsetHeight > scroller.clientHeight;
    parts.set(id, part);
  }

  return {
    watch(item) {
      parts.delete(item.dataset.id);
      for (const part of item.querySelectorAll(".bubble, .meta")) observer.observe(part);
    },
    ids: () => [...parts].filter(([, part]) => part.isHalf || part.isEnd).map(([id]) => Number(id)),
    stop: () => observer.disconnect(),
  };
}
