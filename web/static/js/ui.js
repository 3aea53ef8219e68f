/* What every page needs: menus, dialogs, tooltips, toasts, keys, progress, one send per click. */
(() => {
  "use strict";
  const root = document.documentElement;
  const block = document.getElementById("ui-texts");
  const texts = block ? JSON.parse(block.textContent) : {};
  const starters = [];

  const text = (key, values = {}) =>
    (texts[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  const store = {
    get(key) {
      try {
        return window.localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) window.localStorage.removeItem(key);
        else window.localStorage.setItem(key, value);
      } catch {
        /* storage full or forbidden: the page works without it */
      }
    },
    clear(prefix) {
      try {
        Object.keys(window.localStorage)
          .filter((key) => key.startsWith(prefix))
          .forEach((key) => window.localStorage.removeItem(key));
      } catch {
        /* nothing to clear */
      }
    },
  };

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  /* Runs now for the page and later for each part that htmx brings. `selector` elements are handed over once. */
  const each = (selector, start) => {
    const seen = new WeakSet();
    const run = (scope) => {
      const found = [...scope.querySelectorAll(selector)];
      if (scope.matches && scope.matches(selector)) found.unshift(scope);
      for (const one of found) {
        if (!seen.has(one)) {
          seen.add(one);
          start(one);
        }
      }
    };
    starters.push(run);
    run(document);
  };
  document.addEventListener("htmx:load", (event) => starters.forEach((run) => run(event.target)));
  document.addEventListener("lf:added", (event) => starters.forEach((run) => run(event.target)));

  const toast = (message, tone = "info", action = null) => {
    const note = element("div", { class: `toast-note toast-${tone}` }, element("span", {}, message));
    if (action) {
      const button = element("button", { type: "button" }, action.label);
      button.addEventListener("click", () => {
        note.remove();
        action.run();
      });
      note.append(button);
    }
    document.getElementById("toasts").append(note);
    window.setTimeout(() => note.remove(), tone === "error" ? 12000 : 6000);
  };
  each("[data-toast]", (note) => window.setTimeout(() => note.remove(), 8000));

  /* A question with two answers; resolves to true or false. */
  const ask = ({ title, body, yes, no }) =>
    new Promise((resolve) => {
      const accept = element("button", { type: "button", class: "btn btn-primary" }, yes);
      const refuse = element("button", { type: "button", class: "btn btn-outline" }, no);
      const dialog = element(
        "dialog",
        { "aria-label": title },
        element("h2", { class: "confirm-title" }, title),
        element("p", {}, body),
        element("div", { class: "confirm-buttons" }, refuse, accept),
      );
      const end = (answer) => {
        dialog.close();
        dialog.remove();
        resolve(answer);
      };
      accept.addEventListener("click", () => end(true));
      refuse.addEventListener("click", () => end(false));
      dialog.addEventListener("cancel", () => end(false));
      document.body.append(dialog);
      dialog.showModal();
    });

  window.lf = { text, store, element, each, toast, ask, user: document.body.dataset.user || "" };

  /* Menus: one open at a time, closed by Escape or a click elsewhere. */
  const closeMenus = (but) =>
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (menu !== but) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));

  /* Confirmations: the panel of a <details> is shown as a modal dialog. */
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("details[data-confirm] > summary");
    if (summary) {
      event.preventDefault();
      const holder = summary.parentElement;
      const panel = holder.querySelector(".confirm-panel");
      const dialog = element("dialog", { "aria-label": panel.dataset.label });
      dialog.append(...panel.childNodes);
      document.body.append(dialog);
      dialog.addEventListener("close", () => {
        panel.append(...dialog.childNodes);
        dialog.remove();
        summary.focus();
      });
      dialog.showModal();
      const first = dialog.querySelector("textarea, [data-confirm-cancel]");
      if (first) first.focus();
      return;
    }
    const cancel = event.target.closest("[data-confirm-cancel]");
    if (cancel) {
      const dialog = cancel.closest("dialog");
      if (dialog) dialog.close();
      else cancel.closest("details").open = false;
    }
    const off = event.target.closest("[aria-disabled='true']");
    if (off) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  /* One send however often one clicks. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-logout]")) store.clear("lf-draft:");
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach((b) => b.setAttribute("aria-busy", "true"));
    slow.start();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    slow.stop();
  });

  /* A line at the top when something takes longer than a second. */
  const slow = {
    timer: 0,
    open: 0,
    start() {
      slow.open += 1;
      window.clearTimeout(slow.timer);
      slow.timer = window.setTimeout(() => document.getElementById("progress-line").classList.add("running"), 1000);
    },
    stop() {
      slow.open = Math.max(0, slow.open - 1);
      if (slow.open) return;
      window.clearTimeout(slow.timer);
      document.getElementById("progress-line").classList.remove("running");
    },
  };
  document.addEventListener("htmx:beforeRequest", slow.start);
  document.addEventListener("htmx:afterRequest", (event) => {
    slow.stop();
    const form = event.target.closest && event.target.closest("form[data-sent]");
    if (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    }
  });

  /* What goes wrong in a part is said; nothing on the page is replaced by an error page. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const login = document.body.dataset.loginUrl;
    if (login && xhr.responseURL && new URL(xhr.responseURL).pathname === login) {
      event.detail.shouldSwap = false;
      toast(text("signedOut"), "error");
      return;
    }
    if (xhr.status < 400) return;
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".error-page");
    if (page || xhr.status !== 422) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      const message = page && page.querySelector(".error-message, h1");
      toast(message ? message.textContent.trim() : text("failed", { status: xhr.status }), "error");
    }
  });
  document.addEventListener("htmx:sendError", () => toast(text("offline"), "error"));
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.value;
  });

  /* Tooltips on hover and focus. */
  let tip = null;
  const hideTip = () => {
    if (tip) tip.remove();
    tip = null;
  };
  const showTip = (event) => {
    const target = event.target.closest && event.target.closest("[data-tip]");
    hideTip();
    if (!target || !target.dataset.tip) return;
    tip = element("div", { class: "tip", "aria-hidden": "true" }, target.dataset.tip);
    (target.closest("dialog") || document.body).append(tip);
    const box = target.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + box.width / 2 - own.width / 2), window.innerWidth - own.width - 8);
    const above = box.top - own.height - 8;
    tip.style.position = "fixed";
    tip.style.left = `${left}px`;
    tip.style.top = `${above < 4 ? box.bottom + 8 : above}px`;
  };
  document.addEventListener("mouseover", showTip);
  document.addEventListener("focusin", showTip);
  document.addEventListener("mouseout", hideTip);
  document.addEventListener("focusout", hideTip);

  /* Theme, sidebar, drawer. */
  const markTheme = () =>
    document
      .querySelectorAll("[data-theme]")
      .forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.theme === root.dataset.themeWish)));
  const markSidebar = () =>
    document
      .querySelectorAll("[data-sidebar-toggle]")
      .forEach((b) => b.setAttribute("aria-pressed", String(root.classList.contains("sidebar-icons"))));
  const drawer = (open) => {
    root.classList.toggle("nav-open", open);
    document.querySelectorAll("[data-nav-open]").forEach((b) => b.setAttribute("aria-expanded", String(open)));
    document.querySelectorAll("[data-nav-close]").forEach((shade) => (shade.hidden = !open));
    const target = document.querySelector(open ? "#sidebar a" : "[data-nav-open]");
    if (target) target.focus();
  };
  markTheme();
  markSidebar();
  window.addEventListener("lf:theme", markTheme);
  document.addEventListener("click", (event) => {
    const themeButton = event.target.closest("[data-theme]");
    if (themeButton) {
      window.lfTheme(themeButton.dataset.theme);
      closeMenus(null);
    }
    if (event.target.closest("[data-sidebar-toggle]")) {
      const icons = root.classList.toggle("sidebar-icons");
      store.set("lf-sidebar", icons ? "icons" : null);
      markSidebar();
      window.dispatchEvent(new Event("resize"));
    }
    if (event.target.closest("[data-nav-open]")) drawer(true);
    if (event.target.closest("[data-nav-close]")) drawer(false);
    if (event.target.closest("[data-help-open]")) document.getElementById("help-dialog").showModal();
    if (event.target.closest("[data-back]")) window.history.back();
    if (event.target.closest("[data-print]")) window.print();
  });
  each("[data-back], [data-print]", (button) => {
    button.hidden = button.matches("[data-back]") && window.history.length < 2;
  });

  /* Keys; never while one is typing. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      closeMenus(null);
      hideTip();
      if (root.classList.contains("nav-open")) drawer(false);
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search-focus]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "?") {
      const help = document.getElementById("help-dialog");
      if (help) help.showModal();
    }
  });
})();
