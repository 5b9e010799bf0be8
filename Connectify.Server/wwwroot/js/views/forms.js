// Fields, and forms that show the server's field errors.

import { h, iconButton, refill } from "../dom.js";

let fields = 0;

/** A labelled input. `properties` are those of the input; `end` is an element at the input's end. */
export function field(label, name, properties = {}, hint = null, end = null) {
  const id = `field-${++fields}`;
  const { tag = "input", ...others } = properties;
  const input = h(tag, { id, name, "aria-describedby": `${id}-hint`, ...others });
  return h("div", { class: others.required ? "field is-required" : "field" },
    h("label", { for: id }, label),
    end ? h("div", { class: "field-input" }, input, end) : input,
    h("p", { id: `${id}-hint`, class: "hint" }, hint));
}

/** A password field with a button that shows what was typed. */
export function passwordField(label, name, properties = {}, hint = null) {
  const show = iconButton("eye", "Show password", () => {
    const input = element.querySelector("input");
    const isShown = input.type === "text";
    input.type = isShown ? "password" : "text";
    show.setAttribute("aria-pressed", String(!isShown));
  }, { class: "icon-button reveal", "aria-pressed": "false" });
  const element = field(label, name, { type: "password", ...properties }, hint, show);
  return element;
}

/** A form. `submit(values)` may throw an `ApiError`; it is shown at its fields, else above the button. */
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
  for (const input of element.querySelectorAll("input:not([type=hidden]), textarea, select")) {
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
