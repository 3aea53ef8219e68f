/* Where the parts of a flowchart stand and how its lines run. No drawing here: flowchart.js draws what this returns. */
(() => {
  "use strict";
  const GAP = 16; // free space round a step that no line enters
  const TRACK = 10; // distance of parallel lines
  const LANE_PAD = 22;
  const HEAD = 38;
  const OUTER = 34;

  /* Links that lead back to a step on the way to them: they run at the side and do not decide the order. */
  const backLinks = (steps, links) => {
    const back = new Set();
    const state = new Map();
    const visit = (key) => {
      state.set(key, "open");
      for (const link of links) {
        if (link.source !== key) continue;
        const seen = state.get(link.target);
        if (seen === "open") back.add(link);
        else if (!seen) visit(link.target);
      }
      state.set(key, "done");
    };
    const first = steps.filter((step) => step.kind === "start").concat(steps);
    for (const step of first) if (!state.has(step.key)) visit(step.key);
    return back;
  };

  /* Rank (row) of each step, and dagre's idea of left and right. */
  const rank = (nodes, links, back) => {
    const graph = new window.dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: "TB", nodesep: 44, ranksep: 60 });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const node of nodes) graph.setNode(node.key, { width: node.width, height: node.height });
    links.forEach((link, index) => {
      if (!back.has(link)) graph.setEdge(link.source, link.target, { weight: link.main ? 4 : 1 }, String(index));
    });
    window.dagre.layout(graph);
    const rows = [...new Set(nodes.map((node) => Math.round(graph.node(node.key).y)))].sort((a, b) => a - b);
    for (const node of nodes) {
      const place = graph.node(node.key);
      node.rank = rows.indexOf(Math.round(place.y));
      node.x = place.x;
    }
    return rows.length;
  };

  /* Columns for lanes; two steps of one lane in one row stand side by side. */
  const placeInLanes = (nodes, names) => {
    let left = OUTER;
    const lanes = [];
    for (const name of names) {
      const own = nodes.filter((node) => node.lane === name);
      const rows = new Map();
      for (const node of own) rows.set(node.rank, [...(rows.get(node.rank) || []), node]);
      const widthOf = (row) => row.reduce((sum, node) => sum + node.width + 40, -40);
      const inner = Math.max(110, ...[...rows.values()].map(widthOf));
      const width = inner + 2 * LANE_PAD;
      for (const row of rows.values()) {
        row.sort((a, b) => a.x - b.x);
        let at = left + width / 2 - widthOf(row) / 2;
        for (const node of row) {
          node.x = at + node.width / 2;
          at += node.width + 40;
        }
      }
      lanes.push({ name, x: left, width });
      left += width;
    }
    return { lanes, width: left + OUTER };
  };

  const placeRows = (nodes, count, links, top) => {
    let y = top;
    for (let row = 0; row < count; row += 1) {
      const own = nodes.filter((node) => node.rank === row);
      const height = Math.max(...own.map((node) => node.height));
      for (const node of own) node.y = y + height / 2;
      const labelled = links.some((link) => link.condition && own.some((node) => node.key === link.source));
      y += height + (labelled ? 68 : 46);
    }
    return y;
  };

  const unique = (values) => [...new Set(values.map((value) => Math.round(value)))].sort((a, b) => a - b);

  /* The lines that a path may follow: through the middle of steps, and several side by side between them. */
  const gridOf = (nodes, lanes, width, height, top) => {
    const xs = [];
    const ys = [];
    for (const node of nodes) {
      xs.push(node.x, node.x - node.width / 2, node.x + node.width / 2);
      ys.push(node.y, node.y - node.height / 2, node.y + node.height / 2);
    }
    const columns = lanes.length ? lanes.map((lane) => lane.x).concat(lanes.at(-1).x + lanes.at(-1).width) : [];
    for (const x of columns) for (const shift of [-1, 0, 1]) xs.push(x + shift * TRACK);
    for (const side of [6, 16, 26]) xs.push(side, width - side);
    if (!lanes.length) {
      for (const node of nodes) {
        for (const shift of [GAP + 2, GAP + 2 + TRACK]) xs.push(node.x - node.width / 2 - shift, node.x + node.width / 2 + shift);
      }
    }
    const rows = unique(nodes.map((node) => node.rank)).map((row) => {
      const own = nodes.filter((node) => node.rank === row);
      return {
        from: Math.min(...own.map((node) => node.y - node.height / 2)),
        to: Math.max(...own.map((node) => node.y + node.height / 2)),
      };
    });
    rows.forEach((row, index) => {
      const next = rows[index + 1];
      const end = next ? next.from : height;
      const middle = row.to + (end - row.to) * 0.6;
      for (const shift of [-1, 0, 1]) ys.push(middle + shift * TRACK);
    });
    ys.push(top - 14, height - 8);
    return { xs: unique(xs).filter((x) => x > 0 && x < width), ys: unique(ys).filter((y) => y > 0 && y < height) };
  };

  const MOVES = [
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0],
  ]; // down, right, up, left

  const portsOf = (node) => {
    const x = Math.round(node.x);
    const y = Math.round(node.y);
    return {
      bottom: { x, y: Math.round(node.y + node.height / 2), out: 0 },
      right: { x: Math.round(node.x + node.width / 2), y, out: 1 },
      top: { x, y: Math.round(node.y - node.height / 2), out: 2 },
      left: { x: Math.round(node.x - node.width / 2), y, out: 3 },
    };
  };

  const router = (nodes, grid) => {
    const { xs, ys } = grid;
    const atX = new Map(xs.map((x, index) => [x, index]));
    const atY = new Map(ys.map((y, index) => [y, index]));
    const used = new Map(); // "x,y,direction" -> links that run there
    const leaving = new Map(); // port -> lines that start there
    const entering = new Map();

    const blocked = (x1, y1, x2, y2, ends) => {
      const [left, right] = x1 < x2 ? [x1, x2] : [x2, x1];
      const [upper, lower] = y1 < y2 ? [y1, y2] : [y2, y1];
      for (const node of nodes) {
        const w = node.width / 2 + GAP - 2;
        const h = node.height / 2 + GAP - 4;
        if (right <= node.x - w || left >= node.x + w || lower <= node.y - h || upper >= node.y + h) continue;
        const mine = ends.some(
          (end) =>
            end.key === node.key &&
            (MOVES[end.out][0] === 0
              ? x1 === x2 && x1 === end.x && (MOVES[end.out][1] > 0 ? upper >= end.y : lower <= end.y)
              : y1 === y2 && y1 === end.y && (MOVES[end.out][0] > 0 ? left >= end.x : right <= end.x)),
        );
        if (!mine) return true;
      }
      return false;
    };

    const segmentKey = (x1, y1, x2, y2) => (x1 === x2 ? `v${x1},${Math.min(y1, y2)}` : `h${y1},${Math.min(x1, x2)}`);

    /* Cheapest way over the grid: short, few bends, few crossings, not on top of another line. */
    const search = (link, starts, ends) => {
      const best = new Map();
      const queue = [];
      const push = (entry) => {
        const id = `${entry.i},${entry.j},${entry.d}`;
        if (best.has(id) && best.get(id) <= entry.cost) return;
        best.set(id, entry.cost);
        let low = 0;
        let high = queue.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (queue[middle].cost > entry.cost) low = middle + 1;
          else high = middle;
        }
        queue.splice(low, 0, entry);
      };
      for (const start of starts) {
        if (!atX.has(start.x) || !atY.has(start.y)) continue;
        push({ i: atX.get(start.x), j: atY.get(start.y), d: start.out, cost: start.cost, from: null, start });
      }
      while (queue.length) {
        const here = queue.pop();
        if (best.get(`${here.i},${here.j},${here.d}`) < here.cost) continue;
        if (here.goal) return here;
        const x = xs[here.i];
        const y = ys[here.j];
        for (let d = 0; d < 4; d += 1) {
          if (d === (here.d + 2) % 4 || (!here.from && d !== here.start.out)) continue;
          const i = here.i + MOVES[d][0];
          const j = here.j + MOVES[d][1];
          if (i < 0 || j < 0 || i >= xs.length || j >= ys.length) continue;
          if (blocked(x, y, xs[i], ys[j], [here.start, ...ends])) continue;
          const length = Math.abs(xs[i] - x) + Math.abs(ys[j] - y);
          let cost = here.cost + length + (d === here.d ? 0 : 34);
          const others = used.get(segmentKey(x, y, xs[i], ys[j])) || [];
          for (const other of others) {
            const friend = other.target === link.target && other.back === link.back;
            cost += friend ? 0 : length * 8 + 30;
          }
          if (d === here.d) {
            const across = d % 2 ? [`v${x},${y}`, `v${x},${ys[here.j - 1]}`] : [`h${y},${x}`, `h${y},${xs[here.i - 1]}`];
            if (across.some((key) => (used.get(key) || []).some((other) => other.target !== link.target))) cost += 26;
          }
          const goal = ends.find((end) => end.x === xs[i] && end.y === ys[j] && d === (end.out + 2) % 4);
          if (goal) push({ i, j, d: 4, cost: cost + goal.cost, from: here, start: here.start, goal });
          else push({ i, j, d, cost, from: here, start: here.start });
        }
      }
      return null;
    };

    return (link, source, target) => {
      const from = portsOf(source);
      const to = portsOf(target);
      const count = (map, port) => map.get(`${port.x},${port.y}`) || 0;
      const add = (map, port) => map.set(`${port.x},${port.y}`, count(map, port) + 1);
      const decision = source.kind === "decision";
      const start = (side, cost) => ({ ...from[side], key: source.key, cost: cost + count(leaving, from[side]) * 45 + count(entering, from[side]) * 220 });
      const end = (side, cost) => ({ ...to[side], key: target.key, cost: cost + count(leaving, to[side]) * 220 });
      const starts = link.back
        ? [start("left", 0), start("right", 0), start("bottom", 60)]
        : [start("bottom", link.main || !decision ? 0 : 24), start("left", decision ? 16 : 140), start("right", decision ? 16 : 140)];
      // The sides of a decision are for its answers, so nothing enters there unless the way round is long.
      const side = target.kind === "decision" ? 150 : 55;
      const ends = link.back ? [end("left", 0), end("right", 0), end("top", 50)] : [end("top", 0), end("left", side), end("right", side)];
      const found = search(link, starts, ends);
      if (!found) return [from.bottom, to.top].map(({ x, y }) => ({ x, y }));
      const path = [];
      for (let step = found; step; step = step.from) path.unshift({ x: xs[step.i], y: ys[step.j] });
      for (let n = 1; n < path.length; n += 1) {
        const key = segmentKey(path[n - 1].x, path[n - 1].y, path[n].x, path[n].y);
        used.set(key, [...(used.get(key) || []), link]);
      }
      add(leaving, found.start);
      add(entering, found.goal);
      return path.filter((point, n) => {
        const before = path[n - 1];
        const after = path[n + 1];
        return !before || !after || !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
      });
    };
  };

  /* A place for the condition: on its own line, near where it leaves, not on a step or another label. */
  const placeLabel = (path, box, nodes, taken) => {
    const free = (x, y) => {
      const hits = (other, pad) =>
        Math.abs(other.x - x) < (other.width + box.width) / 2 + pad && Math.abs(other.y - y) < (other.height + box.height) / 2 + pad;
      return !nodes.some((node) => hits(node, 2)) && !taken.some((label) => hits(label, 3));
    };
    let fallback = null;
    for (let n = 1; n < path.length; n += 1) {
      const a = path[n - 1];
      const b = path[n];
      const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
      const reach = a.x === b.x ? box.height / 2 : box.width / 2;
      for (let at = reach + 3; at <= length - reach; at += 4) {
        const x = a.x + ((b.x - a.x) * at) / length;
        const y = a.y + ((b.y - a.y) * at) / length;
        fallback = fallback || { x, y };
        if (free(x, y)) return { x, y };
      }
    }
    for (let n = 1; n < path.length; n += 1) {
      const x = (path[n - 1].x + path[n].x) / 2;
      const y = (path[n - 1].y + path[n].y) / 2;
      if (free(x, y)) return { x, y };
    }
    return fallback || { x: (path[0].x + path.at(-1).x) / 2, y: (path[0].y + path.at(-1).y) / 2 };
  };

  /* nodes: [{key, kind, lane, width, height}], links: [{source, target, condition, box?}] -> positions, lanes, paths. */
  const layout = (nodes, rawLinks, laneNames) => {
    const known = new Map(nodes.map((node) => [node.key, node]));
    const links = rawLinks.filter((link) => known.has(link.source) && known.has(link.target) && link.source !== link.target);
    const back = backLinks(nodes, links);
    const led = new Set();
    for (const link of links) {
      link.back = back.has(link);
      link.main = !link.back && !led.has(link.source);
      if (link.main) led.add(link.source);
    }
    const rows = rank(nodes, links, back);
    const top = laneNames.length ? HEAD + 36 : 24;
    let lanes = [];
    let width = 0;
    if (laneNames.length) ({ lanes, width } = placeInLanes(nodes, laneNames));
    else {
      const left = Math.min(...nodes.map((node) => node.x - node.width / 2));
      for (const node of nodes) node.x += 60 - left;
      width = Math.max(...nodes.map((node) => node.x + node.width / 2)) + 60;
    }
    for (const node of nodes) node.x = Math.round(node.x);
    const height = placeRows(nodes, rows, links, top) - 10;
    const route = router(nodes, gridOf(nodes, lanes, width, height, top));
    const order = [...links].sort((a, b) => a.back - b.back || b.main - a.main);
    for (const link of order) link.path = route(link, known.get(link.source), known.get(link.target));
    const labels = [];
    for (const link of order) {
      if (!link.box) continue;
      link.label = { ...placeLabel(link.path, link.box, nodes, labels), width: link.box.width, height: link.box.height };
      labels.push(link.label);
    }
    return { nodes, links, lanes, width, height, head: laneNames.length ? HEAD : 0 };
  };

  window.FlowchartLayout = { layout };
})();
