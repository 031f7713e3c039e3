import type uPlot from 'uplot';
import { plotsOf } from './canvas-plot';
import { type PlotSpec } from './plot';

class FakePlot {
  static readonly made: FakePlot[] = [];
  readonly calls: (readonly [string, unknown?])[] = [];
  constructor(
    readonly options: uPlot.Options,
    readonly data: uPlot.AlignedData,
  ) {
    FakePlot.made.push(this);
  }
  setData(data: unknown): void {
    this.calls.push(['setData', data]);
  }
  setSize(size: unknown): void {
    this.calls.push(['setSize', size]);
  }
  redraw(): void {
    this.calls.push(['redraw']);
  }
  destroy(): void {
    this.calls.push(['destroy']);
  }
}

const setUp = () => {
  const media = new EventTarget();
  const observed: { readonly resize: () => void; on: boolean }[] = [];
  Object.assign(window, {
    matchMedia: () => media,
    ResizeObserver: class {
      readonly #entry: { readonly resize: () => void; on: boolean };
      constructor(resize: () => void) {
        this.#entry = { resize, on: false };
        observed.push(this.#entry);
      }
      observe(): void {
        this.#entry.on = true;
      }
      disconnect(): void {
        this.#entry.on = false;
      }
    },
  });
  const hovered: (number | undefined)[] = [];
  const spec: PlotSpec = {
    span: 120,
    dashes: [[], [2, 3]],
    floor: 2,
    format: (value) => `${value} ms`,
    colors: () => ({ lines: ['red'], text: 'black', grid: 'grey' }),
    hovered: (index) => hovered.push(index),
  };
  const host = document.createElement('div');
  const plot = plotsOf(FakePlot as unknown as typeof uPlot)(host, spec);
  const drawing = FakePlot.made.at(-1);
  if (!drawing) throw new Error('Nothing was made.');
  return { drawing, host, hovered, media, observed, options: drawing.options, plot };
};

describe(plotsOf.name, () => {
  it('draws a missing value as a gap', () => {
    const { drawing, plot } = setUp();

    expect(drawing.data).toEqual([[], [], []]);

    plot.draw({
      ages: [-2, 0],
      lines: [
        [1, undefined],
        [undefined, 0],
      ],
    });

    expect(drawing.calls).toEqual([
      [
        'setData',
        [
          [-2, 0],
          [1, null],
          [null, 0],
        ],
      ],
    ]);
  });

  it('follows the size of its host, until it ends', () => {
    const { drawing, host, media, observed, options, plot } = setUp();

    expect([options.width, options.height]).toEqual([80, 0]);
    expect(observed[0]?.on).toBe(true);

    Object.defineProperty(host, 'clientWidth', { value: 500 });
    observed[0]?.resize();

    expect(drawing.calls.at(-1)).toEqual(['setSize', { width: 500, height: 0 }]);

    plot.destroy();
    media.dispatchEvent(new Event('change'));

    expect(drawing.calls.at(-1)).toEqual(['destroy']);
    expect(observed[0]?.on).toBe(false);
  });

  it('is painted anew when the page or the system wants other colours', () => {
    const { drawing, media, options, plot } = setUp();
    media.dispatchEvent(new Event('change'));
    plot.repaint();

    expect(drawing.calls).toEqual([['redraw'], ['redraw']]);

    const [, first, second] = options.series;
    const strokeOf = (series: uPlot.Series | undefined) =>
      (series?.stroke as (() => string) | undefined)?.();

    expect([strokeOf(first), strokeOf(second)]).toEqual(['red', '']);
    expect((options.axes?.[0]?.stroke as () => string)()).toBe('black');
    expect((options.axes?.[1]?.grid?.stroke as () => string)()).toBe('grey');
  });

  it('has room above the highest value, and at least the floor', () => {
    const { drawing, options } = setUp();
    const range = options.scales?.['y']?.range as unknown as (
      plot: unknown,
      min: number | null,
      max: number | null,
    ) => readonly [number, number];

    expect(range(drawing, null, null)).toEqual([0, 2.12]);
    expect(range(drawing, 0, 100)).toEqual([0, 106]);
    expect(options.scales?.['x']?.range).toEqual([-120, 0]);
  });

  it('says times as seconds before now, and values in their unit', () => {
    const { drawing, options } = setUp();
    const say = (axis: number, splits: number[]) =>
      (
        options.axes?.[axis]?.values as unknown as (
          plot: unknown,
          splits: number[],
        ) => readonly string[]
      )(drawing, splits);

    expect(say(0, [-60, 0])).toEqual(['−60 s', 'now']);
    expect(say(1, [0, 50])).toEqual(['0 ms', '50 ms']);
  });

  it('draws a point only where no line would show it', () => {
    const { options } = setUp();
    const filter = options.series[1]?.points?.filter as unknown as (
      plot: unknown,
      series: number,
    ) => readonly number[];
    const data = [[], [1, null, 2, 3, null, 4]];

    expect(filter({ data }, 1)).toEqual([0, 5]);
    expect(filter({ data }, 9)).toEqual([]);
  });

  it('tells where the pointer is', () => {
    const { hovered, options } = setUp();
    const tell = options.hooks?.setCursor?.[0] as unknown as (plot: unknown) => void;
    tell({ cursor: { idx: 3 } });
    tell({ cursor: { idx: null } });

    expect(hovered).toEqual([3, undefined]);
  });
});
