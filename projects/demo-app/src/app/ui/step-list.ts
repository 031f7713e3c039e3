import { Component, input } from '@angular/core';
import { ToneBadge, type ToneLook } from './tone-badge';

/** One thing after the other, and how each stands. */
export interface StepItem {
  readonly name: string;
  readonly title: string;
  readonly look: ToneLook;
  readonly facts: string;
  /** Whether it is done beside its neighbour. */
  readonly beside: boolean;
}

/** Steps in their order. Those that are done side by side share a line at their edge. */
@Component({
  selector: 'app-step-list',
  imports: [ToneBadge],
  template: `
    <ol [attr.aria-label]="label()">
      @for (step of steps(); track step.name) {
        <li [class.beside]="step.beside" [attr.data-step]="step.name">
          <span class="title">{{ step.title }}</span>
          <app-tone-badge [look]="step.look" />
          <span class="facts small quiet">{{ factsOf(step) }}</span>
        </li>
      } @empty {
        <li class="small quiet">{{ empty() }}</li>
      }
    </ol>
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: minmax(9rem, 1fr) auto;
      gap: 0 0.75rem;
      align-items: center;
      min-height: 3.5rem;
      padding: 0.375rem 0 0.375rem 0.875rem;
      border-inline-start: 3px solid var(--line);
    }

    li.beside {
      border-inline-start-style: double;
      border-inline-start-color: var(--accent);
    }

    li + li {
      border-block-start: 1px solid var(--line);
    }

    .title {
      font-weight: 550;
    }

    /* Room for one line from the first on. */
    .facts {
      grid-column: 1 / -1;
      min-height: 1.5em;
      overflow-wrap: anywhere;
    }
  `,
})
export class StepList {
  /** What the steps are of, for those who cannot see it. */
  readonly label = input.required<string>();
  readonly steps = input.required<readonly StepItem[]>();
  /** What is said when there are none. */
  readonly empty = input('None.');

  protected factsOf({ beside, facts }: StepItem): string {
    return [...(beside ? ['side by side'] : []), ...(facts === '' ? [] : [facts])].join(' · ');
  }
}
