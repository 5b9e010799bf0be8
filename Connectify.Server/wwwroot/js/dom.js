// The only place that creates elements. Text is inserted as text: no function parses HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * h("button", { class: "primary", onclick: save, aria-label: "Save" }, icon("check"), "Save")
 * Null, undefined and false properties and children are left out; ARIA states are "true" or "false".
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || (value === false && !name.startsWith("aria-"))) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
  }
  return fill(element, ...children);
}

/** Appends children to an element. */
export function fill(element, ...children) {
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces all children of an element. */
export function refill(element, ...children) {
  element.replaceChildren();
  return fill(element, ...children);
}

const shapes = {
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  reply: "M9 7l-5 5 5 5M4 12h10a6 6 0 0 1 6 6",
  send: "M4 12l16-8-5 16-3.500-6.500zM11.500 13.500L20 4",
  clip: "M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700L9.700 17.200a1.700 1.700 0 0 1-2.400-2.400L15 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4.500 4.500L19 7.500",
  checks: "M2.500 13l4.500 4.500L16.500 8M12 17.500L21.500 8",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500V12l3 2",
  alert: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500v5.500M12 16.300v.1",
  down: "M12 5v14M6 13l6 6 6-6",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.200 16.200L20.500 20.500",
  people: "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.5-4 3-5.500 6.500-5.500s6 1.500 6.500 5.500M16 4.800a3.500 3.500 0 0 1 0 6.400M18.500 15c1.800.8 2.800 2.400 3 5",
  chat: "M4 6.500A2.500 2.500 0 0 1 6.500 4h11A2.500 2.500 0 0 1 20 6.500v7a2.500 2.500 0 0 1-2.500 2.500H12l-5 4.500V16h-.5A2.500 2.500 0 0 1 4 13.500z",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  edit: "M4 20l1-4.500L16.500 4l3.500 3.500L8.500 19zM14 6.500L17.500 10",
  trash: "M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13",
  smile: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM8.500 14c1.800 2.700 5.200 2.700 7 0M9 9.500v.1M15 9.500v.1",
  exit: "M14 4H5v16h9M10 12h11M17.500 8.500L21 12l-3.500 3.500",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  info: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 11v5.500M12 7.800v.1",
};

/** A line drawing, hidden from screen readers: the element around it has a label. */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svgNamespace, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon. */
export function iconButton(name, label, onclick, properties = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties }, icon(name));
}

/**
 * Makes a container's children equal to the rows and replaces only changed ones, so focus and playing media stay. A row has a
 * unique `key`; `same(a, b)` tells whether a row looks as before; `render(row, old)` draws it, `old` is its node before.
 */
export function reconcile(container, rows, same, render) {
  const shown = container.shown ??= new Map();
  const kept = new Map();
  let next = container.firstChild;
  for (const row of rows) {
    const old = shown.get(row.key);
    let node = old?.node;
    if (!old || !same(old.row, row)) {
      // Before it is drawn: the new node may take parts of the old one.
      const focus = old ? focusIn(old.node) : null;
      node = render(row, old?.node);
      if (old) {
        if (next === old.node) next = node;
        replace(old.node, node, focus);
      }
    }
    kept.set(row.key, { row, node });
    if (node === next) next = node.nextSibling;
    else container.insertBefore(node, next);
  }
  for (const [key, { node }] of shown) if (!kept.has(key)) node.remove();
  container.shown = kept;
}

const focusIn = (node) => (node.contains(document.activeElement) ? { name: document.activeElement.dataset.focus } : null);

function replace(old, node, focus) {
  if (old.hasAttribute("tabindex")) node.setAttribute("tabindex", old.getAttribute("tabindex"));
  old.replaceWith(node);
  if (focus) (focus.name && node.querySelector(`[data-focus="${CSS.escape(focus.name)}"]`) || node).focus({ preventScroll: true });
}
