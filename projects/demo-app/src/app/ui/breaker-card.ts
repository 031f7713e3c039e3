import { Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type CircuitBreakerState } from 'rx-mesh/resilience';
import { formatShare } from './format';
import { Icon } from './icon';
import { StateBadge } from './state-badge';

/** One circuit breaker: its phase, what it has counted, when it lets a probe in, and the switch to hold it open. */
@Component({
  selector: 'app-breaker-card',
  imports: [Icon, MatButton, StateBadge],
  template: `
    <article class="card" [attr.aria-label]="'Breaker of ' + name()">
      <header>
        <h3>{{ name() }}</h3>
        <app-state-badge [state]="phase()" />
      </header>
      <p class="small sentence" [class.quiet]="phase() === 'closed'">{{ sentence() }}</p>
      <footer>
        <p class="small quiet number">
          @for (count of counted(); track $index) {
            <span>{{ count }}</span>
          }
        </p>
        <button
          matButton
          type="button"
          [attr.aria-label]="(isolated() ? 'Release ' : 'Isolate ') + name()"
          (click)="toggled.emit()"
        >
          <app-icon [name]="isolated() ? 'play' : 'lock'" />{{ isolated() ? 'Release' : 'Isolate' }}
        </button>
      </footer>
    </article>
  `,
  styles: `
    :host {
      display: block;
    }

    article {
      display: grid;
      grid-template-rows: auto 1fr auto;
      gap: 0.375rem;
      height: 100%;
      padding: 0.875rem 0.625rem 0.5rem 1rem;
    }

    header,
    footer {
      display: flex;
      gap: 0.5rem;
      align-items: center;
      justify-content: space-between;
    }

    header {
      padding-inline-end: 0.375rem;
    }

    /* Room for the longest sentence and for both counts, so that no card grows when its breaker opens. */
    p {
      display: grid;
      align-content: center;
      min-height: 2.9em;
      line-height: 1.45;
    }

    .sentence {
      align-content: start;
      padding-inline-end: 0.375rem;
    }

    button {
      flex: none;
      white-space: nowrap;
    }

    button app-icon {
      width: 1em;
      height: 1em;
      margin-inline-end: 0.4em;
      vertical-align: -0.125em;
    }
  `,
})
export class BreakerCard {
  readonly name = input.required<string>();
  /** Absent until the first call makes the breaker. */
  readonly state = input<CircuitBreakerState>();
  /** Milliseconds until a probe is let in, while it is open. */
  readonly retryIn = input<number>();
  /** Somebody wants it isolated, or released. */
  readonly toggled = output();

  protected readonly phase = computed(() => this.state()?.state ?? 'closed');
  protected readonly isolated = computed(() => this.phase() === 'isolated');

  protected readonly counted = computed(() => {
    const state = this.state();
    if (!state) return ['no calls yet'];
    if (state.calls === 0) return ['no recent calls'];
    const calls = state.calls === 1 ? '1 call' : `${state.calls} calls`;
    return [calls, `${formatShare(state.failureRate)} failed`];
  });

  protected readonly sentence = computed(() => {
    const retryIn = this.retryIn() ?? 0;
    switch (this.phase()) {
      case 'closed':
        return 'Lets every call through.';
      case 'half-open':
        return 'Lets a few probes through. If they succeed, it closes.';
      case 'isolated':
        return 'Held open by hand. No call gets through.';
      case 'metrics-only':
        return 'Lets every call through, and tells when it would have opened.';
      case 'disabled':
        return 'Lets every call through, and counts nothing.';
      case 'open':
        return retryIn > 0
          ? `Turns calls away at once. Lets a probe in after ${(Math.ceil(retryIn / 100) / 10).toFixed(1)} s.`
          : 'Turns calls away no more: the next call is a probe.';
    }
  });
}
