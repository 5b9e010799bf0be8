// Who is signed in, and the tokens that prove it. Shared by all tabs of this browser.

const place = "connectify.session";
const lockName = "connectify.refresh";
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
    this.dispatchEvent(new CustomEvent("ended", { detail: reason }));
  }

  updateAccount(changes) {
    this.#keep({ ...this.#held, account: { ...this.#held.account, ...changes } });
  }

  get refreshToken() {
    return this.#held?.refresh_token ?? null;
  }

  /** A token that is good for a while; a new one where it isn't. */
  async token() {
    if (this.#held && this.#held.expires < Date.now() + refreshAhead) await this.refresh(this.#held.token);
    return this.#held?.token ?? null;
  }

  /** Replaces a token that was refused. A refresh token works once, so all tabs take turns. */
  async refresh(refused) {
    const exchange = async () => {
      this.#held = read();
      if (!this.#held || this.#held.token !== refused) return;
      await this.#exchange();
    };
    // Only pages of secure origins have locks; elsewhere tabs may meet, and one of them signs in again.
    await (navigator.locks ? navigator.locks.request(lockName, exchange) : exchange());
  }

  async #exchange() {
    const answer = await fetch("/api/accounts/token/refresh/", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: this.#held.refresh_token }),
      signal: AbortSignal.timeout(15_000),
    });
    if (answer.ok) this.#keep({ ...this.#held, ...tokens(await answer.json()) });
    else if (answer.status === 401 || answer.status === 403) this.end(await whyEnded(answer));
    else throw new TypeError(`The token can't be renewed now (${answer.status})`);
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

async function whyEnded(answer) {
  const { code, detail } = await answer.json().catch(() => ({}));
  return code === "account_deactivated" ? detail : "You have been signed out. Please sign in again.";
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
