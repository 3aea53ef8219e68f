/* Charts with ECharts: colours from the page, texts drawn on the canvas (no inline styles), a click leads on. */
(() => {
  "use strict";
  const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  const LEVELS = new Set(["red", "orange", "yellow", "blue", "green", "grey"]);
  const drawn = new Map();

  /* Colours and the size of letters where the chart stands: a wide screen is dark and read from afar. */
  const styleOf = (canvas) => {
    const style = window.getComputedStyle(canvas);
    const value = (name) => style.getPropertyValue(`--lf-${name}`).trim();
    return { value, size: Number.parseInt(value("chart-font"), 10) || 13 };
  };

  const palette = (value) => {
    const fallback = ["accent", "blue", "orange", "green", "grey"].map(value);
    return (line, index) => (LEVELS.has(line.colour) ? value(line.colour) : fallback[index % fallback.length]);
  };

  /* Series differ without colour too: lines by mark and stroke, areas on paper by a pattern. */
  const MARKS = ["circle", "triangle", "rect", "diamond", "pin"];
  const STROKES = ["solid", "dashed", "dotted"];
  const paper = window.matchMedia("print");

  /* Long names break after the width of eight Chinese characters, into lines of like length, instead of standing askew. */
  const LINE = 16;
  const LINES = 3;
  const width = (sign) => (sign.codePointAt(0) > 0x2e7f ? 2 : 1);
  const broken = (name) => {
    const signs = [...name];
    const whole = signs.reduce((sum, sign) => sum + width(sign), 0);
    const room = Math.ceil(whole / Math.ceil(whole / LINE));
    const lines = [""];
    let taken = 0;
    for (const sign of signs) {
      if (taken && taken + width(sign) > room + 1) {
        lines.push("");
        taken = 0;
      }
      lines[lines.length - 1] += sign;
      taken += width(sign);
    }
    return lines.slice(0, LINES).join("\n");
  };

  const options = (data, { value, size }) => {
    const colour = palette(value);
    const horizontal = data.kind === "bar";
    const text = { color: value("text"), fontFamily: FONT, fontSize: size };
    const muted = { color: value("muted"), fontFamily: FONT, fontSize: size - 1 };
    const names = {
      type: "category",
      data: data.categories,
      inverse: horizontal,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: value("line-strong") } },
      axisLabel: { ...text, interval: horizontal ? 0 : "auto", formatter: horizontal ? undefined : broken },
    };
    const numbers = {
      type: "value",
      min: 0,
      minInterval: 1,
      splitLine: { lineStyle: { color: value("line") } },
      axisLabel: muted,
      name: horizontal ? "" : data.unit,
      nameTextStyle: muted,
    };
    const many = data.series.length > 1;
    const series = data.series.map((line, index) => ({
      name: line.label,
      type: data.kind === "line" ? "line" : "bar",
      stack: data.stacked ? "all" : undefined,
      data: line.values,
      barMaxWidth: 26,
      barGap: "12%",
      symbol: MARKS[index % MARKS.length],
      symbolSize: 8,
      lineStyle: { width: 2.5, type: STROKES[index % STROKES.length] },
      itemStyle: { color: colour(line, index), borderRadius: data.stacked ? 0 : horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: value("surface"), borderWidth: data.stacked ? 1 : 0 },
      cursor: line.urls ? "pointer" : "default",
      label: {
        show: data.kind !== "line",
        position: data.stacked ? "inside" : horizontal ? "right" : "top",
        formatter: (point) => (point.value ? String(point.value) : ""),
        color: data.stacked ? "#fff" : value("text"),
        textBorderColor: data.stacked ? colour(line, index) : "transparent",
        textBorderWidth: data.stacked ? 2 : 0,
        fontFamily: FONT,
        fontSize: size - 1,
      },
      endLabel: { show: data.kind === "line", formatter: "{a}", ...text, color: colour(line, index) },
      emphasis: { focus: many ? "series" : "none" },
    }));
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 250,
      textStyle: { fontFamily: FONT },
      aria: { enabled: many && paper.matches, decal: { show: many && paper.matches } },
      grid: { left: 8, right: data.kind === "line" ? 6 * size + 6 : 36, top: many && data.kind !== "line" ? 2 * size + 8 : 22, bottom: 6, containLabel: true },
      legend: { show: many && data.kind !== "line", type: "scroll", top: 0, left: 0, itemWidth: 12, itemHeight: 12, itemGap: 18, textStyle: text },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        axisPointer: { type: data.kind === "line" ? "line" : "shadow", shadowStyle: { opacity: 0.12 } },
        backgroundColor: "#22343a",
        borderWidth: 0,
        textStyle: { color: "#fff", fontFamily: FONT, fontSize: 13 },
      },
      xAxis: horizontal ? numbers : names,
      yAxis: horizontal ? names : numbers,
      series,
    };
  };

  /* Three axes or more from 0 to 100, one line a series; the first one is filled. */
  const radar = (data, { value, size }) => {
    const colour = palette(value);
    const text = { color: value("text"), fontFamily: FONT, fontSize: size };
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 250,
      textStyle: { fontFamily: FONT },
      legend: { show: data.series.length > 1, bottom: 0, itemWidth: 12, itemHeight: 12, textStyle: text },
      tooltip: { trigger: "item", renderMode: "richText", backgroundColor: "#22343a", borderWidth: 0, textStyle: { color: "#fff", fontFamily: FONT, fontSize: 13 } },
      radar: {
        indicator: data.categories.map((name, at) => ({ name: `${name}\n${data.series[0].values[at]}`, min: 0, max: 100 })),
        center: ["50%", data.series.length > 1 ? "47%" : "51%"],
        radius: "58%",
        splitNumber: 4,
        axisName: { ...text, lineHeight: 17 },
        splitLine: { lineStyle: { color: value("line-strong") } },
        splitArea: { show: false },
        axisLine: { lineStyle: { color: value("line") } },
      },
      series: [
        {
          type: "radar",
          data: data.series.map((line, index) => ({
            name: line.label,
            value: line.values,
            symbolSize: 7,
            itemStyle: { color: colour(line, index) },
            lineStyle: { width: 2.5, type: index ? "dashed" : "solid" },
            areaStyle: { color: colour(line, index), opacity: index ? 0 : 0.18 },
          })),
        },
      ],
    };
  };

  const drawing = (data, canvas) => (data.kind === "radar" ? radar : options)(data, styleOf(canvas));

  const start = (figure) => {
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const canvas = figure.querySelector(".chart-canvas");
    const table = figure.querySelector(".chart-table");
    if (table) table.open = false;
    if (!data.categories.length) {
      canvas.hidden = true;
      if (table) table.open = true;
      return;
    }
    const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(drawing(data, canvas));
    chart.on("click", (point) => {
      const url = (data.series[point.seriesIndex].urls || [])[point.dataIndex];
      if (url) window.location.assign(url);
    });
    drawn.set(chart, data);
  };

  const refit = () =>
    drawn.forEach((data, chart) => {
      if (chart.getDom().isConnected) chart.resize();
      else {
        chart.dispose();
        drawn.delete(chart);
      }
    });
  window.addEventListener("resize", refit);
  window.addEventListener("beforeprint", refit);
  const redraw = () => drawn.forEach((data, chart) => chart.setOption(drawing(data, chart.getDom()), true));
  window.addEventListener("lf:theme", redraw);
  paper.addEventListener("change", redraw);
  window.lf.each("[data-chart]", start);
})();
