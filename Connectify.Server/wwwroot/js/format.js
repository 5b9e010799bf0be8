// Formats names, times and sizes.

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const shortDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

const unknown = "Unknown user";

export function nameOf(user) {
  if (!user) return unknown;
  return [user.first_name, user.last_name].filter(Boolean).join(" ").trim() || user.username || unknown;
}

export function initialsOf(name) {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...word][0] ?? "?").join("").toUpperCase();
}

export const timeOf = (iso) => clock.format(new Date(iso));
export const momentOf = (iso) => moment.format(new Date(iso));
export const dayKey = (iso) => new Date(iso).toDateString();

const daysAgo = (iso) => {
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(new Date(iso))) / 86_400_000);
};

/** Today, Yesterday, Monday, 3 May 2026. */
export function dayOf(iso) {
  const days = daysAgo(iso);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return days < 7 ? weekday.format(new Date(iso)) : date.format(new Date(iso));
}

/** For lists: the time if it was today, the weekday if it was this week, else the date. */
export function whenOf(iso) {
  const days = daysAgo(iso);
  if (days <= 0) return timeOf(iso);
  return days < 7 ? shortWeekday.format(new Date(iso)) : shortDate.format(new Date(iso));
}

export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A message in one line, for lists and quotes. */
export function summaryOf(message) {
  if (!message) return "";
  const text = message.content.trim().replace(/\s+/gu, " ");
  if (text) return text.slice(0, 200);
  const [file] = message.attachments ?? [];
  if (!file) return "";
  return file.type === "image" ? "Picture" : file.file_name;
}
