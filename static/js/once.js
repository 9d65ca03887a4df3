/* A double click is one act: after the first submit the form's buttons rest until the page changes or comes back. Where
   a file may be the answer the page stays as it is: with data-once="brief" they wake after a few seconds. */

const RESTING = "resting";
const BRIEF = 3000;

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function rest(form) {
  form.dataset[RESTING] = "";
  // Later, so that the pressed button's own name and value still go along.
  setTimeout(() => buttonsOf(form).forEach((button) => { button.disabled = true; }));
  if (form.dataset.once === "brief") setTimeout(() => wake(form), BRIEF);
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
