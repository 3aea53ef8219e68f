/* The reviewer's page: keys for reading and rating, usual reasons, and a return that asks for its reason first. */
(() => {
  "use strict";
  const page = document.querySelector("[data-reading]");
  if (!page) return;
  const form = document.getElementById("decide");
  const opinion = form && form.querySelector("textarea[name=opinion]");
  const risks = () => [...page.querySelectorAll("[data-risk]")];
  const here = () => risks().findIndex((risk) => risk.contains(document.activeElement));

  const go = (step) => {
    const all = risks();
    if (!all.length) return;
    const at = here();
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start", behavior: "smooth" });
  };

  const choose = (number) => {
    const risk = risks()[here()];
    const radios = risk ? [...risk.querySelectorAll("[data-levels] input[type=radio]")] : [];
    if (radios[number - 1]) radios[number - 1].checked = true;
  };

  const askReason = () => {
    opinion.setCustomValidity(opinion.value.trim() ? "" : opinion.dataset.reason || " ");
    opinion.focus();
    opinion.scrollIntoView({ block: "center" });
  };

  if (form) {
    form.querySelectorAll("[data-quick]").forEach((button) =>
      button.addEventListener("click", () => {
        opinion.value = [opinion.value.trim(), button.dataset.quick].filter(Boolean).join("\n");
        opinion.dispatchEvent(new Event("input", { bubbles: true }));
        opinion.focus();
      }),
    );
    form.querySelector("[data-return]").addEventListener("click", (event) => {
      if (opinion.value.trim()) return;
      event.preventDefault();
      askReason();
      opinion.reportValidity();
      opinion.setCustomValidity("");
    });
  }

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    a: () => form && form.querySelector("[data-agree]").focus(),
    r: () => form && opinion.focus(),
    n: () => document.querySelector("[data-key=n]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea, select, input:not([type=radio]), [contenteditable]")) return;
    if (/^[1-9]$/.test(event.key) && here() >= 0) {
      choose(Number(event.key));
      event.preventDefault();
    } else if (keys[event.key] && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      keys[event.key]();
    }
  });
})();
