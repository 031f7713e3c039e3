import { Component, computed, input, output } from '@angular/core';
import { formatDuration } from './format';
import { Icon } from './icon';
import { Roving } from './roving';
import { SPAN_LOOKS, type SpanLook, type SpanState } from './span-look';

/** A span as a {@link Waterfall} shows it. */
export interface WaterfallRow {
  readonly spanId: string;
  readonly name: string;
  /** Who did it, or was asked; empty when nobody else was. */
  readonly service: string;
  /** How deep it is nested: 0 for the root. */
  readonly depth: number;
  readonly state: SpanState;
  /** In milliseconds after the start of the trace. */
  readonly offset: number;
  /** In milliseconds; up to now while it is running. */
  readonly duration: number;
  /** When it noted something, in milliseconds after the start of the trace. */
  readonly logs: readonly number[];
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];
// What lasts no time is to be seen all the same.
const THINNEST = 0.4; // percent

/** The spans of one trace: parents above their children, each as long as it took, where it took place. */
@Component({
  selector: 'app-waterfall',
  imports: [Icon, Roving],
  templateUrl: './waterfall.html',
  styleUrl: './waterfall.scss',
})
export class Waterfall {
  /** Each parent before its children. */
  readonly rows = input.required<readonly WaterfallRow[]>();
  /** How long the whole trace takes, in milliseconds. */
  readonly total = input.required<number>();
  /** The id of the chosen span. */
  readonly chosen = input<string>();
  /** Somebody wants to know more about the span of this id. */
  readonly picked = output<string>();

  protected readonly formatDuration = formatDuration;
  protected readonly ticks = computed(() =>
    TICKS.map((at) => ({ at, text: formatDuration(at * this.total()) })),
  );

  protected look(state: SpanState): SpanLook {
    return SPAN_LOOKS[state];
  }

  /** Where on the line something is, in percent. */
  protected place(ms: number): number {
    const total = this.total();
    return total > 0 ? Math.min(100, Math.max(0, (ms / total) * 100)) : 0;
  }

  protected width({ duration, offset }: WaterfallRow): number {
    const end = this.place(offset + duration);
    return Math.max(THINNEST, end - this.start(offset));
  }

  protected start(offset: number): number {
    return Math.min(100 - THINNEST, this.place(offset));
  }
}
