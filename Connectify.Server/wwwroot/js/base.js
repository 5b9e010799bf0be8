// The client may be served under a sub path ("/chat/"). Every address is built from where this file was loaded.

/** The directory that the server's paths start from, with a slash at its end. */
export const base = new URL("../", import.meta.url);

/** The absolute address of a server path that is given without a slash at its start. */
export const addressOfPath = (path) => new URL(path, base).href;

/**
 * A file's address on this page's own origin. The server reports its address as it sees it, which behind a proxy can have
 * another scheme or lack the sub path; and the page loads nothing from other origins.
 */
export function fileAddress(url) {
  const { pathname, search } = new URL(url, base);
  return pathname.startsWith(base.pathname) ? pathname + search : base.pathname + pathname.slice(1) + search;
}
