/* Runs in the head, before anything is drawn: light or dark, and the width of the sidebar, as chosen last. */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const read = (key) => {
    try {
      return window.localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden
    }
  };
  const apply = () => {
    const wish = read("lf-theme") || "auto";
    const theme = wish === "auto" ? (dark.matches ? "dark" : "light") : wish;
    root.setAttribute("data-bs-theme", theme);
    root.dataset.themeWish = wish;
    window.dispatchEvent(new CustomEvent("lf:theme", { detail: theme }));
  };
  if (read("lf-sidebar") === "icons") root.classList.add("sidebar-icons");
  root.classList.add("js");
  dark.addEventListener("change", apply);
  window.lfTheme = (wish) => {
    try {
      window.localStorage.setItem("lf-theme", wish);
    } catch {
      /* then it holds for this page only */
    }
    apply();
  };
  apply();
})();
