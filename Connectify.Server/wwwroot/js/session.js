// Who is signed in, and the tokens that prove it. Shared by all tabs of this browser.

import { forgetRenewals, renewOnce } from "./renewals.js";

const place = "connectify.session";
const refreshAhead = 30_000;

class Session extends EventTarget {
  #held = read();

  constructor() {
    super();
    addEventListener("storage", (event) => {
      if (event.key === place) this.#take(read());
    });
  }

  /** The body of register or login, or null. */
  get account() {
    return this.#held?.account ?? null;
  }

  start({ token, refresh_token, ...account }) {
    this.#keep({ account, ...tokens({ token, refresh_token }) });
  }

  /** Forgets everything. `reason` is shown on the page for signing in. */
  end(reason = null) {
    if (!this.#held) return;
    localStorage.removeItem(place);
    this.#held = null;
    forgetRenewals().catch(() => {});
    this.dispatchEvent(new CustomEvent("ended", { detail: reason }));
  }

  updateAccount(changes) {
    // Another tab may have renewed the tokens: only the account is this one's to change.
    this.#keep({ ...(read() ?? this.#held), account: { ...this.#held.account, ...changes } });
  }

  get refreshToken() {
    return this.#held?.refresh_token ?? null;
  }

  /** A token that is good for a while; a new one where it isn't. */
  async token() {
    if (this.#held && this.#held.expires < Date.now() + refreshAhead) await this.refresh(this.#held.token);
    return this.#held?.token ?? null;
  }

  /** Replaces a token that was refused, unless that has been done: all tabs do it once. */
  async refresh(refused) {
    const held = read();
    if (!held) return;
    if (held.token !== refused) return this.#take(held);
    try {
      const renewed = await renewOnce(held.refresh_token, () => exchange(held.refresh_token));
      // Somebody may have signed out meanwhile.
      if (read()) this.#keep({ ...read(), ...tokens(renewed) });
    } catch (error) {
      if (!(error instanceof SessionOver)) throw error;
      this.end(error.message);
    }
  }

  #keep(held) {
    localStorage.setItem(place, JSON.stringify(held));
    this.#take(held);
  }

  #take(held) {
    const was = this.#held;
    this.#held = held;
    if (was && !held) this.dispatchEvent(new CustomEvent("ended", { detail: null }));
    else if (held && was?.account.id !== held.account.id) this.dispatchEvent(new Event("started"));
  }
}

class SessionOver extends Error {}

async function exchange(refreshToken) {
  const answer = await fetch("/api/accounts/token/refresh/", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ refresh_token: refreshToken }),
    signal: AbortSignal.timeout(15_000),
  });
  if (answer.ok) return answer.json();
  if (answer.status !== 401 && answer.status !== 403) throw new TypeError(`The token can't be renewed now (${answer.status})`);
  const { code, detail } = await answer.json().catch(() => ({}));
  throw new SessionOver(code === "account_deactivated" ? detail : "You have been signed out. Please sign in again.");
}

// By how long the token lives, not by when it says that it ends: this machine's clock may be wrong.
function tokens({ token, refresh_token }) {
  const claims = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
  return { token, refresh_token, expires: Date.now() + (claims.exp - claims.iat) * 1000 };
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

export const session = new Session();
