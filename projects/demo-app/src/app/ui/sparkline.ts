import { Component, computed, input } from '@angular/core';

// The viewBox of the template.
const WIDTH = 240;
const HEIGHT = 48;
const PAD = 3;

/** A small line of the latest values, newest at the right. A missing value is a gap, not a zero. */
@Component({
  selector: 'app-sparkline',
  template: `
    <svg viewBox="0 0 240 48" preserveAspectRatio="none" role="img" [attr.aria-label]="summary()">
      @for (run of runs(); track $index) {
        <path class="area" [attr.d]="run.area" />
        <path class="line" [attr.d]="run.line" />
      }
    </svg>
  `,
  styles: `
    :host {
      display: block;
      height: 3rem;
      color: var(--accent);
    }

    svg {
      display: block;
      width: 100%;
      height: 100%;
      border-bottom: 1px solid var(--line);
    }

    .line {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.75;
      stroke-linejoin: round;
      stroke-linecap: round;
      vector-effect: non-scaling-stroke;
    }

    .area {
      fill: currentColor;
      opacity: 0.1;
    }
  `,
})
export class Sparkline {
  /** Oldest first. */
  readonly values = input.required<readonly (number | undefined)[]>();
  /** How many values the width holds. */
  readonly capacity = input(60);
  /** What the values are, for those who cannot see the line. */
  readonly label = input.required<string>();
  /** How to say one value. */
  readonly format = input<(value: number) => string>(String);

  /** The least value of the upper edge: below it, a line that wobbles by nothing stays flat. */
  readonly floor = input(1);

  protected readonly runs = computed(() => {
    const values = this.values().slice(-this.capacity());
    const top = Math.max(this.floor(), ...values.map((value) => value ?? 0));
    const step = WIDTH / Math.max(1, this.capacity() - 1);
    const left = WIDTH - step * (values.length - 1);
    return unbroken(values).map(({ start, points }) => {
      const at = points.map((value, i) => {
        const x = (left + (start + i) * step).toFixed(1);
        return `${x} ${(HEIGHT - PAD - (value / top) * (HEIGHT - 2 * PAD)).toFixed(1)}`;
      });
      const [from, to] = [left + start * step, left + (start + points.length - 1) * step];
      // A lone value would be invisible as a line of no length; a round cap makes it a dot.
      const line = `M${at.join('L')}${points.length === 1 ? 'h0.01' : ''}`;
      return {
        line,
        area: `M${from.toFixed(1)} ${HEIGHT}L${at.join('L')}L${to.toFixed(1)} ${HEIGHT}Z`,
      };
    });
  });

  protected readonly summary = computed(() => {
    const known = this.values().filter((value) => value !== undefined);
    const last = known.at(-1);
    if (last === undefined) return `${this.label()}: no values yet`;
    const say = this.format();
    return `${this.label()}: now ${say(last)}, between ${say(Math.min(...known))} and ${say(Math.max(...known))}`;
  });
}

function unbroken(values: readonly (number | undefined)[]): { start: number; points: number[] }[] {
  const runs: { start: number; points: number[] }[] = [];
  values.forEach((value, i) => {
    if (value === undefined) return;
    const run = runs.at(-1);
    if (run && run.start + run.points.length === i) run.points.push(value);
    else runs.push({ start: i, points: [value] });
  });
  return runs;
}
