import type uPlot from 'uplot';
import { type MakePlot, type PlotData, type PlotSpec } from './plot';

const FONT = "12px 'Inter Variable', system-ui, sans-serif";
const LINE = 1.75; // CSS pixels, as all that follows
const LEAST_WIDTH = 80;
const TICK_SPACE = 64;

/** Plots of uPlot, which is handed in: it cannot be loaded where there is no canvas. */
export function plotsOf(UPlot: typeof uPlot): MakePlot {
  return (host, spec) => {
    const view = host.ownerDocument.defaultView;
    const size = () => ({
      width: Math.max(LEAST_WIDTH, host.clientWidth),
      height: host.clientHeight,
    });
    const empty: PlotData = { ages: [], lines: spec.dashes.map(() => []) };
    const plot = new UPlot({ ...size(), ...optionsOf(spec) }, toData(empty), host);
    const repaint = () => plot.redraw(false);
    const dark = view?.matchMedia('(prefers-color-scheme: dark)');
    dark?.addEventListener('change', repaint);
    const observer = view ? new view.ResizeObserver(() => plot.setSize(size())) : undefined;
    observer?.observe(host);
    return {
      draw: (data) => plot.setData(toData(data)),
      repaint,
      destroy: () => {
        observer?.disconnect();
        dark?.removeEventListener('change', repaint);
        plot.destroy();
      },
    };
  };
}

function optionsOf(spec: PlotSpec): Omit<uPlot.Options, 'width' | 'height'> {
  const { colors, dashes, floor, format, hovered, span } = spec;
  const text = () => colors().text;
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 6 } },
    padding: [8, 20, 0, 0],
    scales: {
      x: { time: false, range: [-span, 0] },
      y: { range: (_plot, _min, max: number | null) => [0, upperEdge(max ?? 0, floor)] },
    },
    axes: [
      {
        stroke: text,
        font: FONT,
        size: 28,
        gap: 6,
        space: TICK_SPACE,
        incrs: [5, 10, 15, 30, 60],
        grid: { show: false },
        ticks: { show: false },
        values: (_plot, splits) => splits.map((age) => (age === 0 ? 'now' : `−${-age} s`)),
      },
      {
        stroke: text,
        font: FONT,
        size: 56,
        gap: 6,
        space: 36,
        grid: { stroke: () => colors().grid, width: 1 },
        ticks: { show: false },
        values: (_plot, splits) => splits.map((value) => format(value)),
      },
    ],
    series: [
      {},
      ...dashes.map((dash, i) => ({
        stroke: () => colors().lines[i] ?? '',
        width: LINE,
        dash: [...dash],
        points: {
          size: 4,
          show: true,
          // Only where no line would show it.
          filter: (plot: uPlot, series: number) => lonely(plot.data[series] ?? []),
        },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => hovered(cursor.idx ?? undefined)] },
  };
}

/** Some room above the highest value, or a line there would be cut. */
function upperEdge(max: number, floor: number): number {
  return Math.max(max, floor) * 1.06;
}

function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const known = (i: number) => typeof values[i] === 'number';
  return Array.from(values, (_, i) => i).filter((i) => known(i) && !known(i - 1) && !known(i + 1));
}

function toData({ ages, lines }: PlotData): uPlot.AlignedData {
  return [[...ages], ...lines.map((line) => line.map((value) => value ?? null))];
}
