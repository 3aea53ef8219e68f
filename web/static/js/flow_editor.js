/* The flowchart editor: rows are the truth (forms.js adds, moves and removes them, autosave.js saves them); the drawing and the
   findings follow what stands in them, saved or not. Without scripts the rows are a plain form. */
(() => {
  "use strict";
  const { each, element } = window.lf;
  const DRAW_AFTER = 150;
  const CHECK_AFTER = 700;

  /* Also where crypto.randomUUID is missing: intranets without https. */
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  class Row {
    constructor(node) {
      this.node = node;
    }

    field(name) {
      return this.node.querySelector(`[name$="-${name}"]`);
    }

    value(name) {
      const control = this.field(name);
      return control ? control.value.trim() : "";
    }

    get key() {
      return this.value("key");
    }

    get exits() {
      return [...this.node.querySelectorAll("[data-exit]")].map((line) => ({
        line,
        target: line.querySelector("select"),
        condition: line.querySelector("input[type=text]:not([role])"),
      }));
    }

    get filledExits() {
      return this.exits.filter((exit) => exit.target.value);
    }

    get holder() {
      const select = this.field("holder");
      const option = select.selectedOptions[0];
      return select.value && option ? option.textContent.trim() : this.value("role");
    }

    set(control, value) {
      control.value = value;
      control.dispatchEvent(new Event("lf:reset"));
    }

    /* Only what this kind of step needs. */
    arrange(showMore) {
      const kind = this.value("kind");
      this.node.dataset.kind = kind;
      for (const part of this.node.querySelectorAll("[data-not-end]")) part.hidden = kind === "end";
      for (const part of this.node.querySelectorAll("[data-for-mode]"))
        part.hidden = kind === "end" || "never" in part.dataset || part.dataset.forMode !== this.value("mode");
      const filled = this.filledExits.length;
      const wanted = Math.max(kind === "decision" ? 2 : 1, filled, showMore || Number(this.node.dataset.exits || 0));
      this.node.dataset.exits = String(wanted);
      this.exits.forEach((exit, index) => {
        exit.line.hidden = index >= wanted && !exit.target.value;
        const needless = kind !== "decision" && filled < 2 && !exit.condition.value;
        exit.condition.closest(".field").hidden = needless;
      });
      this.node.querySelector("[data-more-exits]").hidden = wanted >= this.exits.length;
      const role = this.node.querySelector(".flow-role");
      if (role) role.hidden = Boolean(this.field("holder").value);
    }
  }

  class Editor {
    constructor(form) {
      this.form = form;
      this.set = form.querySelector("[data-formset]");
      this.list = form.querySelector("[data-formset-rows]");
      this.section = form.querySelector("[data-flowchart]");
      this.findings = form.querySelector("#flow-findings");
      this.base = JSON.parse(document.getElementById(this.section.dataset.flowchart).textContent);
      this.risks = new Map(this.base.steps.map((step) => [step.key, step.risks || []]));
      this.dropSpareRows();
      for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.changed());
      // Entries that are taken back after a failure tell each field alone: keys first, then who points at them.
      form.addEventListener("input", (event) => this.takenBack(event.target), true);
      form.addEventListener("formset:changed", () => this.changed());
      this.list.addEventListener("lf:added", (event) => this.added(new Row(event.target)));
      form.addEventListener("click", (event) => this.clicked(event));
      form.addEventListener("keydown", (event) => this.keyed(event));
      this.readWarnings();
      this.refresh();
    }

    get rows() {
      return [...this.list.querySelectorAll("[data-formset-row]")].filter((node) => !node.hidden).map((node) => new Row(node));
    }

    /* The empty rows at the end are for those without scripts. */
    dropSpareRows() {
      for (const row of this.rows.reverse()) {
        if (row.key || row.value("name")) break;
        row.node.remove();
      }
      const total = this.set.querySelector("input[name$='-TOTAL_FORMS']");
      total.value = String(this.list.children.length);
    }

    changed() {
      window.clearTimeout(this.drawTimer);
      window.clearTimeout(this.checkTimer);
      this.drawTimer = window.setTimeout(() => this.refresh(), DRAW_AFTER);
      this.checkTimer = window.setTimeout(() => this.check(), CHECK_AFTER);
    }

    takenBack(field) {
      if (!field.name || !field.name.endsWith("-key")) return;
      this.options();
      this.changed();
    }

    refresh() {
      this.options();
      for (const row of this.rows) row.arrange();
      this.draw();
    }

    /* The steps to choose from are the other rows, under their present numbers and names. A row that was removed stays the value of
       who pointed at it until something else is chosen, so that taking the removal back restores the links. */
    options() {
      const rows = this.rows;
      const labels = rows.map((row, index) => [row.key, `${index + 1}. ${row.value("name") || "…"}`]);
      for (const row of rows) {
        for (const { target } of row.exits) {
          const kept = target.value;
          const first = target.options[0];
          const choices = labels.filter(([key]) => key !== row.key);
          const wanted = [first, ...choices.map(([key, label]) => element("option", { value: key }, label))];
          if (kept && !choices.some(([key]) => key === kept)) wanted.push(element("option", { value: kept, hidden: true }, "—"));
          target.replaceChildren(...wanted);
          target.value = kept;
          const search = document.getElementById(target.dataset.comboInput || "");
          if (search && search !== document.activeElement) target.dispatchEvent(new Event("lf:reset"));
        }
      }
    }

    data() {
      const rows = this.rows.filter((row) => row.value("name"));
      const known = new Set(rows.map((row) => row.key));
      return {
        title: this.base.title,
        texts: this.base.texts,
        steps: rows.map((row) => ({
          key: row.key,
          kind: row.value("kind"),
          name: row.value("name"),
          holder: row.value("kind") === "end" ? "" : row.holder,
          lane: "-", // beside the rows there is no room for lanes
          days: row.value("days") === "" || row.value("kind") === "end" ? null : Number(row.value("days")),
          documents: row.value("documents"),
          mode: row.value("mode"),
          warnings: this.warnings.get(row.key) || [],
          risks: this.risks.get(row.key) || [],
        })),
        links: rows.flatMap((row) =>
          row.value("kind") === "end"
            ? []
            : row.filledExits
                .filter((exit) => known.has(exit.target.value))
                .map((exit) => ({ source: row.key, target: exit.target.value, condition: exit.condition.value.trim() })),
        ),
      };
    }

    draw() {
      window.Flowchart.render(this.section, this.data());
    }

    readWarnings() {
      this.warnings = new Map();
      for (const finding of this.findings.querySelectorAll("[data-text]")) {
        const key = finding.dataset.step;
        this.warnings.set(key, [...(this.warnings.get(key) || []), finding.dataset.text]);
      }
    }

    /* The server checks the rows as they stand; an answer that was overtaken is dropped. */
    async check() {
      const turn = (this.turn || 0) + 1;
      this.turn = turn;
      try {
        const response = await fetch(this.form.dataset.flowEditor, {
          method: "POST",
          body: new FormData(this.form),
          headers: { "HX-Request": "true" },
          credentials: "same-origin",
          redirect: "error",
        });
        if (!response.ok || turn !== this.turn) return;
        this.findings.innerHTML = await response.text();
      } catch {
        return; // the next change tries again; autosave says that the server is away
      }
      this.readWarnings();
      this.draw();
    }

    /* A new step gets a key, and the one before it leads to it unless it already leads somewhere. */
    added(row) {
      if (!row.key) row.field("key").value = newKey();
      const rows = this.rows;
      const at = rows.findIndex((one) => one.node === row.node);
      if (at === 0 && row.field("kind")) row.set(row.field("kind"), "start");
      this.options();
      this.leadTo(rows[at - 1], row);
    }

    leadTo(before, row) {
      if (!before || before.value("kind") === "end" || before.filledExits.length) return;
      before.set(before.exits[0].target, row.key);
    }

    /* Between a step and the one it leads to. */
    insertAfter(row) {
      const exits = row.filledExits;
      const onward = exits.length === 1 && row.value("kind") !== "decision" ? exits[0].target.value : "";
      this.set.querySelector("[data-formset-add]").click();
      const made = this.rows.at(-1);
      const last = this.rows.at(-2);
      if (last.node !== row.node && last.filledExits.length === 1 && last.filledExits[0].target.value === made.key)
        last.set(last.exits[0].target, "");
      row.node.after(made.node);
      this.options();
      if (onward) {
        row.set(row.exits[0].target, made.key);
        made.set(made.exits[0].target, onward);
      } else this.leadTo(row, made);
      this.renumber();
      made.field("name").focus();
    }

    renumber() {
      this.rows.forEach((row, index) => {
        row.node.querySelector("[data-formset-number]").textContent = String(index + 1);
        row.field("ORDER").value = String(index + 1);
      });
      this.set.dispatchEvent(new CustomEvent("formset:changed", { bubbles: true }));
    }

    clicked(event) {
      const node = event.target.closest("[data-formset-row]");
      if (event.target.closest("[data-insert-after]")) this.insertAfter(new Row(node));
      if (event.target.closest("[data-more-exits]")) {
        const row = new Row(node);
        row.arrange(Number(node.dataset.exits) + 1);
        row.exits[Number(node.dataset.exits) - 1].target.focus();
      }
      const goto = event.target.closest("[data-goto-step]");
      if (goto) {
        const row = this.rows.find((one) => one.key === goto.dataset.gotoStep);
        if (row) {
          row.node.scrollIntoView({ block: "center" });
          row.field("name").focus({ preventScroll: true });
        }
      }
    }

    keyed(event) {
      const node = event.target.closest("[data-formset-row]");
      if (!node) return;
      if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        event.preventDefault();
        node.querySelector(event.key === "ArrowUp" ? "[data-formset-up]" : "[data-formset-down]").click();
        event.target.focus();
      } else if (event.altKey && event.key === "Enter") {
        event.preventDefault();
        this.insertAfter(new Row(node));
      } else if (event.key === "Enter" && event.target.matches("input[type=text], input[type=number]") && !event.target.matches("[role=combobox]")) {
        event.preventDefault(); // a half-written chart is not sent by accident
      }
    }
  }

  each("form[data-flow-editor]", (form) => new Editor(form));
})();
