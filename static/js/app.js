/* What every page gets. All of it is help: each page works without, the autosave apart. */
import { guardDoubleSubmit } from "./once.js";
import { guardUnsaved } from "./dirty.js";
import { forget, forgetOthers } from "./keep.js";
import { submitOnChange } from "./filter.js";
// Not fetched when they are needed: by then the connection may be gone.
import { Autosave } from "./autosave.js";
import { startUpload } from "./upload.js";
import { watchSession } from "./session.js";

guardDoubleSubmit(document);
guardUnsaved(document);
submitOnChange(document);
forgetOthers(document.body.dataset.user);

// Text that waits for the server never outlives the session of its writer.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-logout]")) forget();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

// After a refused form the summary of what was wrong comes first, also for a screen reader.
document.querySelector("[data-focus]")?.focus();

// One key closes an open menu.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const editor = document.querySelector("form[data-autosave-url]");
const autosave = editor && new Autosave(editor);
autosave?.start();
watchSession(autosave);

const upload = document.querySelector("form[data-upload]");
if (upload) {
  startUpload(upload);
}
