/* Leaving a form with unsaved text: the browser asks first. For forms with data-dirty, and the autosave's own. */

const changed = new Set();

export const markDirty = (form) => changed.add(form);
export const markClean = (form) => changed.delete(form);

export function guardUnsaved(root) {
  root.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-dirty]")) markDirty(form);
  });
  root.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) markClean(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of changed) if (!form.isConnected) changed.delete(form);
    if (changed.size) event.preventDefault();
  });
}
