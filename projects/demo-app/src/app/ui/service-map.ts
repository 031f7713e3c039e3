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

// Rates are rounded to half octaves: the drawing of a flow starts anew when its pace changes, and each second is too often.
const STEPS = 2;
const SLOWEST = 0.25; // calls a second
const FASTEST = 11.3; // calls a second; faster dots look like dots that go back

/** How many seconds apart the dots of a flow are: one for each call, up to a point. `undefined` when nothing flows. */
export function beatOf(perSecond: number): number | undefined {
  if (perSecond <= 0) return undefined;
  const rate = 2 ** (Math.round(Math.log2(perSecond) * STEPS) / STEPS);
  return Number((1 / Math.min(FASTEST, Math.max(SLOWEST, rate))).toFixed(3));
}

/**
 * Who calls whom: the shop, its services with their breakers, and their instances. Calls are dots that flow, as many as
 * there are; they stand still for those who want no motion. One picture with one description; the details and the
 * buttons are elsewhere.
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
          @if (edge.beat !== undefined) {
            <path class="flow" [attr.d]="edge.d" [style.animation-duration.s]="edge.beat" />
          }
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
    this.nodes().map(({ look, name, perSecond, phase }, i, { length }) => {
      const y = ((i + 0.5) / length) * 100;
      return {
        name,
        tone: look.tone,
        // What a breaker turns away has never left the shop.
        beat: phase === 'open' || phase === 'isolated' ? undefined : beatOf(perSecond),
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
