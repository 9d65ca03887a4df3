/* A double click is one act: after the first submit the form's buttons rest until the page changes or comes back. */

const RESTING = "resting";

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function rest(form) {
  form.dataset[RESTING] = "";
  // Later, so that the pressed button's own name and value still go along.
  setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }));
}

function wake(form) {
  if (!(RESTING in form.dataset)) return;
  delete form.dataset[RESTING];
  buttonsOf(form).forEach((button) => { button.disabled = false; });
}

export function guardDoubleSubmit(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented && !form.matches("[hx-post], [hx-get]")) return;
    if (form.method !== "post" || form.dataset.once === "off" || form.target === "_blank") return;
    if (RESTING in form.dataset) event.preventDefault();
    else rest(form);
  });
  // Back from the browser's memory, or after an htmx answer: ready again.
  window.addEventListener("pageshow", () => root.querySelectorAll("form[data-resting]").forEach(wake));
  root.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) wake(form);
  });
}
