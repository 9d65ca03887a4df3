/* What the autosave says: one quiet line that is read out, and a banner with a choice when one is needed. */

const LINES = {
  waiting: ["", "Nog niet bewaard"],
  saving: ["", "Bezig met bewaren …"],
  saved: ["", "Concept bewaard"],
  loaded: ["", "De andere tekst staat nu in dit venster"],
  offline: ["warn", "Geen verbinding. Uw tekst staat veilig in dit venster en wordt bewaard zodra u weer verbinding hebt"],
  failing: ["warn", "Bewaren lukt nu niet. Uw tekst staat veilig in dit venster; we proberen het steeds opnieuw"],
  ended: ["warn", "Nog niet bewaard: u bent uitgelogd"],
  sign: ["warn", "Nog niet bewaard: onderteken eerst een verklaring"],
  invalid: ["bad", "Nog niet bewaard. Kijk na wat er bij het veld staat"],
  conflict: ["bad", "Nog niet bewaard: kies eerst hieronder"],
  gone: ["bad", "Dit concept is er niet meer. Kopieer uw tekst voordat u dit venster sluit"],
};
const READ_OUT = ["saved", "loaded", "offline", "failing", "ended", "sign", "invalid", "conflict", "gone"];

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function button(text, action, main = false) {
  const element = make("button", { type: "button", class: main ? "button button-main" : "button" }, text);
  element.addEventListener("click", action);
  return element;
}

export class Notice {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-autosave-status]") ?? make("p", { class: "saved-line" });
    this.spoken = make("span", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.banner = make("div");
    if (!this.line.isConnected) form.append(this.line);
    this.line.removeAttribute("role");
    this.line.removeAttribute("aria-live");
    this.line.after(this.spoken);
    form.prepend(this.banner);
  }

  // 'Concept bewaard om 14:03' is read out; 'Bezig met bewaren' every two seconds would drive a listener mad.
  say(state, time = "") {
    const [tone, words] = LINES[state];
    const text = state === "saved" && time ? `Concept bewaard om ${time}` : words;
    this.line.dataset.state = state;
    this.line.dataset.tone = tone;
    this.line.textContent = text;
    if (READ_OUT.includes(state) && this.spoken.textContent !== text) this.spoken.textContent = text;
  }

  clear() {
    this.banner.replaceChildren();
    this.form.querySelectorAll("[data-autosave-error]").forEach((element) => element.remove());
  }

  ask(title, text, ...choices) {
    const box = make("div", { class: "alert alert-warn", role: "alert" },
      make("div", {}, make("p", { class: "alert-title" }, title), make("p", {}, text),
        make("div", { class: "buttons" }, ...choices)));
    this.banner.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }

  askLogin(url, retry) {
    const link = make("a", { class: "button button-main", href: url, target: "_blank", rel: "noopener" },
      "Inloggen in een nieuw venster");
    this.ask("U bent uitgelogd", "Uw tekst staat nog in dit venster. Log in een nieuw venster in en kom hier terug; "
      + "dan wordt alles alsnog bewaard.", link, button("Ik ben ingelogd, bewaar nu", retry));
  }

  askToSign(url, retry) {
    const link = make("a", { class: "button button-main", href: url, target: "_blank", rel: "noopener" },
      "Ondertekenen in een nieuw venster");
    this.ask("Eerst ondertekenen", "Er is een verklaring die u eerst moet ondertekenen. Uw tekst staat nog in dit "
      + "venster. Onderteken in een nieuw venster en kom hier terug; dan wordt alles alsnog bewaard.", link,
      button("Ik heb ondertekend, bewaar nu", retry));
  }

  askWhich({ other, both }) {
    this.ask("Dit concept is in een ander venster bijgewerkt",
      "Er is nog niets overschreven. Wat wilt u met de tekst in dit venster?",
      button("Laad de andere tekst, en houd de mijne als kopie", both, true),
      button("Laad de andere tekst, de mijne mag weg", other));
  }

  showErrors(errors) {
    this.form.querySelectorAll("[data-autosave-error]").forEach((element) => element.remove());
    for (const [name, messages] of Object.entries(errors)) {
      const control = this.form.elements.namedItem(name);
      const place = control?.closest?.(".field") ?? this.banner;
      const items = [messages].flat().map((message) => make("li", {}, message));
      place.append(make("ul", { class: "errorlist", "data-autosave-error": "" }, ...items));
    }
  }

  // My words stay beside the other's, to read and copy, until I put them away.
  showMine(form, mine, theirs) {
    for (const [name, values] of Object.entries(mine)) {
      const control = form.elements.namedItem(name);
      const other = [theirs[name] ?? ""].flat().map(String);
      if (control?.tagName !== "TEXTAREA" && control?.type !== "text") continue;
      if (!values[0] || values[0] === other[0]) continue;
      this.placeMine(control, values[0]);
    }
  }

  placeMine(control, text) {
    const id = `${control.id || control.name}-mijn-tekst`;
    const copy = make("textarea", { id, readonly: "", "data-no-autosave": "" });
    copy.value = text;
    const box = make("div", { class: "mine" }, make("label", { for: id }, "Uw eigen tekst als kopie"), copy);
    const done = button("Kopie weghalen", () => { box.remove(); control.focus(); });
    const take = button("Kopieer", () => { copy.select(); navigator.clipboard?.writeText(text).catch(() => {}); });
    box.append(make("div", { class: "buttons" }, take, done));
    control.after(box);
  }
}
