// The WebSocket for all chats. It reconnects until it is stopped.

import { base } from "./base.js";
import { session } from "./session.js";

const firstDelayMs = 500;
const longestDelayMs = 30_000;
const silenceMs = 40_000;
const timeoutMs = 8_000;

/**
 * Events: `state` when `state` changes (connecting, online, waiting), `frame` (detail: the frame). Each connection begins
 * with a `hello` frame.
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

  /** @returns whether the frame was sent; without a connection it is dropped. */
  send(frame) {
    if (this.state !== "online") return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Reconnects at once if the socket waits for the next attempt. */
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
    const address = new URL("ws/messaging/", base);
    address.protocol = base.protocol === "https:" ? "wss:" : "ws:";
    // Not in the address: a browser writes that to its console when a connection fails.
    const socket = this.#socket = new WebSocket(address, ["bearer", token]);
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(socket, event.code, token);
    this.#watchFor(timeoutMs * 2);
  }

  #receive(frame) {
    this.#watchFor(silenceMs);
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
    if (code === 4003 && await this.#refreshed(token)) return;
    // Flooding or too many connections: an immediate reconnect would add to it.
    if (code === 1008) this.#attempts = Math.max(this.#attempts, 5);
    this.#retryLater();
  }

  // A refused token is replaced and tried at once; if that is refused too, after the usual delay.
  async #refreshed(token) {
    // Without an answer it counts as any other lost connection.
    await session.refresh(token).catch(() => {});
    if (this.#stopped.signal.aborted) return true;
    if (this.#attempts > 0) return false;
    this.#attempts = 1;
    await this.#connect();
    return true;
  }

  // Jitter: clients that lost their server at the same moment reconnect at different ones.
  #retryLater() {
    if (this.#stopped.signal.aborted) return;
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#attempts++);
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#connect(), delay / 2 + Math.random() * delay / 2);
  }

  // A broken line closes no socket. After a long silence a ping is sent; without an answer the connection is given up.
  #watchFor(time) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => (this.state === "online" && time === silenceMs ? this.#check() : this.#giveUp()), time);
  }

  #check() {
    if (this.state === "waiting") this.retryNow();
    else if (this.send({ type: "ping" })) this.#watchFor(timeoutMs);
  }

  #giveUp() {
    const socket = this.#socket;
    if (!socket) return;
    // close() waits for the other side's close frame, which may never come.
    socket.close();
    this.#lost(socket, 1006, null);
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
