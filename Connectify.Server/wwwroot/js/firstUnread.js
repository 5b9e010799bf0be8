// Finds a chat's oldest unread message in a few requests, however long the history is.

export const searchPageSize = 100;
const nearbyPages = 10;

/**
 * The search starts at the page that must hold the oldest unread message if nothing between was read, goes to older pages
 * in growing steps and bisects between the last page with unread messages and the first one without.
 * @param count how many messages are unread.
 * @param isUnread (message, offset) tells whether the user has not read it; offset: its place, 0 is the newest.
 * @param readPage (number) resolves to a REST page of `searchPageSize` messages, newest first; number: from 1.
 * @returns the message's id, or null if it was not found.
 */
export async function findFirstUnread(count, isUnread, readPage) {
  let found = null;
  let number = Math.max(1, Math.ceil(count / searchPageSize));
  for (let step = 1; ; ) {
    const page = await look(number);
    if (!page) break;
    if (page.isBoundary) return page.oldest;
    if (page.oldest) found = { number, id: page.oldest };
    else if (found && page.hasRead) return bisect(found, number);
    if (number === page.last) break;
    // Pages without unread messages above the start: the user has read later messages first.
    if (found || number > nearbyPages) step *= 2;
    number = Math.min(number + step, page.last);
  }
  return found?.id ?? null;

  async function look(at) {
    const page = await readPage(at);
    if (!page) return null;
    const states = page.results.map((message, index) => ({ id: message.id, state: isUnread(message, (at - 1) * searchPageSize + index) }));
    const unread = states.filter(({ state }) => state === true);
    // The newest page is complete: there the count is exact.
    const oldest = (at === 1 && unread.length >= count ? unread[count - 1] : unread.at(-1))?.id ?? null;
    const hasReadBelow = oldest !== null && states.some(({ id, state }) => id < oldest && state === false);
    return {
      oldest,
      hasRead: states.some(({ state }) => state === false),
      isBoundary: hasReadBelow || (at === 1 && unread.length >= count),
      last: Math.ceil(page.count / searchPageSize),
    };
  }

  async function bisect(newer, olderNumber) {
    let best = newer;
    let end = olderNumber;
    while (end - best.number > 1) {
      const middle = Math.floor((best.number + end) / 2);
      const page = await look(middle);
      if (page?.isBoundary) return page.oldest;
      if (page?.oldest) best = { number: middle, id: page.oldest };
      else end = middle;
    }
    return best.id;
  }
}
