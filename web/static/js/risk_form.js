/* The drawing of a power in a risk form: a click on a step adds a risk on it, a click on a dot opens that risk.
   The same is done by the buttons of the list beside it, which also serve keyboards and browsers without scripts. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const step = event.target.closest && event.target.closest("[data-step-pick] .fc-step");
    if (!step || event.target.closest(".fc-risk")) return;
    const form = document.querySelector(`[data-step-form="${CSS.escape(step.dataset.step)}"]`);
    if (form) form.requestSubmit();
  });
  document.addEventListener("flowchart:drawn", (event) => {
    for (const step of event.target.querySelectorAll(".fc-step")) {
      const row = document.querySelector(`[data-step-form="${CSS.escape(step.dataset.step)}"]`);
      const open = row && row.closest(".step-open");
      step.classList.toggle("fc-open", Boolean(open));
    }
  });
})();
