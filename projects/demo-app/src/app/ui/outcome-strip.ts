import { Component, input } from '@angular/core';

/** One mark for each call, in the order in which they ended. What it shows is said in words beside it. */
@Component({
  selector: 'app-outcome-strip',
  template: `
    @for (mark of marks(); track $index) {
      <span [attr.data-mark]="mark"></span>
    }
    @for (blank of blanks(); track $index) {
      <span></span>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 3px;
      min-height: 1.125rem;
    }

    span {
      width: 0.625rem;
      height: 1.125rem;
      border-radius: 3px;
      background: var(--line);
    }

    [data-mark='answered'] {
      background: var(--good);
    }

    [data-mark='stood-in'] {
      height: 0.75rem;
      align-self: end;
      background: var(--held);
    }

    [data-mark='refused'] {
      height: 0.5rem;
      align-self: end;
      background: var(--warn);
    }

    [data-mark='failed'] {
      background: var(--bad);
    }
  `,
  host: { 'aria-hidden': 'true' },
})
export class OutcomeStrip {
  readonly marks = input.required<readonly string[]>();
  /** Places of calls that have not ended. */
  readonly blanks = input<readonly unknown[]>([]);
}
