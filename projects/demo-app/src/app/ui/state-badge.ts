import { Component, computed, input } from '@angular/core';
import { type CircuitBreakerPhase } from 'rx-mesh/resilience';
import { Icon, type IconName } from './icon';

/** How a phase is shown. */
export interface PhaseLook {
  readonly tone: 'good' | 'warn' | 'bad' | 'held';
  readonly icon: IconName;
  readonly text: string;
}

/** The look of every phase, the same on every page. */
export const PHASE_LOOKS: Readonly<Record<CircuitBreakerPhase, PhaseLook>> = {
  closed: { tone: 'good', icon: 'check', text: 'Closed' },
  'half-open': { tone: 'warn', icon: 'half', text: 'Half-open' },
  open: { tone: 'bad', icon: 'cross', text: 'Open' },
  isolated: { tone: 'held', icon: 'lock', text: 'Isolated' },
  'metrics-only': { tone: 'held', icon: 'half', text: 'Metrics only' },
  disabled: { tone: 'held', icon: 'cross', text: 'Disabled' },
};

/** The phase of a breaker in a word, a drawing and a colour: each of them would do. */
@Component({
  selector: 'app-state-badge',
  imports: [Icon],
  template: `<app-icon [name]="look().icon" />{{ look().text }}`,
  styles: `
    :host {
      display: inline-flex;
      gap: 0.3em;
      align-items: center;
      padding: 0.2em 0.65em 0.2em 0.5em;
      border-radius: 99px;
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.4;
      white-space: nowrap;
      color: var(--good);
      background: var(--good-soft);
    }

    :host([data-tone='warn']) {
      color: var(--warn);
      background: var(--warn-soft);
    }

    :host([data-tone='bad']) {
      color: var(--bad);
      background: var(--bad-soft);
    }

    :host([data-tone='held']) {
      color: var(--held);
      background: var(--held-soft);
    }

    app-icon {
      width: 1em;
      height: 1em;
    }
  `,
  host: { '[attr.data-tone]': 'look().tone', '[attr.data-state]': 'state()' },
})
export class StateBadge {
  readonly state = input.required<CircuitBreakerPhase>();
  protected readonly look = computed(() => PHASE_LOOKS[this.state()]);
}
