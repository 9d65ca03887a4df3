/* Sending files with a bar that shows how far it is. Without this script the form works as any other.
   After a refusal the chosen files stay chosen: the new form gets the old control. */

const SELECTOR = "form[data-upload]";

function megabytes(bytes) {
  return (bytes / 1048576).toLocaleString("nl-NL", { maximumFractionDigits: 1 });
}

function tooLarge(input) {
  const files = [...input.files];
  const most = Number(input.dataset.most);
  const over = files.find((file) => file.size > most);
  if (over) return `${over.name} is ${megabytes(over.size)} MB. Een bestand mag ten hoogste ${megabytes(most)} MB zijn.`;
  const together = files.reduce((sum, file) => sum + file.size, 0);
  const mostTogether = Number(input.dataset.mostTogether);
  if (together > mostTogether) return `Samen zijn de bestanden ${megabytes(together)} MB. Voeg ze in delen toe.`;
  return "";
}

class Upload {
  constructor(form) {
    this.form = form;
    form.addEventListener("submit", (event) => this.submit(event));
  }

  submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const refusal = tooLarge(this.form.elements.upload);
    if (refusal) this.say(refusal);
    else this.send();
  }

  send() {
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", (event) => this.progress(event));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.failed("Er is geen verbinding. Probeer het opnieuw; uw keuze staat er nog."));
    this.rest(true);
    this.say("Versturen…", 0);
    request.send(new FormData(this.form));
  }

  progress(event) {
    if (!event.lengthComputable) return;
    const part = Math.floor((100 * event.loaded) / event.total);
    if (part < 100) this.say(`Versturen: ${megabytes(event.loaded)} van ${megabytes(event.total)} MB`, part);
    else this.say("Alles is verstuurd. De bestanden worden nagekeken…", null);
  }

  answered(request) {
    const next = request.getResponseHeader("X-Location");
    if (request.status === 204 && next) location.assign(next);
    else if (request.status === 200) this.showAnswer(request.responseText);
    else if (request.status === 401) this.failed("U bent niet meer ingelogd. Log in een nieuw venster in en probeer het dan hier opnieuw.");
    else if (request.status === 400 || request.status === 413) this.failed("Dit is te groot om te versturen. Kies kleinere bestanden.");
    else this.failed("Het toevoegen lukte niet. Probeer het later opnieuw; uw keuze staat er nog.");
  }

  showAnswer(text) {
    const answer = new DOMParser().parseFromString(text, "text/html").querySelector(SELECTOR);
    if (!answer) return this.failed("Het toevoegen lukte niet. Probeer het later opnieuw.");
    this.keepFiles(answer);
    answer.querySelector("[data-choose-again]")?.remove();
    this.form.replaceWith(answer);
    startUpload(answer);
    (answer.querySelector("[data-focus]") ?? answer).focus();
    return undefined;
  }

  // The old control holds the files; the new one says what is wrong with them.
  keepFiles(answer) {
    const [old, fresh] = [this.form.elements.upload, answer.elements.upload];
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
      else old.removeAttribute(name);
    }
    fresh.replaceWith(old);
  }

  failed(words) {
    this.rest(false);
    this.say(words);
  }

  rest(busy) {
    this.busy = busy;
    for (const element of this.form.elements) if (element.type === "submit") element.disabled = busy;
  }

  say(words, part) {
    const line = this.form.querySelector("[data-upload-progress]");
    const bar = line.querySelector("progress");
    line.hidden = false;
    line.querySelector("[data-upload-words]").textContent = words;
    bar.hidden = part === undefined;
    if (part === null) bar.removeAttribute("value");
    else bar.value = part ?? 0;
  }
}

export function startUpload(form) {
  return new Upload(form);
}
