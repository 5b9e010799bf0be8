// Fields and forms that show what the server says of them.

import { h, refill } from "../dom.js";

let fields = 0;

/** A labelled input. `properties` go to the input. */
export function field(label, name, properties = {}, hint = null) {
  const id = `field-${++fields}`;
  const { tag = "input", ...others } = properties;
  return h("div", { class: "field" },
    h("label", { for: id }, label),
    h(tag, { id, name, "aria-describedby": `${id}-hint`, ...others }),
    h("p", { id: `${id}-hint`, class: "hint" }, hint));
}

/** A form: `submit(values)` may throw what the server said; that is shown at its fields and above the button. */
export function form(properties, children, submitLabel, submit, ...more) {
  const problem = h("p", { class: "problem", role: "alert" });
  const button = h("button", { type: "submit", class: "primary" }, submitLabel);
  const element = h("form", { ...properties, novalidate: true, onsubmit: run }, children, problem, h("div", { class: "actions" }, more, button));

  async function run(event) {
    event.preventDefault();
    if (button.disabled) return;
    showErrors(element, problem, null);
    button.disabled = true;
    try {
      await submit(Object.fromEntries(new FormData(element)));
    } catch (error) {
      showErrors(element, problem, error);
    } finally {
      button.disabled = false;
    }
  }

  return element;
}

function showErrors(element, problem, error) {
  const errors = error?.errors ?? {};
  let first = null;
  for (const input of element.querySelectorAll("input, textarea, select")) {
    const sentences = errors[input.name];
    if (sentences) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    const hint = element.querySelector(`#${CSS.escape(`${input.id}-hint`)}`);
    if (!hint) continue;
    hint.classList.toggle("is-error", Boolean(sentences));
    hint.dataset.text ??= hint.textContent;
    hint.textContent = sentences?.join(" ") ?? hint.dataset.text;
    if (sentences) first ??= input;
  }
  refill(problem, error && !first ? error.message : null);
  first?.focus();
}
