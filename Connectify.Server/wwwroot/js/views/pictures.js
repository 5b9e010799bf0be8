// The layout of a message's pictures: whole, in rows of one or two of the same height.

import { h } from "../dom.js";

const widest = 336;
const highest = 360;
const narrowest = 120;
/** Width by height. What is beyond is cropped. */
const ratios = { least: 0.5, most: 2 };

/** Rows of two pictures; an odd first one has a row of its own. */
export function pictureRows(pictures) {
  const rows = pictures.length % 2 ? [pictures.slice(0, 1)] : [];
  for (let at = pictures.length % 2; at < pictures.length; at += 2) rows.push(pictures.slice(at, at + 2));
  return rows.map((row) => h("div", { class: "picture-row" }, row));
}

/** Gives a picture's frame its shape: at once if the server knows its size, else when it has loaded. */
export function fitPicture(frame, picture, { width, height } = {}) {
  if (width && height) fit(frame, width, height);
  else picture.addEventListener("load", () => fit(frame, picture.naturalWidth, picture.naturalHeight), { once: true });
}

// Widths in the proportion of the ratios make the heights of a row equal.
function fit(frame, width, height) {
  const ratio = Math.min(ratios.most, Math.max(ratios.least, width / height));
  frame.style.aspectRatio = ratio;
  frame.style.flexGrow = ratio;
  frame.style.maxWidth = `${Math.min(widest, highest * ratio, Math.max(narrowest, width))}px`;
}
