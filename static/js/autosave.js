/* Saves a concept while it is written. The server's side of it:
     POST data-autosave-url: the form's fields, `version` (what we started from), `changed` (names, repeated).
     200 {version, saved_at} · 409 {version, fields}: another window was first · 401 {login}: session ended
     403 {sign}: a declaration comes first · 422 {errors: {field: [..]}}. A redirect counts as an ended session.
   No word is lost: what the server does not have stays in the page and in this tab's memory (keep.js). */
import { markClean, markDirty } from "./dirty.js";
import { drop, keep, keyOf, kept } from "./keep.js";
import { Notice } from "./notice.js";

const PAUSE = 2000; // ms between two savings
const LONGEST = 30000; // ms between two tries without connection
const KEEPALIVE_ROOM = 60000; // bytes; browsers allow 64 KiB in a request that outlives its page

export class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosaveUrl;
    this.version = Number(form.dataset.version || 0);
    this.key = keyOf(document.body.dataset.user, this.url);
    this.notice = new Notice(form);
    this.changed = new Set();
    this.tries = 0;
    this.timer = null;
    this.busy = null; // the saving that is under way
    this.stopped = false; // a conflict, or a login that is waited for
  }

  start() {
    this.restore();
    this.form.addEventListener("input", (event) => this.noteChange(event.target));
    this.form.addEventListener("change", (event) => this.noteChange(event.target));
    this.form.addEventListener("submit", (event) => this.beforeSubmit(event));
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("pagehide", () => this.lastWord());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.changed.size) this.retryNow();
    });
  }

  // --- what is in the form -----------------------------------------------------------------------------------
  controls() {
    const skip = ["submit", "button", "file", "reset", "fieldset"];
    return [...this.form.elements].filter((element) => element.name && !skip.includes(element.type)
      && !["csrfmiddlewaretoken", "version"].includes(element.name) && !("noAutosave" in element.dataset));
  }

  values() {
    const names = new Set(this.controls().map((element) => element.name));
    const data = new FormData(this.form);
    return Object.fromEntries([...names].map((name) => [name, data.getAll(name).map(String)]));
  }

  fill(fields) {
    for (const element of this.controls()) {
      if (!(element.name in fields)) continue;
      const values = [fields[element.name]].flat().map((value) => (value === null ? "" : String(value)));
      if (["checkbox", "radio"].includes(element.type)) element.checked = values.includes(element.value);
      else if (element.multiple) [...element.options].forEach((option) => { option.selected = values.includes(option.value); });
      else element.value = values[0] ?? "";
    }
  }

  noteChange(element) {
    if (!this.controls().includes(element)) return;
    this.changed.add(element.name);
    markDirty(this.form);
    this.keepCopy();
    if (!this.stopped) this.plan(PAUSE);
  }

  keepCopy() {
    keep(this.key, { version: this.version, changed: [...this.changed], values: this.values() });
  }

  // Text of this tab that never reached the server, from before a reload.
  restore() {
    const copy = kept(this.key);
    if (!copy?.changed?.length) return drop(this.key);
    const now = this.values();
    const mine = Object.fromEntries(copy.changed.map((name) => [name, copy.values[name] ?? []]));
    const differs = copy.changed.some((name) => JSON.stringify(mine[name]) !== JSON.stringify(now[name]));
    if (!differs) return drop(this.key);
    this.fill(mine);
    copy.changed.forEach((name) => this.changed.add(name));
    markDirty(this.form);
    if (copy.version === this.version) return this.plan(0);
    return this.conflict({ version: this.version, fields: now });
  }

  // --- saving ------------------------------------------------------------------------------------------------
  plan(wait) {
    if (this.timer || this.busy) return;
    this.notice.say("waiting");
    this.timer = setTimeout(() => { this.timer = null; this.save(); }, wait);
  }

  retryNow() {
    if (!this.changed.size || this.stopped === "conflict") return;
    clearTimeout(this.timer);
    this.timer = null;
    this.save();
  }

  save() {
    if (this.busy) return this.busy;
    this.busy = this.send().finally(() => {
      this.busy = null;
      if (this.changed.size && !this.stopped && !this.timer && !this.tries) this.plan(PAUSE);
    });
    return this.busy;
  }

  body() {
    const body = new FormData();
    for (const [name, values] of Object.entries(this.values())) values.forEach((value) => body.append(name, value));
    body.append("version", this.version);
    this.changed.forEach((name) => body.append("changed", name));
    return body;
  }

  headers() {
    return { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": this.token() };
  }

  token() {
    return this.form.elements.csrfmiddlewaretoken?.value ?? "";
  }

  async send() {
    const sent = this.values();
    const names = [...this.changed];
    this.notice.say("saving");
    let answer;
    try {
      if (this.stopped === "login") await this.freshToken();
      answer = await fetch(this.url, {
        method: "POST", body: this.body(), headers: this.headers(), credentials: "same-origin", redirect: "manual",
      });
    } catch {
      return this.later("offline");
    }
    return this.handle(answer, sent, names);
  }

  async handle(answer, sent, names) {
    const data = await answer.json().catch(() => ({}));
    if (answer.ok && "version" in data) return this.saved(data, sent, names);
    if (answer.status === 409) return this.conflict(data);
    if (answer.status === 403 && data.sign) return this.signFirst(data);
    if (answer.status === 403 && !this.refreshed) return this.again();
    if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return this.sessionEnded(data);
    if (answer.status === 422) return this.invalid(data.errors ?? {});
    if (answer.status === 404) return this.gone();
    if (answer.status === 413) return this.invalid({});
    return this.later("failing");
  }

  // A 403 may only mean that a login elsewhere changed the token: try once with a new one.
  async again() {
    this.refreshed = true;
    try {
      await this.freshToken();
    } catch {
      return this.later("offline");
    }
    return this.send();
  }

  saved(data, sent, names) {
    this.stopped = false;
    this.refreshed = false;
    this.tries = 0;
    this.setVersion(data.version);
    const now = this.values();
    for (const name of names) if (JSON.stringify(now[name]) === JSON.stringify(sent[name])) this.changed.delete(name);
    this.notice.clear();
    if (this.changed.size) {
      this.keepCopy();
    } else {
      drop(this.key);
      markClean(this.form);
      this.notice.say("saved", data.saved_at);
    }
    return true;
  }

  setVersion(version) {
    this.version = version;
    this.form.dataset.version = version;
    const field = this.form.elements.namedItem("version");
    if (field) field.value = version;
  }

  later(state) {
    this.tries += 1;
    this.keepCopy();
    this.notice.say(state);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = null; this.save(); }, Math.min(PAUSE * 2 ** (this.tries - 1), LONGEST));
    return false;
  }

  sessionEnded(data) {
    this.stopped = "login";
    this.keepCopy();
    this.notice.say("ended");
    const login = data.login || this.form.dataset.loginUrl || "/";
    this.notice.askLogin(login, () => this.loggedInAgain());
    return false;
  }

  // A new reglement came into force while this was being written.
  signFirst(data) {
    this.stopped = "sign";
    this.keepCopy();
    this.notice.say("sign");
    this.notice.askToSign(data.sign, () => this.retryNow());
    return false;
  }

  // In another window: what waited is saved now, where anything did.
  loggedInAgain() {
    if (this.changed.size) return this.retryNow();
    this.stopped = false;
    this.notice.clear();
    return undefined;
  }

  // After a new login the old token is worth nothing: fetch this page again for the token in its form.
  async freshToken() {
    const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-autosave-url] [name=csrfmiddlewaretoken]")?.value;
    if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
  }

  invalid(errors) {
    this.stopped = false;
    this.tries = 0;
    this.keepCopy();
    this.notice.say("invalid");
    this.notice.showErrors(errors);
    // The same text would be refused again: wait for a change.
    const names = [...this.changed];
    this.changed.clear();
    const again = () => names.forEach((name) => this.changed.add(name));
    this.form.addEventListener("input", again, { once: true, capture: true });
    return false;
  }

  gone() {
    this.stopped = "conflict";
    this.keepCopy();
    this.notice.say("gone");
    return false;
  }

  conflict(data) {
    this.stopped = "conflict";
    this.keepCopy();
    this.notice.say("conflict");
    const mine = this.values();
    this.notice.askWhich({
      other: () => this.takeOther(data),
      both: () => { this.takeOther(data); this.notice.showMine(this.form, mine, data.fields ?? {}); },
    });
    return false;
  }

  takeOther(data) {
    this.fill(data.fields ?? {});
    this.setVersion(data.version);
    this.changed.clear();
    this.stopped = false;
    drop(this.key);
    markClean(this.form);
    this.notice.clear();
    this.notice.say("loaded");
  }

  // --- leaving -----------------------------------------------------------------------------------------------
  // Submitting waits until the concept is saved, so that its version is right and nothing stays behind.
  async beforeSubmit(event) {
    if (this.passing) { this.passing = false; return; }
    if (!this.changed.size && !this.busy && !this.stopped) return;
    event.preventDefault();
    const { submitter } = event;
    clearTimeout(this.timer);
    this.timer = null;
    if (this.busy) await this.busy;
    if (this.changed.size && this.stopped !== "conflict") await this.save();
    if (this.changed.size || this.stopped) return;
    this.passing = true;
    this.form.requestSubmit(submitter);
  }

  lastWord() {
    if (!this.changed.size || this.stopped || this.busy) return;
    const size = new TextEncoder().encode(JSON.stringify(this.values())).length;
    if (size > KEEPALIVE_ROOM) return;
    fetch(this.url, { method: "POST", body: this.body(), headers: this.headers(), keepalive: true, redirect: "manual" })
      .then((answer) => { if (answer.ok) drop(this.key); })
      .catch(() => {});
  }
}
