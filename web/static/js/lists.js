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

  /* Columns: shown and hidden at once, remembered on the server for each person and list. */
  const fit = (table) => {
    const frame = table.closest(".table-scroll");
    if (!frame) return;
    frame.classList.remove("scrolls");
    frame.classList.toggle("scrolls", table.scrollWidth > frame.clientWidth + 1);
  };
  each("table[data-table]", fit);
  let remembering = Promise.resolve();
  const remember = (form) => {
    const body = new FormData(form);
    const headers = { "X-Autosave": "1" };
    remembering = remembering
      .then(() => fetch(form.action, { method: "POST", body, headers, keepalive: true }))
      .then((answer) => answer.ok || toast(text("failed", { status: answer.status }), "error"))
      .catch(() => toast(text("offline"), "error")); // the list shows what was chosen all the same
  };
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-columns-panel] input[data-place]");
    if (!box) return;
    const frame = box.closest("[data-list]").querySelector(".table-scroll");
    frame.classList.toggle(`hide-${box.dataset.place}`, !box.checked);
    fit(frame.querySelector("table"));
    if (box.form) remember(box.form);
  });

  /* Saved views: forms that mean the list as it is shown now, after filtering without a new page. */
  const sorted = (query) => [...new URLSearchParams(query)].filter(([name, value]) => value && name !== "page").map(String).sort().join("&");
  const followAddress = () => {
    const { pathname, search } = window.location;
    document.querySelectorAll("form[data-here] [name=address]").forEach((field) => (field.value = pathname + search));
    document.querySelectorAll("[data-view-query]").forEach((view) => {
      if (sorted(view.dataset.viewQuery) === sorted(search)) view.setAttribute("aria-current", "true");
      else view.removeAttribute("aria-current");
    });
  };
  document.addEventListener("htmx:pushedIntoHistory", followAddress);

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
