// The socket for all chats: comes back by itself, for as long as it takes.

import { session } from "./session.js";

const firstDelay = 500;
const longestDelay = 30_000;
const silence = 40_000;
const patience = 8_000;

/**
 * Events: `state` when `state` changes (connecting, online, waiting), `frame` with each frame as its detail.
 * A first `hello` frame begins each connection: whoever keeps positions resumes then.
 */
export class InboxSocket extends EventTarget {
  state = "connecting";
  #socket = null;
  #attempts = 0;
  #timer = 0;
  #watch = 0;
  #stopped = new AbortController();

  start() {
    const { signal } = this.#stopped;
    addEventListener("online", () => this.retryNow(), { signal });
    addEventListener("offline", () => this.#check(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#check(), { signal });
    this.#connect();
  }

  stop() {
    this.#stopped.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    this.#socket?.close(1000);
  }

  /** @returns whether there is a connection that took it; nothing is kept for later. */
  send(frame) {
    if (this.state !== "online") return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Doesn't wait for the next attempt. */
  retryNow() {
    if (this.state !== "waiting") return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  async #connect() {
    this.#become("connecting");
    let token;
    try {
      token = await session.token();
    } catch {
      this.#retryLater();
      return;
    }
    if (!token || this.#stopped.signal.aborted) return;
    const address = new URL(`/ws/messaging/?${new URLSearchParams({ token })}`, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = this.#socket = new WebSocket(address);
    socket.onmessage = (event) => this.#hear(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(socket, event.code, token);
    this.#watchFor(patience * 2);
  }

  #hear(frame) {
    this.#watchFor(silence);
    if (frame.type === "hello") {
      this.#attempts = 0;
      this.#become("online");
    } else if (frame.type === "heartbeat") {
      this.send({ type: "heartbeat_ack", timestamp: frame.timestamp });
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  async #lost(socket, code, token) {
    if (socket !== this.#socket || this.#stopped.signal.aborted) return;
    clearTimeout(this.#watch);
    this.#socket = null;
    if (code === 4003 && this.#attempts === 0) {
      this.#attempts = 1;
      try {
        await session.refresh(token);
        if (!this.#stopped.signal.aborted) await this.#connect();
        return;
      } catch {
        // No answer: as any other lost connection.
      }
    }
    // Flooding or too many connections: coming back at once would make it worse.
    if (code === 1008) this.#attempts = Math.max(this.#attempts, 5);
    this.#retryLater();
  }

  // Half of the delay is chance: those who lost their server together don't come back together.
  #retryLater() {
    if (this.#stopped.signal.aborted) return;
    const delay = Math.min(longestDelay, firstDelay * 2 ** this.#attempts++);
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#connect(), delay / 2 + Math.random() * delay / 2);
  }

  // A cut line says nothing. Where nothing has been heard for long, a ping asks; without an answer it is over.
  #watchFor(time) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => (this.state === "online" && time === silence ? this.#check() : this.#giveUp()), time);
  }

  #check() {
    if (this.state === "waiting") this.retryNow();
    else if (this.send({ type: "ping" })) this.#watchFor(patience);
  }

  #giveUp() {
    const socket = this.#socket;
    if (!socket) return;
    // close() waits for the other side, which may never answer.
    socket.close();
    this.#lost(socket, 1006, null);
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
