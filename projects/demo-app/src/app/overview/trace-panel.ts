import { Component, inject, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import { CLOCK, polling } from 'rx-mesh/kernel';
import { DistributedTracingService } from 'rx-mesh/tracing';
import { filter, of } from 'rxjs';
import { tracesOf } from '../tracing/trace-view';
import { MiniWaterfall } from '../ui/mini-waterfall';
import { SpanBadge } from '../ui/span-badge';
import { type TraceTeaser, traceTeasers } from './trace-teasers';

// Dozens of spans end each second: who reads is told of some of them, now and then.
const REFRESH = 2000; // milliseconds
const MOST = 5;

/** The latest traces, each a link to all of it. They stand still while somebody points at them. */
@Component({
  selector: 'app-trace-panel',
  imports: [MiniWaterfall, RouterLink, SpanBadge],
  template: `
    <ul
      aria-label="Latest traces"
      (pointerenter)="held.set(true)"
      (pointerleave)="held.set(false)"
      (focusin)="held.set(true)"
      (focusout)="held.set(false)"
    >
      @for (trace of traces(); track trace.traceId) {
        <li>
          <a
            routerLink="/tracing"
            [queryParams]="{ trace: trace.traceId }"
            queryParamsHandling="merge"
          >
            <span class="line">
              <strong>{{ trace.name }}</strong>
              <span class="facts small quiet">{{ trace.facts }}</span>
              <app-span-badge [state]="trace.state" />
              <span class="number">{{ trace.duration }}</span>
            </span>
            <app-mini-waterfall [rows]="trace.rows" [total]="trace.total" />
          </a>
        </li>
      } @empty {
        <li class="none quiet">No trace is over yet. Each call of a visitor is one.</li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    li + li {
      border-block-start: 1px solid var(--line);
    }

    a {
      display: grid;
      gap: 0.25rem;
      align-content: center;
      height: 4.85rem;
      padding: 0 1.25rem;
      color: inherit;
      text-decoration: none;

      &:hover {
        background: var(--surface-sunken);
      }

      &:focus-visible {
        outline-offset: -2px;
      }
    }

    .line {
      display: flex;
      gap: 0.625rem;
      align-items: center;
      min-width: 0;
    }

    strong {
      flex: 0 1 auto;
      overflow: hidden;
      font-weight: 550;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .facts {
      flex: 1 1 5rem;
      min-width: 0;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .line .number {
      min-width: 3.5rem;
      text-align: end;
      white-space: nowrap;
    }

    .none {
      padding: 2rem 1.25rem;
      text-align: center;
    }
  `,
})
export class TracePanel {
  private readonly tracing = inject(DistributedTracingService);

  protected readonly held = signal(false);
  protected readonly traces = toSignal(
    polling({ period: REFRESH, clock: inject(CLOCK) }, () => of(this.read())).pipe(
      filter(() => !untracked(this.held)),
    ),
    { initialValue: [] },
  );

  // Not by the signal of the spans: it changes with each of them.
  private read(): readonly TraceTeaser[] {
    return traceTeasers(tracesOf(untracked(this.tracing.recentSpans)), MOST);
  }
}
