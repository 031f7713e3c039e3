import { Component, input, output } from '@angular/core';
import { Roving } from './roving';
import { SpanBadge } from './span-badge';
import { type SpanState } from './span-look';

/** A trace as a {@link TraceList} shows it. */
export interface TraceItem {
  readonly traceId: string;
  readonly name: string;
  readonly state: SpanState;
  /** For people, such as `120 ms`; a dash while it is running. */
  readonly duration: string;
  /** What else is to be known, such as `12 spans`. */
  readonly facts: string;
}

/** Traces to choose one from. */
@Component({
  selector: 'app-trace-list',
  imports: [Roving, SpanBadge],
  template: `
    @if (traces().length > 0) {
      <div role="listbox" aria-label="Latest traces" appRoving>
        @for (trace of traces(); track trace.traceId; let first = $first) {
          <button
            type="button"
            role="option"
            [attr.data-trace]="trace.traceId"
            [attr.aria-selected]="trace.traceId === chosen()"
            [attr.tabindex]="trace.traceId === chosen() || (first && !chosen()) ? 0 : -1"
            (click)="picked.emit(trace.traceId)"
          >
            <span class="line">
              <strong>{{ trace.name }}</strong>
              <span class="number">{{ trace.duration }}</span>
            </span>
            <span class="line small quiet">
              <span class="facts">
                {{ trace.facts }} · <span class="mono">{{ trace.traceId.slice(0, 8) }}</span>
              </span>
              <app-span-badge [state]="trace.state" />
            </span>
          </button>
        }
      </div>
    } @else {
      <p class="none quiet">{{ empty() }}</p>
    }
  `,
  styles: `
    button {
      display: grid;
      gap: 0.25rem;
      width: 100%;
      padding: 0.625rem 1.25rem;
      border: 0;
      border-inline-start: 3px solid transparent;
      background: none;
      color: inherit;
      font: inherit;
      text-align: start;
      cursor: pointer;

      &:hover {
        background: var(--surface-sunken);
      }

      &:focus-visible {
        outline-offset: -2px;
      }

      &[aria-selected='true'] {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
    }

    button + button {
      border-block-start: 1px solid var(--line);
    }

    .line {
      display: flex;
      gap: 0.75rem;
      align-items: center;
      justify-content: space-between;
      min-width: 0;
    }

    strong,
    .facts {
      overflow: hidden;
      font-weight: 550;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .facts {
      font-weight: 400;
    }

    .number {
      flex: none;
      font-weight: 550;
    }

    .none {
      padding: 2rem 1.25rem;
      text-align: center;
    }
  `,
})
export class TraceList {
  readonly traces = input.required<readonly TraceItem[]>();
  /** The id of the chosen trace. */
  readonly chosen = input<string>();
  /** What is said when there are none. */
  readonly empty = input('Nothing yet.');
  /** Somebody wants to see the trace of this id. */
  readonly picked = output<string>();
}
