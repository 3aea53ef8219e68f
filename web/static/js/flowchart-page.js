/* Flowcharts on pages: draws them, ties risks to their list, prints, saves, and follows an editor as it is typed in. */
(() => {
  "use strict";
  const views = new WeakMap();
  const { draw, View } = window.Flowchart;

  const shown = (section) => section.querySelector("[data-flow-canvas]") || section;

  const render = (section, data) => {
    const canvas = shown(section);
    canvas.hidden = false;
    if (!data.steps || !data.steps.length) {
      const note = document.createElement("p");
      note.className = "flow-empty";
      note.textContent = (data.texts || {}).empty || "";
      canvas.replaceChildren(note);
      return;
    }
    const drawing = draw(data);
    canvas.replaceChildren(drawing.picture);
    section.classList.toggle("flow-wide", drawing.width > 900); // then the list of risks stands below
    const view = new View(canvas, drawing);
    view.keepPlaceOf(views.get(section));
    views.set(section, view);
    const bar = section.querySelector(".flow-toolbar");
    if (bar) bar.hidden = false;
  };

  const textsOf = (section) => {
    const block = document.getElementById(section.dataset.flowchart || "");
    return block ? JSON.parse(block.textContent) : null;
  };

  const load = async (section, url, options = {}) => {
    const response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", ...options });
    if (!response.ok) return;
    const data = await response.json();
    const base = textsOf(section);
    render(section, { ...data, texts: data.texts || (base && base.texts) || {} });
    section.dispatchEvent(new CustomEvent("flowchart:drawn", { bubbles: true, detail: data }));
  };

  const start = (section) => {
    const data = textsOf(section);
    if (data) {
      render(section, data);
      const list = section.querySelector(".flow-list");
      if (list && data.steps.length) list.open = false;
    }
    if (section.dataset.source) load(section, section.dataset.source);
  };

  /* A dot and its entry in the list light up together. */
  const light = (section, id, from) => {
    for (const one of section.querySelectorAll("[data-risk]")) {
      const same = one.dataset.risk === id;
      one.classList.toggle("on", same);
      if (same && one !== from && one.matches("li")) one.scrollIntoView({ block: "nearest" });
    }
    for (const step of section.querySelectorAll(".fc-step")) step.classList.toggle("on", Boolean(step.querySelector(".fc-risk.on")));
  };
  const pick = (event) => {
    const risk = event.target.closest && event.target.closest("[data-flowchart] [data-risk]");
    if (risk && !event.target.closest("a")) light(risk.closest("[data-flowchart]"), risk.dataset.risk, risk);
  };
  document.addEventListener("click", pick);
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.closest(".fc-risk")) {
      event.preventDefault();
      pick(event);
    }
  });

  /* A file that looks the same without our style sheets: what the browser worked out becomes attributes. */
  const SAVED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "text-anchor"];
  const save = (section) => {
    const view = views.get(section);
    const copy = view.picture.cloneNode(true);
    const originals = view.picture.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((one, index) => {
      const style = window.getComputedStyle(originals[index]);
      for (const name of SAVED) one.setAttribute(name, style.getPropertyValue(name));
      one.removeAttribute("class");
      one.removeAttribute("tabindex");
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("viewBox", `-4 -4 ${view.width + 8} ${view.height + 8}`);
    copy.setAttribute("width", view.width + 8);
    copy.setAttribute("height", view.height + 8);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }));
    link.download = `${view.picture.getAttribute("aria-label") || "flowchart"}.svg`;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const print = (section) => {
    const root = document.documentElement;
    root.classList.add("printing-flow");
    section.classList.add("flow-print");
    window.addEventListener(
      "afterprint",
      () => {
        root.classList.remove("printing-flow");
        section.classList.remove("flow-print");
      },
      { once: true },
    );
    window.print();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-flow]");
    const section = button && button.closest("[data-flowchart]");
    const view = section && views.get(section);
    if (!view) return;
    const does = { in: () => view.zoom(1.25), out: () => view.zoom(1 / 1.25), fit: () => view.fit(), print: () => print(section), save: () => save(section) };
    does[button.dataset.flow]();
  });

  /* On paper the whole drawing is wanted, whatever was zoomed to. */
  const all = () => [...document.querySelectorAll("[data-flowchart]")].map((section) => views.get(section)).filter(Boolean);
  window.addEventListener("beforeprint", () =>
    all().forEach((view) => {
      view.kept = [view.x, view.y, view.w, view.h, view.canvas.style.height];
      view.canvas.style.height = "";
      document.documentElement.classList.toggle("flow-landscape", view.width > view.height * 1.15);
      view.whole();
    }),
  );
  window.addEventListener("afterprint", () =>
    all().forEach((view) => {
      if (!view.kept) return;
      [view.x, view.y, view.w, view.h, view.canvas.style.height] = view.kept;
      view.kept = null;
      view.apply();
    }),
  );
  window.addEventListener("resize", () => all().forEach((view) => view.first()));

  /* The editor: its rows are posted, the drawing follows. A newer answer always wins over an older one. */
  const follow = (form) => {
    const section = document.getElementById(form.dataset.flowchartForm);
    if (!section) return;
    let timer = 0;
    let running = null;
    const update = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        if (running) running.abort();
        running = new AbortController();
        load(section, form.dataset.flowchartUrl, { method: "POST", body: new FormData(form), signal: running.signal }).catch(() => {});
      }, 350);
    };
    for (const kind of ["input", "change", "formset:changed"]) form.addEventListener(kind, update);
  };

  window.Flowchart.render = render;
  window.lf.each("[data-flowchart]", start);
  window.lf.each("form[data-flowchart-form]", follow);
})();
