/* The end of a session: said two minutes before, with a button to stay; and after it no word is lost.
   Other windows of the same login count too, so the server is asked before anything is said. */

const BEFORE = 120; // seconds
const AGAIN = 30; // seconds until a question without answer is asked again

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

function button(text, act) {
  const element = make("button", { type: "button", class: "button button-main" }, text);
  element.addEventListener("click", act);
  return element;
}

const clock = (seconds) => new Date(Date.now() + seconds * 1000)
  .toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit" });

// After a new login the forms of this page hold an old token; the cookie has the one that counts.
function freshTokens() {
  const token = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="))?.slice("csrftoken=".length);
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
}

class SessionWatch {
  constructor(box, editor) {
    this.box = box;
    this.editor = editor;
    this.left = Number(box.dataset.left);
    this.why = box.dataset.why;
    this.typed = false;
    this.over = false;
    this.timer = null;
  }

  start() {
    document.addEventListener("input", (event) => { this.typed ||= event.target.form?.method === "post"; });
    document.addEventListener("submit", (event) => this.beforeSubmit(event), { capture: true });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") this.ask(); });
    window.addEventListener("focus", () => { if (this.over) this.ask(); });
    this.plan();
  }

  wait(seconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), Math.max(1, seconds) * 1000);
  }

  plan() {
    if (this.left > BEFORE) {
      this.say();
      this.wait(this.left - BEFORE);
    } else {
      this.warn();
      this.wait(this.left + 1);
    }
  }

  // `stay`: the person says to be there, which is an act; only asking is none.
  async ask(stay = false) {
    const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
    if (stay) headers["X-CSRFToken"] = this.token();
    else headers["X-Quiet"] = "1";
    try {
      const answer = await fetch(this.box.dataset.session, {
        method: stay ? "POST" : "GET", headers, credentials: "same-origin", redirect: "manual",
      });
      const data = await answer.json().catch(() => ({}));
      return answer.ok ? this.lasts(data) : this.ended(answer.status === 401 ? data.login : "");
    } catch {
      return this.wait(AGAIN);
    }
  }

  token() {
    freshTokens();
    return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  lasts(data) {
    if (data.user !== document.body.dataset.user) return this.ended("");
    this.left = data.left;
    this.why = data.why;
    if (this.over) this.backAgain();
    return this.plan();
  }

  backAgain() {
    this.over = false;
    freshTokens();
    this.editor?.loggedInAgain();
  }

  // --- what is said ------------------------------------------------------------------------------------------
  say(title, text, ...choices) {
    const words = title ? `${title} ${text}` : "";
    if (this.said === words) return;
    this.said = words;
    this.box.replaceChildren();
    if (!title) return;
    this.box.append(make("div", { class: "alert alert-warn" }, make("div", {},
      make("p", { class: "alert-title" }, title), make("p", {}, text), make("div", { class: "buttons" }, ...choices))));
  }

  warn() {
    if (this.said) return;
    const [kind, number] = this.why.split("-");
    if (kind === "duur") {
      this.say("U wordt zo uitgelogd", `Om ${clock(this.left)} bent u ${number} uur ingelogd. Daarna logt u opnieuw in. `
        + "Rond af wat u doet.", button("Ik rond het af", () => this.box.replaceChildren()));
    } else {
      this.say("Bent u er nog?", `Om ${clock(this.left)} wordt u uitgelogd, omdat u dan ${number} minuten niets deed.`,
        button("Blijf ingelogd", () => this.ask(true)));
    }
  }

  // Nothing typed: to the login page, so that nothing is left on the screen. Otherwise the words stay.
  ended(login) {
    const here = new URLSearchParams({ next: window.location.pathname, reden: this.why });
    const url = login || `${this.box.dataset.login}?${here}`;
    clearTimeout(this.timer);
    this.over = true;
    const writing = this.editor ? this.editor.changed.size > 0 : this.typed;
    if (!writing) return window.location.assign(url);
    if (this.editor) return this.editor.sessionEnded({ login: url });
    return this.say("U bent uitgelogd", "Wat u typte staat nog in dit venster. Log in een nieuw venster in en kom hier "
      + "terug; dan kunt u verder.", make("a", { class: "button button-main", href: url, target: "_blank",
      rel: "noopener" }, "Inloggen in een nieuw venster"));
  }

  // A form that would go nowhere waits until its writer is known again.
  async beforeSubmit(event) {
    const form = event.target;
    if (!this.over || form.method !== "post" || "logout" in form.dataset || form === this.editor?.form) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await this.ask();
    if (!this.over) form.requestSubmit(event.submitter);
  }
}

export function watchSession(editor) {
  const box = document.querySelector("[data-session]");
  if (box && document.body.dataset.user) new SessionWatch(box, editor).start();
}
