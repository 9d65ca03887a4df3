/* Marking what goes from a stuk: words that are selected in its text stand in the form at once, and a box is drawn on
   a page with a finger or a mouse. Without it both forms are filled in by hand. */

const text = document.querySelector("[data-redact-text]");
const words = document.querySelector("#id_woorden-words");
const hint = document.querySelector("[data-redact-hint]");

if (text && words) {
  hint.hidden = false;
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
    const said = chosen.toString().trim();
    if (said.length > 1) words.value = said.slice(0, 2000);
  });
}

const page = document.querySelector("[data-redact-page]");
const form = document.querySelector("[data-redact-area]");

if (page && form) {
  const sides = Object.fromEntries([...form.querySelectorAll("[data-side]")].map((one) => [one.dataset.side, one]));
  const status = form.querySelector("[data-redact-status]");
  const box = page.querySelector("rect");
  page.classList.add("draws");
  status.textContent = "Trek met de muis of een vinger een vlak op de bladzijde, of vul de randen in (0 tot en met 1000).";
  let from = null;

  const at = (event) => {
    const edge = page.querySelector("img").getBoundingClientRect();
    const inside = (one) => Math.min(1000, Math.max(0, one));
    return { x: inside((1000 * (event.clientX - edge.left)) / edge.width), y: inside((1000 * (event.clientY - edge.top)) / edge.height) };
  };
  const show = (to) => {
    const left = Math.min(from.x, to.x), right = Math.max(from.x, to.x);
    const top = Math.min(from.y, to.y), bottom = Math.max(from.y, to.y);
    for (const [name, value] of Object.entries({ left, top, right, bottom })) sides[name].value = value.toFixed(1);
    const drawn = { x: left, y: top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(drawn)) box.setAttribute(name, value);
  };

  page.addEventListener("dragstart", (event) => event.preventDefault());
  page.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    from = at(event);
    page.setPointerCapture(event.pointerId);
  });
  page.addEventListener("pointermove", (event) => from && show(at(event)));
  page.addEventListener("pointerup", (event) => {
    if (!from) return;
    show(at(event));
    from = null;
    status.textContent = "Het vlak staat klaar. Kies de reden en bevestig met ‘Vlak weglaten’.";
  });
  page.addEventListener("pointercancel", () => { from = null; });
}
