/* Lists: rows that open, keys, columns to choose, chips, choosing many rows. */
(() => {
  "use strict";
  const { each, element, store, text } = window.lf;

  /* Rows open on click and Enter, but never when a link or control in them was meant. */
  const inner = "a, button, input, select, textarea, label, summary, details";
  const openRow = (row, newWindow) => {
    if (newWindow) window.open(row.dataset.href, "_blank", "noopener");
    else window.location.assign(row.dataset.href);
  };
  each("tr[data-open]", (row) => row.setAttribute("tabindex", "0"));
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-open]");
    if (!row || event.target.closest(inner) || String(window.getSelection())) return;
    openRow(row, event.ctrlKey || event.metaKey);
  });
  document.addEventListener("auxclick", (event) => {
    const row = event.target.closest("tr[data-open]");
    if (row && event.button === 1 && !event.target.closest(inner)) openRow(row, true);
  });
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest && event.target.closest("tr[data-open]");
    if (row && event.target === row && event.key === "Enter") {
      openRow(row, event.ctrlKey || event.metaKey);
      return;
    }
    if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const rows = [...document.querySelectorAll("tr[data-open]")];
    if (!rows.length) return;
    const at = rows.indexOf(row);
    const next = event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
    rows[next].focus();
  });

  /* Columns: chosen and remembered in this browser, for each list and person. */
  const columnKey = (table) => `lf-columns:${window.lf.user}:${table.dataset.table}`;
  const readColumns = (table) => {
    try {
      return JSON.parse(store.get(columnKey(table))) || {};
    } catch {
      return {};
    }
  };
  const applyColumns = (table) => {
    const chosen = readColumns(table);
    for (const head of table.querySelectorAll("thead th[data-column]")) {
      const name = head.dataset.column;
      const shown = name in chosen ? chosen[name] : !head.dataset.optional;
      for (const cell of table.querySelectorAll(`[data-column="${CSS.escape(name)}"]`)) cell.hidden = !shown;
    }
    fit(table);
  };
  const fit = (table) => {
    const frame = table.closest(".table-scroll");
    if (!frame) return;
    frame.classList.remove("scrolls");
    frame.classList.toggle("scrolls", table.scrollWidth > frame.clientWidth + 1);
  };
  each("table[data-table]", (table) => {
    applyColumns(table);
    const panel = table.closest("[data-list]") && table.closest("[data-list]").querySelector("[data-columns-panel]");
    if (!panel) return;
    for (const head of table.querySelectorAll("thead th[data-column]")) {
      const title = head.textContent.trim();
      if (!title) continue;
      const box = element("input", { type: "checkbox", class: "form-check-input" });
      box.checked = !head.hidden;
      box.addEventListener("change", () => {
        store.set(columnKey(table), JSON.stringify({ ...readColumns(table), [head.dataset.column]: box.checked }));
        applyColumns(table);
      });
      panel.append(element("label", { class: "form-check" }, box, element("span", { class: "form-check-label" }, title)));
    }
  });
  window.addEventListener("resize", () => document.querySelectorAll("table[data-table]").forEach(fit));

  /* A chip empties its field in the filter form, so that form and list stay one. */
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-clear-field]");
    const form = chip && document.querySelector("form[data-filter]");
    if (!form || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const name = chip.dataset.clearField;
    for (const control of form.elements) {
      if (!control.name || control.name === "sort" || (name && control.name !== name)) continue;
      if (control.type === "checkbox" || control.type === "radio") {
        if (!name || control.value === chip.dataset.clearValue || control.type === "radio") control.checked = false;
      } else control.value = "";
      control.dispatchEvent(new Event("lf:reset"));
    }
    form.requestSubmit();
  });

  /* Empty fields do not belong into an address that people send to each other. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("form[data-filter]")) return;
    const { parameters } = event.detail;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
    const sort = new URLSearchParams(window.location.search).get("sort"); // chosen since the form was drawn
    if (sort) parameters.sort = sort;
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-filter]")) return;
    for (const control of event.target.elements) {
      if (control.name && control.value === "" && !event.target.hasAttribute("hx-get")) control.disabled = true;
    }
  });

  /* Choosing many rows. */
  each("form[data-bulk]", (form) => {
    const boxes = () => [...form.querySelectorAll("tbody input[type=checkbox][name=chosen]")];
    const head = form.querySelector("thead [data-bulk-all]");
    const bar = form.querySelector("[data-bulk-bar]");
    const update = () => {
      const all = boxes();
      const count = all.filter((box) => box.checked).length;
      all.forEach((box) => box.closest("tr").classList.toggle("chosen", box.checked));
      if (head) {
        head.checked = count > 0 && count === all.length;
        head.indeterminate = count > 0 && count < all.length;
      }
      if (bar) bar.hidden = count === 0;
      form.querySelectorAll("[data-bulk-count]").forEach((place) => (place.textContent = text("chosen", { count })));
    };
    form.addEventListener("change", (event) => {
      if (event.target === head) boxes().forEach((box) => (box.checked = head.checked));
      update();
    });
    form.addEventListener("htmx:afterSwap", update);
    update();
  });
})();
