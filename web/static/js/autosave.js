/* Forms that save themselves: <form data-autosave-url="…">. The contract is in docs/developers/components.md. */
(() => {
  "use strict";
  const { each, text, store, ask } = window.lf;
  const WAIT = 2000; // after the last keystroke
  const RETRY = 20000; // after a failure
  const open = new Set();

  const entries = (form) =>
    [...new FormData(form).entries()].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");

  // On a slow machine people type before this script has come; what they typed is no less worth saving.
  const typedBefore = (form) =>
    [...form.elements].some(
      (control) => (control.tagName === "TEXTAREA" || control.tagName === "INPUT") && control.value !== control.defaultValue,
    );

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosaveUrl;
      this.key = `lf-draft:${window.lf.user}:${this.url}`;
      this.status = form.querySelector("[data-autosave-status]");
      this.saved = this.snapshot();
      this.timer = 0;
      this.running = null; // the promise of the request under way; true when the form may still be sent
      this.stopped = false;
      for (const kind of ["input", "change", "formset:changed"]) form.addEventListener(kind, () => this.touched());
      form.addEventListener("submit", (event) => {
        this.stopped = true;
        window.clearTimeout(this.timer);
        if (this.running) {
          event.preventDefault();
          this.sendAfterwards(event.submitter);
          return;
        }
        open.delete(this);
        this.keep();
      });
      document.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
          event.preventDefault();
          this.save();
        }
      });
      window.addEventListener("online", () => open.has(this) && this.save());
      this.offer();
      if (typedBefore(form)) {
        this.saved = "";
        this.touched();
      }
    }

    snapshot() {
      return JSON.stringify(entries(this.form).filter(([name]) => name !== "version"));
    }

    say(state, message) {
      if (!this.status) return;
      this.status.dataset.state = state;
      this.status.textContent = message;
    }

    keep() {
      store.set(this.key, JSON.stringify({ at: new Date().toISOString(), entries: entries(this.form) }));
    }

    touched() {
      if (this.stopped) return;
      if (this.snapshot() === this.saved) return;
      open.add(this);
      this.say("dirty", text("unsaved"));
      this.keep();
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.save(), WAIT);
    }

    /* The answer under way brings the version that the form has to be sent with; without it the form would conflict with itself. */
    async sendAfterwards(button) {
      if (this.waiting) return;
      this.waiting = true;
      if (button) button.setAttribute("aria-busy", "true");
      const free = await this.running;
      this.waiting = false;
      if (button) button.removeAttribute("aria-busy");
      if (free) this.form.requestSubmit(button);
    }

    save() {
      window.clearTimeout(this.timer);
      if (this.running) this.timer = window.setTimeout(() => this.save(), WAIT);
      else if (!this.stopped) this.running = this.send().finally(() => (this.running = null));
    }

    async send() {
      const sent = this.snapshot();
      this.say("saving", text("saving"));
      try {
        const response = await fetch(this.url, {
          method: "POST",
          body: new FormData(this.form),
          headers: { "X-Autosave": "1", Accept: "application/json" },
          credentials: "same-origin",
          redirect: "manual",
        });
        return await this.answer(response, sent);
      } catch {
        this.failed(text("saveFailed"));
        return true;
      }
    }

    async answer(response, sent) {
      const json = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : {};
      if (response.status === 409) {
        this.conflict(json.message);
        return false;
      }
      if (response.type === "opaqueredirect" || response.status === 401) return this.failed(text("signedOut"));
      if (!response.ok) return this.failed(json.message || text("saveFailed"), response.status === 422);
      for (const [name, value] of Object.entries({ ...json.fields, ...(json.version !== undefined && { version: json.version }) })) {
        const control = this.form.elements[name];
        if (control) control.value = value;
      }
      this.saved = sent;
      const now = new Date();
      const time = json.saved_at || `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
      if (this.snapshot() === sent) {
        open.delete(this);
        store.set(this.key, null);
        this.say("saved", text("saved", { time }));
      } else this.touched();
      return true;
    }

    failed(message, final = false) {
      this.keep();
      this.say("failed", message);
      if (!final) this.timer = window.setTimeout(() => this.save(), RETRY);
      return true;
    }

    async conflict(message) {
      this.stopped = true;
      this.keep();
      this.say("failed", text("conflictTitle"));
      const reload = await ask({
        title: text("conflictTitle"),
        body: message || text("conflictText"),
        yes: text("conflictReload"),
        no: text("conflictStay"),
      });
      if (reload) {
        open.delete(this);
        store.set(this.key, null);
        window.location.reload();
      }
    }

    /* Entries that never reached the server are offered back once. */
    async offer() {
      let kept = null;
      try {
        kept = JSON.parse(store.get(this.key));
      } catch {
        store.set(this.key, null);
      }
      if (!kept || !Array.isArray(kept.entries)) return;
      const strip = (list) => JSON.stringify(list.filter(([name]) => name !== "version"));
      if (strip(kept.entries) === this.saved) {
        store.set(this.key, null);
        return;
      }
      const when = new Date(kept.at);
      const time = `${when.getMonth() + 1}-${when.getDate()} ${String(when.getHours()).padStart(2, "0")}:${String(when.getMinutes()).padStart(2, "0")}`;
      const back = await ask({
        title: text("restoreTitle"),
        body: text("restoreText", { time }),
        yes: text("restoreYes"),
        no: text("restoreNo"),
      });
      if (back) this.restore(kept.entries);
      else store.set(this.key, null);
    }

    restore(list) {
      const values = new Map();
      for (const [name, value] of list) values.set(name, [...(values.get(name) || []), value]);
      // Rows that were added come back first, so that their fields exist.
      for (const set of this.form.querySelectorAll("[data-formset]")) {
        const total = values.get(`${set.dataset.formset}-TOTAL_FORMS`);
        const here = set.querySelector(`input[name="${set.dataset.formset}-TOTAL_FORMS"]`);
        const missing = total ? Math.min(Number(total[0]) - Number(here.value), 200) : 0;
        for (let n = 0; n < missing; n += 1) set.querySelector("[data-formset-add]").click();
      }
      // Twice: the options of some lists are made from what the first round puts into other fields.
      for (const control of [...this.form.elements, ...this.form.elements]) {
        if (!control.name || control.name === "version" || control.name === "csrfmiddlewaretoken" || control.type === "file") continue;
        if (control.name.endsWith("_FORMS")) continue;
        const kept = values.get(control.name) || [];
        if (control.type === "checkbox" || control.type === "radio") control.checked = kept.includes(control.value);
        else if (kept.length) control.value = kept[0];
        if (control.name.endsWith("-DELETE")) control.closest("[data-formset-row]").hidden = control.checked;
        control.dispatchEvent(new Event("lf:reset"));
        control.dispatchEvent(new Event("input"));
      }
      this.touched();
    }
  }

  each("form[data-autosave-url]", (form) => new Autosave(form));
  window.addEventListener("beforeunload", (event) => {
    if (!open.size) return;
    event.preventDefault();
  });
  window.lf.autosaveOpen = () => open.size > 0;
})();
