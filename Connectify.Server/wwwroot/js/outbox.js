// Messages that the server has not confirmed. Each has a client id, so a repeated send stores it once. Those of one chat are
// sent one after the other, in their order.

import { api, ApiError, chatPath, upload } from "./api.js";
import { store } from "./store.js";
import * as sync from "./sync.js";

const storageKey = "connectify.outbox";
const maxAttemptsWithFiles = 4;

/**
 * By chat key: `{ key, clientId, content, replyTo, files, state, isUnfit, progress, detail, createdAt }`. `state`: sending or
 * failed; `isUnfit`: the server refuses this content; `progress`: 0 to 1.
 */
const waiting = new Map();
const running = new Set();

export const pendingIn = (key) => waiting.get(key) ?? [];

export function send(chat, { content, replyTo, files = [] }) {
  const entry = {
    key: chat.key, clientId: newId(), content, replyTo, files, state: "sending", progress: 0, detail: "", attempts: 0,
    createdAt: new Date().toISOString(),
  };
  entry.previews = files.map((file) => ({ file, url: isPicture(file) ? URL.createObjectURL(file) : null }));
  waiting.set(chat.key, [...pendingIn(chat.key), entry]);
  changed(chat.key);
  run(chat.key);
}

export function retry(entry) {
  Object.assign(entry, { state: "sending", detail: "", attempts: 0 });
  changed(entry.key);
  run(entry.key);
}

export function discard(entry) {
  entry.abort?.abort();
  drop(entry);
}

export const isPicture = (file) => ["image/png", "image/jpeg", "image/gif", "image/webp"].includes(file.type);

/** Whether the chat already has the message: its frame can arrive before the answer to its request. */
export const isThere = (chat, entry) => [chat.lastMessage, ...chat.messages ?? []]
  .some((message) => message?.client_message_id === entry.clientId && message.sender_id === store.me.id);

async function run(key) {
  if (running.has(key)) return;
  running.add(key);
  try {
    for (let entry; (entry = pendingIn(key).find((one) => one.state === "sending"));) await deliver(entry);
  } finally {
    running.delete(key);
  }
}

async function deliver(entry) {
  const chat = store.chats.get(entry.key);
  // The answer to an earlier attempt was lost.
  if (!chat || isThere(chat, entry)) return drop(entry);
  try {
    const message = await post(chat, entry);
    drop(entry);
    sync.settle(chat, message);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    entry.attempts++;
    const isFinal = !error.isTransient || (entry.files.length > 0 && error.status === 0 && isOnline() && entry.attempts >= maxAttemptsWithFiles);
    if (!isFinal) return pause(error, entry.attempts);
    // Too long or too large: only a changed message can be accepted.
    Object.assign(entry, { state: "failed", isUnfit: [400, 413].includes(error.status), detail: error.message, progress: 0 });
    changed(entry.key);
  }
}

function post(chat, entry) {
  const fields = { content: entry.content, client_message_id: entry.clientId };
  if (entry.replyTo) fields.reply_to = entry.replyTo;
  if (entry.files.length === 0) return api.send(chat.kind, chat.id, fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of entry.files) form.append("attachments", file, file.name);
  entry.abort = new AbortController();
  return upload(`${chatPath(chat.kind, chat.id)}send_message/`, form, (part) => {
    entry.progress = part;
    store.dispatchEvent(new CustomEvent("progress", { detail: entry }));
  }, entry.abort.signal);
}

const isOnline = () => sync.socket?.state === "online";

// Waits until the connection is back, or for a growing delay if it never went.
function pause(error, attempts) {
  const delay = Math.max(error.retryAfter * 1000, Math.min(15_000, 500 * 2 ** attempts));
  return new Promise((resolve) => {
    const { socket } = sync;
    const wake = () => { if (socket.state === "online") done(); };
    const done = () => {
      clearTimeout(timer);
      socket?.removeEventListener("state", wake);
      resolve();
    };
    const timer = setTimeout(done, delay / 2 + Math.random() * delay / 2);
    socket?.addEventListener("state", wake);
  });
}

function drop(entry) {
  waiting.set(entry.key, pendingIn(entry.key).filter((other) => other !== entry));
  entry.previews.forEach(({ url }) => url && URL.revokeObjectURL(url));
  changed(entry.key);
}

function changed(key) {
  const texts = [...waiting.values()].flat().filter((entry) => entry.files.length === 0);
  sessionStorage.setItem(storageKey, JSON.stringify({ user: store.me?.id, texts }));
  store.emit("messages", key);
  store.emit("chats");
}

/** Continues sends that a reload interrupted. Texts survive a reload, files don't. */
export function restore() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(storageKey));
  } catch {
    // Nothing readable was stored.
  }
  if (!kept || kept.user !== store.me.id) return;
  for (const entry of kept.texts) {
    if (!store.chats.has(entry.key)) continue;
    waiting.set(entry.key, [...pendingIn(entry.key), { ...entry, files: [], previews: [], attempts: 0 }]);
    run(entry.key);
  }
}

export function clear() {
  [...waiting.values()].flat().forEach((entry) => entry.abort?.abort());
  waiting.clear();
  sessionStorage.removeItem(storageKey);
}

// crypto.randomUUID exists only in pages of secure origins.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
