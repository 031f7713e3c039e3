import { type CircuitBreakerPhase, type CircuitBreakerState } from 'rx-mesh/resilience';
import { CATALOG } from '../backends/catalog';
import { type CallPicture, type CallSummary } from '../calls/call-stats';
import { formatDuration, formatRate, formatShare } from '../ui/format';
import { type ServiceView } from '../ui/service-card';

/** One number of the whole shop. */
export interface TileView {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
}

const SECONDS = 60;
const NO_SERIES = new Array<undefined>(SECONDS).fill(undefined);

/** The phase of each breaker, and nothing else of it. */
export function phasesOf(
  breakers: ReadonlyMap<string, Pick<CircuitBreakerState, 'state'>>,
): ReadonlyMap<string, CircuitBreakerPhase> {
  return new Map([...breakers].map(([name, { state }]) => [name, state]));
}

/** Whether nobody has moved. */
export function samePhases(
  before: ReadonlyMap<string, CircuitBreakerPhase>,
  after: ReadonlyMap<string, CircuitBreakerPhase>,
): boolean {
  return before.size === after.size && [...after].every(([name, it]) => before.get(name) === it);
}

/** The services of the catalog at one moment. Who was not called yet is quiet and well. */
export function serviceViews(
  picture: CallPicture,
  phases: ReadonlyMap<string, CircuitBreakerPhase>,
  killed: ReadonlySet<string>,
): readonly ServiceView[] {
  return CATALOG.map(({ instances, name, summary }) => {
    const known = picture.services.get(name);
    return {
      name,
      summary,
      phase: phases.get(name) ?? 'closed',
      perSecond: known?.perSecond ?? 0,
      p95: known?.p95,
      failureShare: known?.failureShare,
      series: known?.series ?? NO_SERIES,
      instances: instances.map(({ id }) => ({
        id,
        alive: !killed.has(id),
        share: known?.shares.get(id) ?? 0,
      })),
    };
  });
}

/** All calls of the last minute in four numbers. */
export function tilesOf(
  { calls, failureShare, p50, p95, perSecond, retried }: CallSummary,
  services: readonly Pick<ServiceView, 'name' | 'phase'>[],
): readonly TileView[] {
  const moved = services.filter(({ phase }) => phase !== 'closed');
  const shut = moved.filter(({ phase }) => phase !== 'half-open');
  return [
    {
      label: 'Calls a second',
      value: formatRate(perSecond),
      hint: `${calls} in the last minute`,
    },
    {
      label: 'Succeeded',
      value: formatShare(failureShare === undefined ? undefined : 1 - failureShare),
      hint: `${retried} needed a retry`,
    },
    {
      label: '95th percentile',
      value: formatDuration(p95),
      hint: `median ${formatDuration(p50)}`,
    },
    {
      label: 'Open breakers',
      value: String(shut.length),
      hint: moved.length === 0 ? `of ${services.length}` : moved.map(nameOf).join(', '),
    },
  ];
}

/** Whoever is named here is thought to be open, so only another phase is said. */
function nameOf({ name, phase }: Pick<ServiceView, 'name' | 'phase'>): string {
  return phase === 'open' ? name : `${name} ${phase}`;
}
