// The two charts a manager needs, drawn from parts of ECharts in our own colours and face. It knows no request and no rule.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

export interface Row {
  hour: number;
  issued: number;
  wait_p50?: number | null;
  wait_p90?: number | null;
}

const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function draw(box: HTMLElement, option: EChartsCoreOption, size = 13): ECharts {
  const chart = init(box, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: colour("--sans"), fontSize: size, color: colour("--ink-2") },
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 8, textStyle: { color: colour("--ink-2"), fontSize: size } },
    tooltip: { trigger: "axis", confine: true, backgroundColor: colour("--paper"), borderColor: colour("--line-2"), textStyle: { color: colour("--ink") } },
    ...option,
  });
  return chart;
}

const axis = (clocks: string[], size: number) => ({
  xAxis: { type: "category", data: clocks, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("--line-2") } }, axisLabel: { color: colour("--ink-2"), fontSize: size } },
  yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: colour("--line") } }, axisLabel: { color: colour("--ink-2"), fontSize: size } },
});

/** Bars of a day beside the line of what is usual on that weekday. */
export function arrivals(today: Row[], usual: Row[], words: { today: string; usual: string }, size = 13): EChartsCoreOption {
  const hours = [...new Set([...today, ...usual].map((row) => row.hour))].sort((a, b) => a - b);
  const of = (rows: Row[], hour: number) => rows.find((row) => row.hour === hour)?.issued ?? null;
  return {
    ...axis(hours.map((hour) => `${hour}:00`), size),
    series: [
      { name: words.today, type: "bar", data: hours.map((hour) => of(today, hour)), itemStyle: { color: colour("--ink-2"), borderRadius: [3, 3, 0, 0] }, barMaxWidth: 36 },
      ...(usual.length ? [{ name: words.usual, type: "line", data: hours.map((hour) => of(usual, hour)), symbol: "circle", symbolSize: 7, lineStyle: { color: colour("--warn"), width: 2, type: "dashed" }, itemStyle: { color: colour("--warn") } }] : []),
    ],
  };
}

export interface HalfRow {
  from: string;
  morning: number;
  expected: number;
  low: number;
  high: number;
  came: number | null;
}

/** Bars of who has come, by half hour, beside the line of who is expected and the range that holds it eight times in ten. */
export function expected(halves: HalfRow[], words: { came: string; expected: string; range: string }, size = 13): EChartsCoreOption {
  const line = (name: string, data: (number | null)[], more: object) => ({ name, type: "line", data, symbol: "none", silent: true, ...more });
  const now = halves.map((half) => half.came !== null).lastIndexOf(true); // the half hour that is not over
  const tell = (at: { dataIndex: number }[]) => {
    const half = halves[at[0].dataIndex];
    return `${half.from}<br>${words.expected} ${Math.round(half.expected)} (${half.low}–${half.high})${half.came === null ? "" : `<br>${words.came} ${half.came}`}`;
  };
  return {
    ...axis(halves.map((half) => half.from), size),
    tooltip: { trigger: "axis", confine: true, backgroundColor: colour("--paper"), borderColor: colour("--line-2"), textStyle: { color: colour("--ink") }, formatter: tell },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 8, textStyle: { color: colour("--ink-2"), fontSize: size }, data: [words.came, words.expected, words.range], selectedMode: false },
    series: [
      line("", halves.map((half) => half.low), { stack: "range", lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }),
      line(words.range, halves.map((half) => half.high - half.low), { stack: "range", lineStyle: { opacity: 0 }, areaStyle: { color: colour("--tint"), opacity: 1 }, itemStyle: { color: colour("--tint") } }),
      { name: words.came, type: "bar", data: halves.map((half, at) => ({ value: half.came, itemStyle: { opacity: at === now && at < halves.length - 1 ? 0.45 : 1 } })), itemStyle: { color: colour("--ink-2"), borderRadius: [3, 3, 0, 0] }, barMaxWidth: 22, z: 3 },
      line(words.expected, halves.map((half) => half.expected), { z: 4, lineStyle: { color: colour("--warn"), width: 2 }, itemStyle: { color: colour("--warn") } }),
    ],
  };
}

/** How many windows a day needs, by half hour. */
export function needed(halves: { from: string; windows: number }[], words: { windows: string }, size = 13): EChartsCoreOption {
  return {
    ...axis(halves.map((half) => half.from), size),
    legend: { show: false },
    grid: { left: 4, right: 8, top: 12, bottom: 4, containLabel: true },
    series: [{ name: words.windows, type: "bar", data: halves.map((half) => half.windows), itemStyle: { color: colour("--deep-2"), borderRadius: [3, 3, 0, 0] }, barCategoryGap: "18%" }],
  };
}

/** Half and nine of ten waited less than this, in minutes. */
export function waits(rows: Row[], words: { half: string; most: string }, size = 13): EChartsCoreOption {
  const minutes = (seconds: number | null | undefined) => (seconds === null || seconds === undefined ? null : Math.round(seconds / 60));
  const line = (name: string, data: (number | null)[], tone: string, type: "solid" | "dashed") => ({ name, type: "line", data, symbol: "circle", symbolSize: 7, lineStyle: { color: colour(tone), width: 2, type }, itemStyle: { color: colour(tone) } });
  return {
    ...axis(rows.map((row) => `${row.hour}:00`), size),
    series: [line(words.half, rows.map((row) => minutes(row.wait_p50)), "--ink", "solid"), line(words.most, rows.map((row) => minutes(row.wait_p90)), "--warn", "dashed")],
  };
}
