/* Forms: error summary, counters, check lists and selects to search, rows that come and go. */
(() => {
  "use strict";
  const { each, element, text } = window.lf;

  each("[data-error-summary]", (summary) => summary.focus());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const shown = target.dataset.comboInput ? document.getElementById(target.dataset.comboInput) : target;
    shown.scrollIntoView({ block: "center" });
    shown.focus();
  });

  each("[data-counter-for]", (counter) => {
    const control = document.getElementById(counter.dataset.counterFor);
    if (!control) return;
    const limit = Number(counter.dataset.limit);
    control.removeAttribute("maxlength"); // one may write too much and then shorten it
    const update = () => {
      const left = limit - [...control.value].length;
      counter.textContent = left < 0 ? text("charsOver", { count: -left }) : text("charsLeft", { count: left });
      counter.classList.toggle("over", left < 0);
    };
    control.addEventListener("input", update);
    update();
  });

  /* A long check list gets a search box; what is chosen stays in sight. */
  each("[data-choice-search]", (list) => {
    const search = element("input", { type: "search", class: "form-control", placeholder: text("searchList"), "aria-label": text("searchList") });
    const count = element("span", { role: "status" });
    const rows = [...list.querySelectorAll(".form-check")];
    const update = () => {
      const wanted = search.value.trim().toLowerCase();
      let chosen = 0;
      for (const row of rows) {
        const checked = row.querySelector("input").checked;
        chosen += checked;
        row.hidden = Boolean(wanted) && !checked && !row.textContent.toLowerCase().includes(wanted);
      }
      list.querySelectorAll(".choices-group").forEach((title) => (title.hidden = Boolean(wanted)));
      count.textContent = text("chosen", { count: chosen });
    };
    search.addEventListener("input", (event) => {
      event.stopPropagation();
      update();
    });
    search.addEventListener("change", (event) => event.stopPropagation());
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.addEventListener("change", update);
    list.prepend(element("div", { class: "choices-search" }, search, count));
    update();
  });

  /* A long select can be searched by typing (ARIA combobox); the select itself stays and is what is sent. */
  let combos = 0;
  each("select[data-search-select]", (select) => {
    combos += 1;
    const listId = `combo-${combos}`;
    const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const input = element("input", {
      type: "text",
      id: `${listId}-input`,
      class: select.className,
      role: "combobox",
      autocomplete: "off",
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-autocomplete": "list",
      "aria-label": label ? label.firstChild.textContent.trim() : select.getAttribute("aria-label"),
      "aria-describedby": select.getAttribute("aria-describedby"),
      "aria-invalid": select.getAttribute("aria-invalid"),
    });
    const list = element("ul", { class: "combo-list", id: listId, role: "listbox", hidden: true });
    const shell = element("div", { class: "combo" });
    select.before(shell);
    shell.append(select, input, list);
    select.hidden = true;
    select.dataset.comboInput = input.id;
    if (label) label.htmlFor = input.id;
    input.disabled = select.disabled;
    const current = () => select.options[select.selectedIndex];
    const show = () => {
      const option = current();
      input.value = option && option.value ? option.textContent.trim() : "";
      input.placeholder = option && !option.value ? option.textContent.trim() : text("searchList");
    };
    let active = -1;
    let shown = [];
    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const mark = (at) => {
      active = at;
      shown.forEach((entry, index) => entry.row.setAttribute("aria-selected", String(index === at)));
      if (shown[at]) {
        input.setAttribute("aria-activedescendant", shown[at].row.id);
        shown[at].row.scrollIntoView({ block: "nearest" });
      }
    };
    const open = (wanted) => {
      list.replaceChildren();
      shown = [];
      let group = null;
      for (const option of select.options) {
        const title = option.textContent.trim();
        const heading = option.parentElement.label || "";
        if (wanted && !`${heading} ${title}`.toLowerCase().includes(wanted)) continue;
        if (heading && heading !== group) {
          list.append(element("li", { class: "combo-group", role: "presentation" }, heading));
          group = heading;
        }
        const row = element("li", { role: "option", id: `${listId}-${shown.length}`, "aria-selected": "false" }, title || "—");
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(option);
        });
        list.append(row);
        shown.push({ row, option });
      }
      if (!shown.length) list.append(element("li", { class: "combo-group", role: "presentation" }, text("noMatch")));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(shown.findIndex((entry) => (wanted ? true : entry.option.selected)));
    };
    const choose = (option) => {
      const changed = select.value !== option.value;
      select.value = option.value;
      show();
      close();
      if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    input.addEventListener("focus", () => input.select());
    input.addEventListener("click", () => list.hidden && open(""));
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      open(input.value.trim().toLowerCase());
    });
    input.addEventListener("change", (event) => event.stopPropagation());
    input.addEventListener("keyup", (event) => event.stopPropagation());
    input.addEventListener("blur", () => {
      if (!input.value.trim() && select.options[0] && !select.options[0].value) choose(select.options[0]);
      show();
      close();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open("");
        else mark(Math.min(Math.max(active + (event.key === "ArrowDown" ? 1 : -1), 0), shown.length - 1));
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        if (shown[active]) choose(shown[active].option);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        show();
        close();
      }
    });
    select.addEventListener("lf:reset", show);
    select.addEventListener("change", show);
    show();
  });

  /* Rows of a formset. */
  each("[data-formset]", (set) => {
    const prefix = set.dataset.formset;
    const body = set.querySelector("[data-formset-rows]");
    const pattern = set.querySelector("[data-formset-template]");
    const total = set.querySelector(`input[name="${prefix}-TOTAL_FORMS"]`);
    const status = set.querySelector("[data-formset-status]");
    const add = set.querySelector("[data-formset-add]");
    const rows = () => [...body.querySelectorAll("[data-formset-row]")].filter((row) => !row.hidden);
    const renumber = (message) => {
      rows().forEach((row, index) => {
        const number = row.querySelector("[data-formset-number]");
        if (number) number.textContent = String(index + 1);
        const order = row.querySelector("input[name$='-ORDER']");
        if (order) order.value = String(index + 1);
      });
      add.hidden = rows().length >= Number(set.dataset.max);
      if (message) {
        status.textContent = message;
        set.dispatchEvent(new CustomEvent("formset:changed", { bubbles: true }));
        total.dispatchEvent(new Event("input", { bubbles: true }));
      }
    };
    add.addEventListener("click", () => {
      const number = Number(total.value);
      const scratch = document.createElement("template");
      scratch.innerHTML = pattern.innerHTML.replaceAll("__prefix__", String(number));
      const row = scratch.content.querySelector("[data-formset-row]");
      body.append(row);
      total.value = String(number + 1);
      row.dispatchEvent(new CustomEvent("lf:added", { bubbles: true }));
      renumber(text("rowAdded"));
      // The boxes that scripts stand in for are there, but cannot be focused.
      const first = row.querySelector("input:not([type=hidden], [name$='-DELETE'], [name$='-ORDER']), select, textarea");
      if (first) first.focus();
    });
    set.addEventListener("click", (event) => {
      const row = event.target.closest("[data-formset-row]");
      if (!row) return;
      if (event.target.closest("[data-formset-remove]")) {
        const box = row.querySelector("input[name$='-DELETE']");
        box.checked = true;
        row.hidden = true;
        renumber(text("rowRemoved"));
        add.focus();
        window.lf.toast(text("rowRemoved"), "info", {
          label: text("undo"),
          run() {
            box.checked = false;
            row.hidden = false;
            renumber(text("rowAdded"));
          },
        });
        return;
      }
      const up = event.target.closest("[data-formset-up]");
      const down = event.target.closest("[data-formset-down]");
      if (!up && !down) return;
      const all = rows();
      const at = all.indexOf(row);
      const other = all[up ? at - 1 : at + 1];
      if (!other) return;
      if (up) other.before(row);
      else other.after(row);
      renumber(text("rowMoved", { place: rows().indexOf(row) + 1 }));
      (up || down).focus();
    });
    body.querySelectorAll("input[name$='-DELETE']:checked").forEach((box) => {
      box.closest("[data-formset-row]").hidden = true;
    });
    renumber("");
  });
})();
