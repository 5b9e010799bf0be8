// The signed-in account and its tokens. All tabs of a browser share them.

import { addressOfPath } from "./base.js";
import { forgetRefreshes, refreshOnce } from "./tokenRefresh.js";

const storageKey = "connectify.session";
const refreshAheadMs = 30_000;
const timeoutMs = 8_000;

class Session extends EventTarget {
  #held = read();

  constructor() {
    super();
    addEventListener("storage", (event) => {
      if (event.key === storageKey) this.#use(read());
    });
  }

  /** The body of register or login, or null. */
  get account() {
    return this.#held?.account ?? null;
  }

  start({ token, refresh_token, ...account }) {
    this.#keep({ account, ...tokens({ token, refresh_token }) });
  }

  /** Deletes the account and its tokens from this browser. The sign-in page shows `reason`. */
  end(reason = null) {
    if (!this.#held) return;
    localStorage.removeItem(storageKey);
    this.#held = null;
    forgetRefreshes().catch(() => {});
    this.dispatchEvent(new CustomEvent("ended", { detail: reason }));
  }

  updateAccount(changes) {
    // Another tab may have refreshed the tokens: only the account is replaced.
    this.#keep({ ...(read() ?? this.#held), account: { ...this.#held.account, ...changes } });
  }

  get refreshToken() {
    return this.#held?.refresh_token ?? null;
  }

  /** An access token that is valid for 30 s at least. Throws if a needed refresh got no answer. */
  async token() {
    if (this.#held && this.#held.expires < Date.now() + refreshAheadMs) await this.refresh(this.#held.token);
    return this.#held?.token ?? null;
  }

  /** Replaces a refused access token, once for all tabs. Throws if no answer came: the session goes on. */
  async refresh(refused) {
    const held = read();
    if (!held) return;
    if (held.token !== refused) return this.#use(held);
    try {
      const refreshed = await refreshOnce(held.refresh_token, () => exchange(held.refresh_token), (error) => !(error instanceof SessionOver));
      // Another tab may have signed out meanwhile.
      if (read()) this.#keep({ ...read(), ...tokens(refreshed) });
    } catch (error) {
      if (!(error instanceof SessionOver)) throw error;
      this.end(error.message);
    }
  }

  #keep(held) {
    localStorage.setItem(storageKey, JSON.stringify(held));
    this.#use(held);
  }

  #use(held) {
    const was = this.#held;
    this.#held = held;
    if (was && !held) this.dispatchEvent(new CustomEvent("ended", { detail: null }));
    else if (held && was?.account.id !== held.account.id) this.dispatchEvent(new Event("started"));
  }
}

class SessionOver extends Error {}

// Only the server's own refusal ends a session. Proxies and outages answer with other statuses or not at all.
async function exchange(refreshToken) {
  const answer = await fetch(addressOfPath("api/accounts/token/refresh/"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: refreshToken }),
    cache: "no-store",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { token, refresh_token, code, detail } = await answer.json().catch(() => ({}));
  if (answer.ok && token && refresh_token) return { token, refresh_token };
  if (code === "account_deactivated") throw new SessionOver(detail);
  if (answer.status === 401) throw new SessionOver("You have been signed out. Please sign in again.");
  throw new TypeError(`The token can't be refreshed now (${answer.status})`);
}

// The lifetime counts from now: the clock of this device may be wrong.
function tokens({ token, refresh_token }) {
  const claims = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
  return { token, refresh_token, expires: Date.now() + (claims.exp - claims.iat) * 1000 };
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(storageKey));
  } catch {
    return null;
  }
}

export const session = new Session();
