/* A form of filters (data-filter) works at once when something is chosen; its button stays for who has no script. */

export function submitOnChange(root) {
  for (const form of root.querySelectorAll("form[data-filter]")) {
    form.querySelectorAll("[data-filter-button]").forEach((button) => button.classList.add("visually-hidden-focusable"));
    form.addEventListener("change", (event) => {
      if (event.target.type !== "search" && event.target.type !== "text") form.requestSubmit();
    });
  }
}
