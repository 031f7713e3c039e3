import { Component, computed, input } from '@angular/core';
import { SPAN_LOOKS } from './span-look';
import { type WaterfallRow } from './waterfall';

const LANES = 4;
// What lasts no time is to be seen all the same.
const THINNEST = 1; // percent

/**
 * The first spans of a trace as bars and nothing else: a drawing for a link, which says the rest in words. As high with one
 * span as with many.
 */
@Component({
  selector: 'app-mini-waterfall',
  template: `
    @for (bar of bars(); track bar.spanId) {
      <span class="lane">
        <span
          class="bar"
          [attr.data-tone]="bar.tone"
          [style.inset-inline-start.%]="bar.start"
          [style.inline-size.%]="bar.width"
        ></span>
      </span>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 2px;
      align-content: start;
      height: 2.125rem;
    }

    .lane {
      position: relative;
      height: 6.5px;
      border-radius: 2px;
      background: var(--surface-sunken);
    }

    .bar {
      position: absolute;
      inset-block: 0;
      border-radius: 2px;
      background: var(--text-quiet);
      opacity: 0.8;
    }

    [data-tone='good'] {
      background: var(--good);
    }

    [data-tone='warn'] {
      background: var(--warn);
    }

    [data-tone='bad'] {
      background: var(--bad);
    }

    [data-tone='held'] {
      background: var(--held);
    }
  `,
  host: { 'aria-hidden': 'true' },
})
export class MiniWaterfall {
  /** Each parent before its children; more than four are not drawn. */
  readonly rows = input.required<readonly WaterfallRow[]>();
  /** How long the whole trace takes, in milliseconds. */
  readonly total = input.required<number>();

  protected readonly bars = computed(() => {
    const total = this.total();
    const place = (ms: number) =>
      total > 0 ? Math.min(100, Math.max(0, Math.round((ms / total) * 1000) / 10)) : 0;
    return this.rows()
      .slice(0, LANES)
      .map(({ duration, offset, spanId, state }) => {
        const start = Math.min(100 - THINNEST, place(offset));
        const width = Math.max(THINNEST, place(offset + duration) - start);
        return { spanId, tone: SPAN_LOOKS[state].tone, start, width };
      });
  });
}
