// Messages on their way. Each has an id of its own from the beginning, so it can be sent again until the server has
// said that it has it, and is there once. One chat's go one after the other, in their order.

import { api, ApiError, chatPath, upload } from "./api.js";
import { store } from "./store.js";
import * as sync from "./sync.js";

const place = "connectify.outbox";
const mostAttemptsWithFiles = 4;

/** By chat: `{ key, clientId, content, replyTo, files, state, isUnfit, progress, detail, createdAt }`; state: sending, failed. */
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

/** Whether the message is among the chat's own already. */
export const isThere = (chat, entry) =>
  chat.messages?.some((message) => message.client_message_id === entry.clientId && message.sender_id === store.me.id) ?? false;

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
  // Its frame may have come although the answer to its request was lost.
  if (!chat || isThere(chat, entry)) return drop(entry);
  try {
    const message = await post(chat, entry);
    drop(entry);
    sync.settle(chat, message);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    entry.attempts++;
    const isHopeless = !error.isPassing || (entry.files.length > 0 && error.status === 0 && isOnline() && entry.attempts >= mostAttemptsWithFiles);
    if (!isHopeless) return pause(error, entry.attempts);
    // Of what is itself at fault, too long or too large, only a changed one can get through.
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

// Until the connection is back, or a little later where it never went.
function pause(error, attempts) {
  const delay = Math.max(error.retryAfter * 1000, Math.min(15_000, 500 * 2 ** attempts));
  return new Promise((resolve) => {
    const { socket } = sync;
    const woken = () => { if (socket.state === "online") done(); };
    const done = () => {
      clearTimeout(timer);
      socket?.removeEventListener("state", woken);
      resolve();
    };
    const timer = setTimeout(done, delay / 2 + Math.random() * delay / 2);
    socket?.addEventListener("state", woken);
  });
}

function drop(entry) {
  waiting.set(entry.key, pendingIn(entry.key).filter((other) => other !== entry));
  entry.previews.forEach(({ url }) => url && URL.revokeObjectURL(url));
  changed(entry.key);
}

function changed(key) {
  const texts = [...waiting.values()].flat().filter((entry) => entry.files.length === 0);
  sessionStorage.setItem(place, JSON.stringify({ user: store.me?.id, texts }));
  store.tell("messages", key);
  store.tell("chats");
}

/** Goes on with what was on its way when this page was reloaded. Files are lost with the page, texts are not. */
export function restore() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(place));
  } catch {
    // Nothing that was kept here.
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
  sessionStorage.removeItem(place);
}

// Not crypto.randomUUID: only pages of secure origins have it.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
