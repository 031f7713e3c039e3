import { Component, computed, input } from '@angular/core';
import { type CircuitBreakerPhase } from 'rx-mesh/resilience';
import { Icon } from './icon';
import { PHASE_LOOKS } from './state-badge';

/** What a {@link ServiceMap} shows of a service. */
export interface MapService {
  readonly name: string;
  readonly phase: CircuitBreakerPhase;
  readonly perSecond: number;
  readonly instances: readonly { readonly id: string; readonly alive: boolean }[];
}

/**
 * Who calls whom: the shop, its services with their breakers, and their instances. One picture with one description;
 * the details and the buttons are elsewhere.
 */
@Component({
  selector: 'app-service-map',
  imports: [Icon],
  template: `
    <div class="map" role="img" [attr.aria-label]="summary()">
      <span class="shop">shop</span>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        @for (edge of edges(); track edge.name) {
          <path
            [attr.d]="edge.d"
            [attr.data-tone]="edge.tone"
            [style.stroke-width.px]="edge.width"
          />
        }
      </svg>
      <ul>
        @for (node of nodes(); track node.name) {
          <li>
            <span class="service" [attr.data-tone]="node.look.tone">
              <app-icon [name]="node.look.icon" />{{ node.name }}
            </span>
            <span class="wire"></span>
            @for (instance of node.instances; track instance.id) {
              <span class="instance" [class.dead]="!instance.alive">
                <app-icon [name]="instance.alive ? 'check' : 'cross'" />
              </span>
            }
          </li>
        }
      </ul>
    </div>
  `,
  styleUrl: './service-map.scss',
})
export class ServiceMap {
  readonly services = input.required<readonly MapService[]>();

  protected readonly nodes = computed(() =>
    this.services().map((service) => ({ ...service, look: PHASE_LOOKS[service.phase] })),
  );

  protected readonly edges = computed(() =>
    this.nodes().map(({ look, name, perSecond }, i, { length }) => {
      const y = ((i + 0.5) / length) * 100;
      return {
        name,
        tone: look.tone,
        d: `M0 50C55 50 45 ${y.toFixed(1)} 100 ${y.toFixed(1)}`,
        // The more calls the thicker, up to a point: ten times the calls are not ten times the line.
        width: 1.25 + Math.min(3, Math.log2(1 + perSecond) / 1.5),
      };
    }),
  );

  protected readonly summary = computed(() => {
    const parts = this.nodes().map(({ instances, look, name }) => {
      const alive = instances.filter((instance) => instance.alive).length;
      return `${name}, breaker ${look.text.toLowerCase()}, ${alive} of ${instances.length} instances alive`;
    });
    return `The shop calls ${parts.join('; ')}.`;
  });
}
