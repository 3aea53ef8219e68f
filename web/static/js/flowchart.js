/* Draws a flowchart as SVG: presentation attributes and classes only, as the content policy wants.
   Contract and input format: docs/developers/components.md. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  const COLOURS = new Set(["red", "orange", "yellow", "blue", "green", "grey"]);
  const NAME = { size: 14, weight: 600, line: 20 };
  const META = { size: 12, weight: 400, line: 17 };
  const DOT = { width: 22, gap: 4, line: 26 };

  const svg = (name, attributes = {}, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  const pen = document.createElement("canvas").getContext("2d");
  const measure = (text, style) => {
    pen.font = `${style.weight} ${style.size}px ${FONT}`;
    return pen.measureText(text).width;
  };

  /* Breaks text at a measured width: between Chinese characters, or at spaces of other scripts. */
  const wrap = (text, style, width) => {
    const pieces = String(text).match(/[\u2E80-\uFFEF]|[^\s\u2E80-\uFFEF]+\s*|\s+/g) || [];
    const lines = [];
    let line = "";
    for (const piece of pieces) {
      const closing = /^[，。、；：？！）》”]$/.test(piece); // never begins a line
      if (line && !closing && measure((line + piece).trimEnd(), style) > width) {
        lines.push(line.trim());
        line = piece;
      } else line += piece;
    }
    if (line.trim()) lines.push(line.trim());
    // Two lines of like length read better than a full one and a single character.
    if (lines.length > 1 && measure(lines.at(-1), style) < width * 0.4) {
      const even = wrapEvenly(pieces, style, lines.length, width);
      if (even) return even;
    }
    return lines;
  };
  const wrapEvenly = (pieces, style, count, width) => {
    const goal = measure(pieces.join(""), style) / count;
    const lines = [""];
    for (const piece of pieces) {
      const closing = /^[，。、；：？！）》”]$/.test(piece);
      const longer = measure(lines.at(-1) + piece, style);
      if (lines.length < count && !closing && lines.at(-1) && longer > goal + style.size / 2) lines.push(piece);
      else lines[lines.length - 1] += piece;
    }
    return lines.every((line) => measure(line.trim(), style) <= width + 1) ? lines.map((line) => line.trim()) : null;
  };

  const fill = (pattern, values) => String(pattern || "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  /* What stands in a step, and how large that makes it. */
  const prepare = (step, texts, inLane) => {
    const decision = step.kind === "decision";
    const terminal = step.kind === "start" || step.kind === "end";
    const name = wrap(step.name || texts[step.kind] || "", NAME, decision ? 114 : 136);
    const facts = [];
    if (!inLane && step.holder) facts.push(step.holder);
    if (!step.holder && !terminal) facts.push(texts.nobody);
    if (inLane && step.holder && step.lane && step.holder !== step.lane) facts.push(step.holder);
    if (Number(step.days) > 0) facts.push(fill(texts.days, { count: step.days }));
    if (step.mode === "panel") facts.push(texts.panel);
    if (step.mode === "collective") facts.push(texts.collective);
    const meta = facts.length ? wrap(facts.filter(Boolean).join(" · "), META, decision ? 120 : 142).map((line) => line.replace(/^·\s*|\s*·$/g, "")) : [];
    const risks = step.risks || [];
    const perRow = decision ? 4 : 6;
    const dotRows = Math.ceil(risks.length / perRow);
    const width = Math.max(
      ...name.map((line) => measure(line, NAME)),
      ...meta.map((line) => measure(line, META)),
      Math.min(risks.length, perRow) * (DOT.width + DOT.gap) - DOT.gap,
      40,
    );
    const height = name.length * NAME.line + meta.length * META.line + dotRows * DOT.line + (dotRows ? 2 : 0);
    const node = { ...step, name, meta, risks, perRow, textHeight: height };
    if (decision) {
      node.width = Math.ceil(Math.max(176, width * 1.72) / 2) * 2;
      node.height = Math.ceil(Math.max(84, height / (1 - (width * 0.88) / node.width)) / 2) * 2;
    } else {
      node.width = terminal ? Math.ceil(Math.max(112, width + 40) / 2) * 2 : 164;
      node.height = Math.ceil((height + (terminal ? 18 : 22)) / 2) * 2;
    }
    return node;
  };

  /* A line with rounded corners. */
  const rounded = (path) => {
    let out = `M${path[0].x} ${path[0].y}`;
    for (let n = 1; n < path.length - 1; n += 1) {
      const [a, b, c] = [path[n - 1], path[n], path[n + 1]];
      const reach = (p, q) => Math.hypot(q.x - p.x, q.y - p.y);
      const r = Math.min(8, reach(a, b) / 2, reach(b, c) / 2);
      const to = (p, q, d) => `${q.x + ((p.x - q.x) / reach(p, q)) * d} ${q.y + ((p.y - q.y) / reach(p, q)) * d}`;
      out += `L${to(a, b, r)}Q${b.x} ${b.y} ${to(c, b, r)}`;
    }
    const [a, b] = [path.at(-2), path.at(-1)];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    return `${out}L${b.x - ((b.x - a.x) / length) * 3} ${b.y - ((b.y - a.y) / length) * 3}`; // the arrow covers the rest
  };
  const arrow = (path, css) => {
    const [a, b] = [path.at(-2), path.at(-1)];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const corner = (side) => `${b.x - ux * 9 - uy * 4.5 * side} ${b.y - uy * 9 + ux * 4.5 * side}`;
    return svg("path", { class: css, d: `M${b.x} ${b.y}L${corner(1)}L${corner(-1)}Z` });
  };

  const shape = (node) => {
    const [w, h] = [node.width / 2, node.height / 2];
    if (node.kind === "decision") {
      return svg("path", { class: "fc-shape", d: `M${node.x} ${node.y - h}L${node.x + w} ${node.y}L${node.x} ${node.y + h}L${node.x - w} ${node.y}Z`, "stroke-linejoin": "round" });
    }
    const radius = node.kind === "start" || node.kind === "end" ? h : 6;
    return svg("rect", { class: "fc-shape", x: node.x - w, y: node.y - h, width: node.width, height: node.height, rx: radius });
  };

  const drawStep = (node, texts) => {
    const group = svg("g", { class: `fc-step fc-${node.kind}${node.warnings && node.warnings.length ? " fc-warned" : ""}`, "data-step": node.key });
    group.append(svg("title", {}, [node.name.join(""), node.holder, node.documents].filter(Boolean).join(" · ")), shape(node));
    let y = node.y - node.textHeight / 2;
    for (const [lines, style, css] of [[node.name, NAME, "fc-name"], [node.meta, META, "fc-meta"]]) {
      for (const line of lines) {
        group.append(svg("text", { class: css, x: node.x, y: y + style.line * 0.74 }, line));
        y += style.line;
      }
    }
    node.risks.forEach((risk, index) => {
      const row = Math.floor(index / node.perRow);
      const inRow = Math.min(node.perRow, node.risks.length - row * node.perRow);
      const x = node.x - (inRow * (DOT.width + DOT.gap) - DOT.gap) / 2 + (index % node.perRow) * (DOT.width + DOT.gap);
      const top = y + 4 + row * DOT.line;
      const level = risk.level || {};
      const label = fill(texts.risk, { number: risk.number, title: risk.title, level: level.label || "" });
      const dot = svg("g", { class: "fc-risk", "data-risk": risk.id, tabindex: 0, role: "button", "aria-label": label });
      dot.append(
        svg("title", {}, label),
        svg("rect", { class: `fc-dot-${COLOURS.has(level.colour) ? level.colour : "grey"}`, x, y: top, width: DOT.width, height: 20, rx: 10 }),
        svg("text", { x: x + DOT.width / 2, y: top + 14 }, risk.number),
      );
      group.append(dot);
    });
    if (node.warnings && node.warnings.length) {
      const x = node.kind === "decision" ? node.x - node.width / 4 - 4 : node.x - node.width / 2 + 4;
      const top = node.kind === "decision" ? node.y - node.height / 4 - 20 : node.y - node.height / 2 - 11;
      const sign = svg("g", { class: "fc-warning", role: "img", "aria-label": fill(texts.warning, { text: node.warnings.join(" ") }) });
      sign.append(
        svg("title", {}, node.warnings.join("\n")),
        svg("path", { d: `M${x} ${top}L${x + 11} ${top + 20}L${x - 11} ${top + 20}Z`, "stroke-linejoin": "round" }),
        svg("text", { x, y: top + 17 }, "!"),
      );
      group.append(sign);
    }
    return group;
  };

  const lanesOf = (data) => {
    const steps = data.steps.map((step) => ({ ...step, lane: step.lane || step.holder || "" }));
    // A step that belongs to nobody, mostly an end, stands with the step it comes from or leads to.
    for (let round = 0; round < steps.length && steps.some((step) => !step.lane); round += 1) {
      for (const step of steps.filter((one) => !one.lane)) {
        const near = data.links.find((link) => link.target === step.key) || data.links.find((link) => link.source === step.key);
        const other = near && steps.find((one) => one.key === (near.target === step.key ? near.source : near.target));
        if (other) step.lane = other.lane;
      }
    }
    const names = [...new Set([...(data.lanes || []), ...steps.map((step) => step.lane)])].filter((name) => name && steps.some((s) => s.lane === name));
    if (names.length && steps.some((step) => !step.lane)) steps.forEach((step) => (step.lane = step.lane || names[0]));
    return { steps, names: names.length > 2 ? names : [] };
  };

  const draw = (data) => {
    const texts = data.texts || {};
    const { steps, names } = lanesOf(data);
    const nodes = steps.map((step) => prepare(step, texts, names.length > 0));
    const links = data.links.map((link) => {
      const lines = link.condition ? wrap(link.condition, META, 84) : [];
      const width = Math.max(0, ...lines.map((line) => measure(line, META))) + 10;
      return { ...link, lines, box: lines.length ? { width, height: lines.length * 15 + 5 } : null };
    });
    const plan = window.FlowchartLayout.layout(nodes, links, names);
    const picture = svg("svg", { class: "fc", role: "group", "aria-label": data.title || "", tabindex: 0, "font-family": FONT, preserveAspectRatio: "xMidYMin meet" });
    plan.lanes.forEach((lane, index) => {
      picture.append(
        svg("rect", { class: index % 2 ? "fc-lane fc-lane-alt" : "fc-lane", x: lane.x, y: 0.5, width: lane.width, height: plan.height }),
        svg("rect", { class: "fc-lane-head", x: lane.x, y: 0.5, width: lane.width, height: plan.head }),
        svg("text", { class: "fc-lane-name", x: lane.x + lane.width / 2, y: plan.head / 2 + 5 }, lane.name),
      );
    });
    for (const link of plan.links) {
      picture.append(
        svg("path", { class: link.back ? "fc-edge fc-edge-back" : "fc-edge", d: rounded(link.path) }),
        arrow(link.path, link.back ? "fc-arrow fc-arrow-back" : "fc-arrow"),
      );
    }
    for (const node of plan.nodes) picture.append(drawStep(node, texts));
    for (const { label, lines } of plan.links) {
      if (!label) continue;
      picture.append(svg("rect", { class: "fc-label-box", x: label.x - label.width / 2, y: label.y - label.height / 2, width: label.width, height: label.height, rx: 4 }));
      lines.forEach((line, n) => picture.append(svg("text", { class: "fc-label", x: label.x, y: label.y - label.height / 2 + 13.5 + n * 15 }, line)));
    }
    return { picture, width: plan.width, height: plan.height + 2 };
  };

  /* Zoom and pan by the view box. */
  class View {
    constructor(canvas, drawing) {
      Object.assign(this, { canvas, ...drawing });
      this.first();
      this.picture.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
      }, { passive: false });
      this.picture.addEventListener("pointerdown", (event) => this.drag(event));
      this.picture.addEventListener("keydown", (event) => this.key(event));
    }

    apply() {
      this.picture.setAttribute("viewBox", `${this.x} ${this.y} ${this.w} ${this.h}`);
    }

    get size() {
      return { width: this.canvas.clientWidth || 800, height: this.canvas.clientHeight || 600 };
    }

    /* Readable first: as wide as the window, at most life size, from the top; beside an editor (.flow-sticky) the whole
       drawing as long as it can be read. */
    first() {
      const room = this.canvas.clientWidth || 800;
      const floor = this.canvas.closest(".flow-sticky") ? 0.55 : 0.76;
      let scale = Math.max(Math.min(room / (this.width + 16), 1.08), floor);
      this.canvas.style.height = `${this.height * scale + 24}px`;
      if (this.size.height < this.height * scale) scale = Math.max(Math.min(scale, this.size.height / (this.height + 24)), 0.5);
      this.w = room / scale;
      this.h = this.size.height / scale;
      this.x = this.w > this.width ? (this.width - this.w) / 2 : -8;
      this.y = -8;
      this.apply();
    }

    /* A drawing that is followed while somebody types keeps the place they moved it to. */
    keepPlaceOf(other) {
      if (!other || !other.moved) return;
      [this.x, this.y, this.moved] = [other.x, other.y, true];
      this.h *= other.w / this.w;
      this.w = other.w;
      this.apply();
    }

    fit() {
      this.moved = false;
      const { width, height } = this.size;
      const scale = Math.min(width / (this.width + 24), height / (this.height + 24));
      this.w = width / scale;
      this.h = height / scale;
      this.x = (this.width - this.w) / 2;
      this.y = (this.height - this.h) / 2;
      this.apply();
    }

    whole() {
      [this.x, this.y, this.w, this.h] = [-4, -4, this.width + 8, this.height + 8];
      this.apply();
    }

    zoom(factor) {
      this.moved = true;
      const w = Math.min(Math.max(this.w / factor, 120), this.width * 6);
      const h = (this.h * w) / this.w;
      this.x += (this.w - w) / 2;
      this.y += (this.h - h) / 2;
      [this.w, this.h] = [w, h];
      this.apply();
    }

    move(dx, dy) {
      this.moved = true;
      this.x += dx;
      this.y += dy;
      this.apply();
    }

    drag(event) {
      if (event.button !== 0 || event.target.closest(".fc-risk")) return;
      let [lastX, lastY] = [event.clientX, event.clientY];
      const scale = this.w / this.size.width;
      const step = (next) => {
        this.move((lastX - next.clientX) * scale, (lastY - next.clientY) * scale);
        [lastX, lastY] = [next.clientX, next.clientY];
      };
      const stop = () => window.removeEventListener("pointermove", step);
      window.addEventListener("pointermove", step);
      window.addEventListener("pointerup", stop, { once: true });
      window.addEventListener("pointercancel", stop, { once: true });
    }

    key(event) {
      const by = this.w / 12;
      const keys = {
        ArrowLeft: () => this.move(-by, 0),
        ArrowRight: () => this.move(by, 0),
        ArrowUp: () => this.move(0, -by),
        ArrowDown: () => this.move(0, by),
        "+": () => this.zoom(1.2),
        "=": () => this.zoom(1.2),
        "-": () => this.zoom(1 / 1.2),
        0: () => this.fit(),
      };
      if (event.target !== this.picture || !keys[event.key] || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      keys[event.key]();
    }
  }

  window.Flowchart = { draw, View, svg };
})();
