import {
  Component,
  DestroyRef,
  type ElementRef,
  ViewEncapsulation,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { ColorScheme } from '../theme/color-scheme';
import { type Plot, type PlotColors } from './plot';
import { PLOT } from './plot-token';

/** One line of a {@link TimeChart}. */
export interface ChartLine {
  readonly name: string;
  /** Its colour and its pattern, from 0 to 4. */
  readonly look: number;
  /** One value for each time; a gap where nobody knows. */
  readonly values: readonly (number | undefined)[];
}

// A line is told from others by its pattern, too.
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2]];

/** Lines over the last minutes, newest at the right, with their present values in words. The number of lines is fixed. */
@Component({
  selector: 'app-time-chart',
  template: `
    <figure>
      <figcaption>
        <h3>{{ label() }}</h3>
        <span class="small quiet">{{ hint() }}</span>
      </figcaption>
      <div #plot class="plot" role="img" [attr.aria-label]="summary()"></div>
      <ul class="legend small" [attr.aria-label]="label() + ' by line'">
        @for (line of legend(); track line.name) {
          <li>
            <svg
              viewBox="0 0 24 8"
              aria-hidden="true"
              focusable="false"
              [attr.data-line]="line.look"
            >
              <path d="M1 4h22" [attr.stroke-dasharray]="line.dash" />
            </svg>
            <span>{{ line.name }}</span>
            <span class="value number">{{ line.value }}</span>
          </li>
        }
      </ul>
    </figure>
  `,
  styleUrl: './time-chart.scss',
  // What uPlot makes has no attributes of ours. The rules name this element instead.
  encapsulation: ViewEncapsulation.None,
})
export class TimeChart {
  private readonly load = inject(PLOT);
  private readonly scheme = inject(ColorScheme);
  private readonly host = viewChild.required<ElementRef<HTMLElement>>('plot');
  readonly #plot = signal<Plot | undefined>(undefined);
  readonly #hovered = signal<number | undefined>(undefined);
  #gone = false;

  readonly label = input.required<string>();
  /** What its numbers are. */
  readonly hint = input('');
  readonly lines = input.required<readonly ChartLine[]>();
  /** Seconds before now, so at most 0; oldest first. */
  readonly ages = input.required<readonly number[]>();
  /** How many seconds the width holds. */
  readonly span = input.required<number>();
  /** How to say one value. */
  readonly format = input<(value: number) => string>(String);
  /** The least value of the upper edge. */
  readonly floor = input(1);

  protected readonly legend = computed(() => {
    const at = this.#hovered() ?? this.ages().length - 1;
    return this.lines().map(({ look, name, values }) => ({
      name,
      look,
      dash: DASHES[look]?.join(' ') ?? '',
      value: this.say(values[at]),
    }));
  });

  protected readonly summary = computed(() => {
    const lines = this.lines().map(({ name, values }) => {
      const known = values.filter((value) => value !== undefined);
      const last = values.at(-1);
      if (known.length === 0) return `${name}: no values yet`;
      const range = `between ${this.say(Math.min(...known))} and ${this.say(Math.max(...known))}`;
      return last === undefined ? `${name}: ${range}` : `${name}: now ${this.say(last)}, ${range}`;
    });
    return `${this.label()} over the last ${this.span()} s. ${lines.join('; ')}.`;
  });

  constructor() {
    afterNextRender(() => void this.begin());
    effect(() => {
      const data = { ages: this.ages(), lines: this.lines().map(({ values }) => values) };
      this.#plot()?.draw(data);
    });
    effect(() => {
      this.scheme.choice();
      this.#plot()?.repaint();
    });
    inject(DestroyRef).onDestroy(() => {
      this.#gone = true;
      untracked(this.#plot)?.destroy();
    });
  }

  private async begin(): Promise<void> {
    const make = await this.load();
    if (this.#gone) return;
    const host = this.host().nativeElement;
    const plot = make(host, {
      span: this.span(),
      dashes: this.lines().map(({ look }) => DASHES[look] ?? []),
      floor: this.floor(),
      format: this.format(),
      colors: () => colorsOf(host),
      hovered: (index) => this.#hovered.set(index),
    });
    this.#plot.set(plot);
  }

  private say(value: number | undefined): string {
    return value === undefined ? '–' : this.format()(value);
  }
}

/** A canvas knows no custom properties; the drawings of the legend have computed them. */
function colorsOf(host: HTMLElement): PlotColors {
  const computedOf = (element: Element) => {
    const style = host.ownerDocument.defaultView?.getComputedStyle(element);
    return { text: style?.color ?? '', grid: style?.outlineColor ?? '' };
  };
  const swatches = host.parentElement?.querySelectorAll('.legend svg') ?? [];
  return { ...computedOf(host), lines: [...swatches].map((swatch) => computedOf(swatch).text) };
}
