// The current page is in the address's hash, so Back and Reload work.

/** { page: "chats" | "chat" | "profile" | "admin", key } */
export function route() {
  const [, page = "", id = ""] = location.hash.split("/");
  if (page === "c" || page === "g") return { page: "chat", key: page + Number(id) };
  return page === "profile" || page === "admin" ? { page } : { page: "chats" };
}

export const addressOf = (key) => `#/${key[0]}/${key.slice(1)}`;

export function go(address, { replace = false } = {}) {
  if (location.hash === address) return;
  if (replace) {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = address;
  }
}
