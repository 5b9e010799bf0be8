// REST: one function for JSON, one for files with progress, and the requests by name.

import { addressOfPath } from "./base.js";
import { session } from "./session.js";

const timeoutMs = 20_000;
const stallMs = 60_000;

/** A failed request; status 0: no answer arrived. */
export class ApiError extends Error {
  constructor(status, body = {}, retryAfter = 0) {
    super(body.detail ?? (status === 0 ? "The server can't be reached" : "Something went wrong"));
    this.status = status;
    this.code = body.code ?? null;
    this.errors = body.errors ?? {};
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later. */
  get isTransient() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export async function call(method, path, body, { anonymous = false } = {}) {
  const token = anonymous ? null : await currentToken();
  let answer = await ask(method, path, body, token);
  if (answer.status === 401 && token) {
    await renew(token);
    answer = await ask(method, path, body, await currentToken());
  }
  const content = answer.status === 204 ? null : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new ApiError(answer.status, content ?? {}, Number(answer.headers.get("Retry-After") ?? 0));
  return content;
}

async function ask(method, path, body, token) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
  const content = body && !(body instanceof FormData) ? JSON.stringify(body) : body;
  try {
    return await fetch(addressOfPath(path), { method, headers, body: content, cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new ApiError(0);
  }
}

async function currentToken() {
  try {
    return await session.token();
  } catch {
    throw new ApiError(0);
  }
}

async function renew(token) {
  try {
    await session.refresh(token);
  } catch {
    throw new ApiError(0);
  }
  if (!session.account) throw new ApiError(401, { detail: "You have been signed out" });
}

/** Sends a form with files. `onProgress(part)` gets the part, 0 to 1, that has been sent. */
export async function upload(path, form, onProgress, signal) {
  const token = await currentToken();
  try {
    return await sendForm(path, form, token, onProgress, signal);
  } catch (error) {
    if (error.status !== 401) throw error;
    await renew(token);
    return sendForm(path, form, await currentToken(), onProgress, signal);
  }
}

// XMLHttpRequest: fetch does not report upload progress.
function sendForm(path, form, token, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOfPath(path));
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    const started = Date.now();
    request.timeout = stallMs;
    request.upload.onprogress = (event) => {
      // An upload may take any time as long as it makes progress.
      request.timeout = Date.now() - started + stallMs;
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response);
      else reject(new ApiError(request.status, request.response ?? {}, Number(request.getResponseHeader("Retry-After") ?? 0)));
    };
    request.onerror = request.onabort = request.ontimeout = () => reject(new ApiError(0));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

const accounts = "api/accounts";
const messaging = "api/messaging";
export const chatPath = (kind, id) => `${messaging}/${kind === "group" ? "group-chats" : "conversations"}/${id}/`;
const messagePage = (kind, id, parameters) => call("GET", `${chatPath(kind, id)}messages/?${new URLSearchParams(parameters)}`);

export const api = {
  register: (fields) => call("POST", `${accounts}/register/`, fields, { anonymous: true }),
  logIn: (fields) => call("POST", `${accounts}/login/`, fields, { anonymous: true }),
  logOut: (refresh_token) => call("POST", `${accounts}/logout/`, { refresh_token }, { anonymous: true }),
  profile: () => call("GET", `${accounts}/profile/`),
  editProfile: (fields) => call("PUT", `${accounts}/profile/`, fields),
  changePassword: (fields) => call("POST", `${accounts}/password/`, fields),
  organizations: () => call("GET", `${accounts}/organizations/`),
  people: (organizationId, search, page = 1, size = 20) =>
    call("GET", `${accounts}/organizations/${organizationId}/users/?${new URLSearchParams({ search, page, page_size: size })}`),
  setActive: (user_id, isActive) => call("POST", `${accounts}/${isActive ? "activate" : "deactivate"}/`, { user_id }),
  setRole: (organizationId, userId, role) => call("PUT", `${accounts}/organizations/${organizationId}/users/${userId}/role/`, { role }),
  addPerson: (organizationId, fields) => call("POST", `${accounts}/organizations/${organizationId}/users/`, fields),

  conversations: () => call("GET", `${messaging}/conversations/`),
  groups: () => call("GET", `${messaging}/group-chats/`),
  chat: (kind, id) => call("GET", chatPath(kind, id)),
  startConversation: (participant_id, organization_id) => call("POST", `${messaging}/conversations/`, { participant_id, organization_id }),
  createGroup: (form) => call("POST", `${messaging}/group-chats/`, form),
  editGroup: (id, form) => call("PATCH", chatPath("group", id), form),
  deleteChat: (kind, id) => call("DELETE", chatPath(kind, id)),
  addMembers: (id, member_ids) => call("POST", `${chatPath("group", id)}add_members/`, { member_ids }),
  removeMember: (id, member_id) => call("POST", `${chatPath("group", id)}remove_member/`, { member_id }),
  changeMemberRole: (id, member_id, role) => call("POST", `${chatPath("group", id)}change_role/`, { member_id, role }),

  before: (kind, id, before, page_size) => messagePage(kind, id, { before, page_size }),
  after: (kind, id, after, page_size) => messagePage(kind, id, { after, page_size }),
  newest: (kind, id, page_size) => messagePage(kind, id, { page_size }),
  page: (kind, id, page, page_size) => messagePage(kind, id, { page, page_size }),
  message: (id) => call("GET", `${messaging}/messages/${id}/`),
  send: (kind, id, fields) => call("POST", `${chatPath(kind, id)}send_message/`, fields),
  edit: (id, content) => call("PUT", `${messaging}/messages/${id}/edit/`, { content }),
  deleteMessage: (id) => call("DELETE", `${messaging}/messages/${id}/`),
  react: (id, emoji) => call("POST", `${messaging}/messages/${id}/react/`, { emoji }),
  unreact: (id, emoji) => call("DELETE", `${messaging}/messages/${id}/unreact/?${new URLSearchParams({ emoji })}`),

  blocks: () => call("GET", `${messaging}/blocks/`),
  block: (blocked_id, organization_id) => call("POST", `${messaging}/blocks/`, { blocked_id, organization_id }),
  unblock: (id) => call("DELETE", `${messaging}/blocks/${id}/`),
};
