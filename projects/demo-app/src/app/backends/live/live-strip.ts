import { Component, computed, inject, input } from '@angular/core';
import { type RealWorld } from '../real-world';
import { LiveMirror } from './live-mirror';

/** Says what of the demo is real, in one line at the foot of the window. */
@Component({
  selector: 'app-live-strip',
  template: `
    <p class="small">
      <strong>Live:</strong> {{ real().instances.size }} service processes
      @for (server of servers(); track server.name) {
        ·
        @if (server.url) {
          <a [href]="server.url" target="_blank" rel="noreferrer">{{ server.name }}</a>
        } @else {
          {{ server.name }}
        }
      }
      <span class="quiet"> · mocks: {{ mocks() }}</span>
    </p>
    @if (lost()) {
      <p class="small lost" role="alert">
        The runner has ended: start it again by <code>npm run demo:live</code>.
      </p>
    }
  `,
  host: { role: 'region', 'aria-label': 'What is real' },
  styles: `
    :host {
      display: block;
      position: sticky;
      bottom: 0;
      z-index: 5;
      padding: 0.35rem clamp(1rem, 3vw, 2rem);
      border-block-start: 1px solid var(--line);
      background: var(--accent-soft);
    }

    p {
      max-width: 76rem;
      margin: 0 auto;
    }

    a {
      color: var(--accent);
    }

    .lost {
      color: var(--warn);
    }
  `,
})
export class LiveStrip {
  protected readonly lost = inject(LiveMirror).lost;

  readonly real = input.required<RealWorld>();

  protected readonly servers = computed(() => {
    const { alertmanager, nats, prometheus, redis } = this.real();
    return [
      { name: 'NATS', isThere: nats !== undefined, url: '' },
      { name: 'Redis', isThere: redis !== undefined, url: '' },
      { name: 'Prometheus', isThere: prometheus !== undefined, url: prometheus },
      { name: 'Alertmanager', isThere: alertmanager !== undefined, url: alertmanager },
    ].filter(({ isThere }) => isThere);
  });
  protected readonly mocks = computed(() => {
    const { alertmanager, nats, redis } = this.real();
    return [
      'registries',
      'trace receivers',
      ...(nats === undefined ? ['messages', 'event log'] : []),
      ...(redis === undefined ? ['second level of the cache'] : []),
      ...(alertmanager === undefined ? ['Alertmanager'] : []),
    ].join(', ');
  });
}
