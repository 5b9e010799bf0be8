// A refresh token works once, and one that comes a second time ends its session. So the tabs of a browser agree here on
// who uses it. In IndexedDB, whose transactions hold across tabs: what one tab writes to localStorage, another may see
// a moment late, and locks are only for pages of secure origins.

const claimLasts = 20_000;
const lookEvery = 100;

/**
 * Exchanges a refresh token, or waits for the tab that does. `exchange()` gives the new tokens, or throws.
 * @returns the new tokens, whoever got them.
 */
export async function renewOnce(refreshToken, exchange) {
  for (;;) {
    const entry = await claim(refreshToken);
    if (entry.tokens) return entry.tokens;
    if (entry.isMine) break;
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
  }
  try {
    const tokens = await exchange();
    await change((store) => {
      // What came before it is of no use to anybody.
      store.clear();
      store.put({ tokens, until: 0 }, refreshToken);
    });
    return tokens;
  } catch (error) {
    await change((store) => store.delete(refreshToken));
    throw error;
  }
}

/** Forgets all tokens. */
export const forgetRenewals = () => change((store) => store.clear());

function claim(refreshToken) {
  return change((store, answer) => {
    const found = store.get(refreshToken);
    found.onsuccess = () => {
      const { tokens = null, until = 0 } = found.result ?? {};
      const isMine = !tokens && until < Date.now();
      if (isMine) store.put({ tokens: null, until: Date.now() + claimLasts }, refreshToken);
      answer({ tokens, isMine });
    };
  });
}

/** Runs one transaction; resolves with what it answered once it is done. */
async function change(steps) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      let result;
      const transaction = database.transaction("renewals", "readwrite");
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
      steps(transaction.objectStore("renewals"), (answer) => { result = answer; });
    });
  } finally {
    database.close();
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("connectify", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("renewals");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
