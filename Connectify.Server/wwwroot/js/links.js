// Web addresses in message texts.

import { h } from "./dom.js";

const brackets = { ")": "(", "]": "[", "}": "{" };
// Full-width punctuation ends an address anywhere: Chinese and Japanese texts put no space after it.
const candidate = /\bhttps?:\/\/[^\s<>"“”„«»…。．｡！，、､；：？（）「」『』【】《》〈〉［］〔〕]+/giu;
const trailing = ".,;:!?'’‘*([{";

/** A text as nodes, with its http and https addresses as links. */
export function withLinks(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    const address = withoutTail(match[0]);
    if (!isWebAddress(address)) continue;
    nodes.push(text.slice(end, match.index));
    nodes.push(h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", tabindex: "-1" }, address));
    end = match.index + address.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** The address without what belongs to the sentence around it: final punctuation, and brackets that were opened before it. */
function withoutTail(found) {
  const count = (wanted) => found.split(wanted).length - 1;
  const surplus = Object.fromEntries(Object.entries(brackets).map(([close, open]) => [close, count(close) - count(open)]));
  let end = found.length;
  for (;;) {
    const last = found[end - 1];
    const isUnopened = surplus[last] > 0;
    if (isUnopened) surplus[last]--;
    else if (!trailing.includes(last)) return found.slice(0, end);
    for (const [close, open] of Object.entries(brackets)) if (last === open) surplus[close]++;
    end--;
  }
}

function isWebAddress(address) {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}
