// Refreshes the tokens in one tab for all tabs: a refresh token works once, and a second use ends the session.
// IndexedDB transactions hold across tabs. A write to localStorage reaches other tabs late, and the Web Locks API exists
// only in pages of secure origins.

const claimMs = 10_000;
const pollMs = 100;
const retryDelaysMs = [500, 1500, 3000];

/**
 * Exchanges a refresh token, or waits for the tab that does. An answer can get lost after the server has replaced the
 * token; it accepts the old one again for 30 s. So a failed exchange is repeated soon.
 * @param exchange gives the new tokens, or throws.
 * @param isTransient (error) tells whether the exchange may be repeated.
 * @returns the new tokens, from whichever tab got them.
 */
export async function refreshOnce(refreshToken, exchange, isTransient) {
  for (let attempt = 0; ; attempt++) {
    const tokens = await claimOrWait(refreshToken);
    if (tokens) return tokens;
    try {
      return await keep(refreshToken, await exchange());
    } catch (error) {
      await change((store) => store.delete(refreshToken));
      if (!isTransient(error) || attempt === retryDelaysMs.length) throw error;
    }
    await pause(retryDelaysMs[attempt]);
  }
}

/** Deletes all tokens. */
export const forgetRefreshes = () => change((store) => store.clear());

async function claimOrWait(refreshToken) {
  for (;;) {
    const entry = await claim(refreshToken);
    if (entry.isMine) return null;
    if (entry.tokens) return entry.tokens;
    await pause(pollMs);
  }
}

async function keep(refreshToken, tokens) {
  await change((store) => {
    // Older entries are of no use.
    store.clear();
    store.put({ tokens, until: 0 }, refreshToken);
  });
  return tokens;
}

// A claim ends by itself: the tab that holds it may have been closed.
function claim(refreshToken) {
  return change((store, answer) => {
    const found = store.get(refreshToken);
    found.onsuccess = () => {
      const { tokens = null, until = 0 } = found.result ?? {};
      const isMine = !tokens && until < Date.now();
      if (isMine) store.put({ tokens: null, until: Date.now() + claimMs }, refreshToken);
      answer({ tokens, isMine });
    };
  });
}

/** Runs one transaction; resolves with what `steps` answered when it is complete. */
async function change(steps) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      let result;
      const transaction = database.transaction("refreshes", "readwrite");
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      steps(transaction.objectStore("refreshes"), (answer) => { result = answer; });
    });
  } finally {
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("connectify.refreshes", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("refreshes");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
