/* The code of a slip stands behind the # of its address, which no server gets: put it into its field, and out of the address bar. */
(() => {
  "use strict";
  const field = document.querySelector("[data-survey-answer] [name=code]");
  const code = decodeURIComponent(window.location.hash.slice(1));
  if (!field || !/^[0-9A-Za-z-]{10,14}$/.test(code)) return;
  field.value = code;
  window.history.replaceState(null, "", window.location.pathname);
})();
