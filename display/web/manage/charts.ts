// The charts a manager needs, drawn from parts of ECharts in our own colours and face. It knows no request and no rule.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export interface Row {
  hour: number;
  issued: number;
  wait_p50?: number | null;
  wait_p90?: number | null;
}

/** One thing is drawn: it needs no legend, nor room for one. */
const ALONE = { legend: { show: false }, grid: { left: 4, right: 8, top: 12, bottom: 4, containLabel: true } };
const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const tooltip = () => ({
  trigger: "axis",
  confine: true,
  backgroundColor: colour("--paper"),
  borderColor: colour("--line-2"),
  textStyle: { color: colour("--ink") },
});
const legend = (size: number) => ({
  top: 0,
  left: 0,
  icon: "roundRect",
  itemWidth: 14,
  itemHeight: 8,
  textStyle: { color: colour("--ink-2"), fontSize: size },
});

export function draw(box: HTMLElement, option: EChartsCoreOption, size = 13): ECharts {
  const chart = init(box, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: colour("--sans"), fontSize: size, color: colour("--ink-2") },
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    legend: legend(size),
    tooltip: tooltip(),
    ...option,
  });
  return chart;
}

const axis = (labels: string[], size = 13) => ({
  xAxis: {
    type: "category",
    data: labels,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("--line-2") } },
    axisLabel: { color: colour("--ink-2"), fontSize: size },
  },
  yAxis: {
    type: "value",
    minInterval: 1,
    splitLine: { lineStyle: { color: colour("--line") } },
    axisLabel: { color: colour("--ink-2"), fontSize: size },
  },
});

const clock = (hour: number) => `${hour}:00`;
const minutes = (seconds: number | null | undefined) =>
  seconds === null || seconds === undefined ? null : Math.round(seconds / 60);
const bars = (name: string, data: (number | null)[]) => ({
  name,
  type: "bar",
  data,
  itemStyle: { color: colour("--ink-2"), borderRadius: [3, 3, 0, 0] },
  barMaxWidth: 36,
});
const line = (name: string, data: (number | null)[], tone: string, type: "solid" | "dashed") => ({
  name,
  type: "line",
  data,
  symbol: "circle",
  symbolSize: data.length > 40 ? 0 : 7,
  lineStyle: { color: colour(tone), width: 2, type },
  itemStyle: { color: colour(tone) },
});

/** Bars of a day beside the line of what is usual on that weekday. */
export function arrivals(
  today: Row[],
  usual: Row[],
  words: { today: string; usual: string },
  size = 13,
): EChartsCoreOption {
  const hours = [...new Set([...today, ...usual].map((row) => row.hour))].sort((a, b) => a - b);
  const of = (rows: Row[], hour: number) => rows.find((row) => row.hour === hour)?.issued ?? null;
  return {
    ...axis(hours.map(clock), size),
    series: [
      bars(
        words.today,
        hours.map((hour) => of(today, hour)),
      ),
      ...(usual.length
        ? [
            line(
              words.usual,
              hours.map((hour) => of(usual, hour)),
              "--warn",
              "dashed",
            ),
          ]
        : []),
    ],
  };
}

interface HalfRow {
  from: string;
  morning: number;
  expected: number;
  low: number;
  high: number;
  came: number | null;
}

/** Bars of who has come, by half hour, beside the line of who is expected and the range that holds it eight times in ten. */
export function expected(
  halves: HalfRow[],
  words: { came: string; expected: string; range: string },
  size = 13,
): EChartsCoreOption {
  const line = (name: string, data: (number | null)[], more: object) => ({
    name,
    type: "line",
    data,
    symbol: "none",
    silent: true,
    ...more,
  });
  const now = halves.map((half) => half.came !== null).lastIndexOf(true); // the half hour that is not over
  const tell = (at: { dataIndex: number }[]) => {
    const half = halves[at[0].dataIndex];
    return `${half.from}<br>${words.expected} ${Math.round(half.expected)} (${half.low}–${half.high})${half.came === null ? "" : `<br>${words.came} ${half.came}`}`;
  };
  return {
    ...axis(
      halves.map((half) => half.from),
      size,
    ),
    tooltip: { ...tooltip(), formatter: tell },
    legend: { ...legend(size), data: [words.came, words.expected, words.range], selectedMode: false },
    series: [
      line(
        "",
        halves.map((half) => half.low),
        { stack: "range", lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } },
      ),
      line(
        words.range,
        halves.map((half) => half.high - half.low),
        {
          stack: "range",
          lineStyle: { opacity: 0 },
          areaStyle: { color: colour("--tint"), opacity: 1 },
          itemStyle: { color: colour("--tint") },
        },
      ),
      {
        name: words.came,
        type: "bar",
        data: halves.map((half, at) => ({
          value: half.came,
          itemStyle: { opacity: at === now && at < halves.length - 1 ? 0.45 : 1 },
        })),
        itemStyle: { color: colour("--ink-2"), borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 22,
        z: 3,
      },
      line(
        words.expected,
        halves.map((half) => half.expected),
        { z: 4, lineStyle: { color: colour("--warn"), width: 2 }, itemStyle: { color: colour("--warn") } },
      ),
    ],
  };
}

/** How many windows a day needs, by half hour. */
export function needed(
  halves: { from: string; windows: number }[],
  words: { windows: string },
  size = 13,
): EChartsCoreOption {
  return {
    ...axis(
      halves.map((half) => half.from),
      size,
    ),
    ...ALONE,
    series: [
      {
        name: words.windows,
        type: "bar",
        data: halves.map((half) => half.windows),
        itemStyle: { color: colour("--deep-2"), borderRadius: [3, 3, 0, 0] },
        barCategoryGap: "18%",
      },
    ],
  };
}

export interface Period {
  day: string;
  issued: number;
  kept_pct: number | null;
  wait_p50: number | null;
  wait_p90: number | null;
}

/** Numbers issued, period after period. */
export const issuedOver = (labels: string[], rows: Period[], word: string): EChartsCoreOption => ({
  ...axis(labels),
  ...ALONE,
  series: [
    bars(
      word,
      rows.map((row) => row.issued),
    ),
  ],
});

/** Half and nine of ten waited less than this, in minutes, period after period. */
export const waitsOver = (
  labels: string[],
  rows: Pick<Row, "wait_p50" | "wait_p90">[],
  words: { half: string; most: string },
  size = 13,
): EChartsCoreOption => ({
  ...axis(labels, size),
  series: [
    line(
      words.half,
      rows.map((row) => minutes(row.wait_p50)),
      "--ink",
      "solid",
    ),
    line(
      words.most,
      rows.map((row) => minutes(row.wait_p90)),
      "--warn",
      "dashed",
    ),
  ],
});

/** The same, hour after hour of a day. */
export const waits = (rows: Row[], words: { half: string; most: string }, size = 13): EChartsCoreOption =>
  waitsOver(
    rows.map((row) => clock(row.hour)),
    rows,
    words,
    size,
  );

/** Promises kept in percent: the axis begins where the worst period stands. */
export function keptOver(labels: string[], rows: Period[], word: string): EChartsCoreOption {
  const least = Math.min(90, ...rows.map((row) => row.kept_pct ?? 100));
  const { xAxis, yAxis } = axis(labels);
  return {
    xAxis,
    yAxis: { ...yAxis, min: Math.floor(least / 10) * 10, max: 100 },
    ...ALONE,
    series: [
      line(
        word,
        rows.map((row) => row.kept_pct),
        "--ink",
        "solid",
      ),
    ],
  };
}
