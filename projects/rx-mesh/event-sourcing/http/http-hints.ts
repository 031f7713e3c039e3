import {
  type Clock,
  type Diagnostics,
  type Leadership,
  type PageState,
  type RandomSource,
  backoffDelays,
  exponentialBackoff,
  isServer,
} from 'rx-mesh/kernel';
import {
  EMPTY,
  NEVER,
  type Observable,
  concatMap,
  defer,
  filter,
  map,
  merge,
  of,
  repeat,
  retry,
  share,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import type { EventHints } from '../indexed-db/event-hints';
import type { LogHint } from '../log/event-log';
import type { LogClient } from './log-client';
import { positionOf } from './wire-answers';
import { countIn } from './wire-reader';

/** What hints of a server need of the world. */
export interface HintPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
  readonly diagnostics: Diagnostics;
  readonly leadership: Leadership;
  readonly tabs: EventHints;
}

// Whatever a server answers, it is not asked more often than that.
const SHORTEST_REST = 100; // ms
const REST_OF_NOTHING = 1000; // ms

/**
 * What others append, as a server tells of it that is asked to wait. A browser has six connections to a server, for all its
 * tabs: so one tab asks, and tells the others. Never errors, never completes.
 *
 * @param wait How long the server is asked to wait, in milliseconds.
 * @param timeout How much longer its answer may take, in milliseconds.
 */
export function httpHints(
  client: LogClient,
  wait: number,
  timeout: number,
  ports: HintPorts,
): Observable<LogHint> {
  if (isServer()) return NEVER;
  const { leadership, tabs } = ports;
  const { name } = client;
  const asked$ = defer(() => leadership.lead(`event-log ${name}`)).pipe(
    switchMap((leads) => (leads ? polls(client, wait, timeout, ports) : NEVER)),
    tap((hint) => tabs.tell(name, hint)),
  );
  // Anybody of the origin can speak on the channel; whatever is said, it is a reason to look.
  const told$ = tabs.heard(name).pipe(map((said) => ({ position: countIn(said, 'position') })));
  return merge(asked$, told$).pipe(share());
}

function polls(
  client: LogClient,
  wait: number,
  timeout: number,
  { clock, random, page, diagnostics }: HintPorts,
): Observable<LogHint> {
  return defer(() => {
    let after: number | undefined;
    let rest = 0;
    let failures: Generator<number, never> | undefined;
    const round$ = defer(() => {
      const startedAt = clock.monotonic();
      const query = { after, wait };
      return client.send({ path: '/hints', query, timeout: wait + timeout }).pipe(
        map(positionOf),
        concatMap((position) => {
          failures = undefined;
          const isNew = position !== after;
          after = position;
          const took = clock.monotonic() - startedAt;
          rest = isNew ? SHORTEST_REST : Math.max(SHORTEST_REST, REST_OF_NOTHING - took);
          return isNew ? of({ position }) : EMPTY;
        }),
      );
    });
    const online$ = page.online$.pipe(
      filter((online) => online),
      take(1),
    );
    return online$.pipe(
      concatMap(() => round$),
      repeat({ delay: () => timer(rest, clock.scheduler) }),
      retry({
        delay: (cause: unknown) => {
          if (!failures) {
            failures = backoffDelays(BACKOFF(), random);
            diagnostics.report({
              code: 'RXM532',
              severity: 'warning',
              source: 'event-sourcing',
              message: `The server of the event log ${JSON.stringify(client.name)} does not tell what is new. It is asked again; until then subscriptions find it when they look by themselves. For a server that has no hints, set hints: false.`,
              cause,
            });
          }
          return timer(failures.next().value, clock.scheduler);
        },
      }),
    );
  });
}

const BACKOFF = () => exponentialBackoff({ initial: 1000, max: 60_000, jitter: 'equal' });
