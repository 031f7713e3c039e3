import { type Clock, type RandomSource } from 'rx-mesh/kernel';
import { NEVER, type Observable, concat, defer, ignoreElements, merge, of } from 'rxjs';
import { type ChaosInstance, type ChaosWorld } from './chaos-world';
import { CALM } from './fault-controls';
import { between, lasting, pause, shuffled, turns } from './scenario-parts';

/** What a scenario needs. */
export interface ScenarioPorts {
  readonly world: ChaosWorld;
  readonly clock: Clock;
  /** All its chance. */
  readonly random: RandomSource;
  /** Keeps the registries watched while it is subscribed. */
  readonly watching$: Observable<unknown>;
  /** Keeps prices coming over the socket while it is subscribed. */
  readonly prices$: Observable<unknown>;
}

/** Trouble that somebody can start. */
export interface Scenario {
  readonly id: 'slow-payments' | 'dead-region' | 'flapping-registry' | 'offline' | 'lossy-socket';
  readonly title: string;
  /** What it does to the world. */
  readonly does: string;
  /** What is seen of that. */
  readonly shows: string;
  /** Runs while it is subscribed, and says what it does just now. Leaving restores what was before. It never ends by itself. */
  readonly run: (ports: ScenarioPorts) => Observable<string>;
}

const REGION = 'us';
const FLAPPING = 'orders';

/** All scenarios, in the order in which they are offered. */
export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'slow-payments',
    title: 'Slow payments',
    does: 'Payments take about a second or longer, another time every four seconds.',
    shows:
      'The 95th percentile climbs above half a second while calls still succeed: slow is not dead, so no breaker opens.',
    run: slowPayments,
  },
  {
    id: 'dead-region',
    title: 'Dead region',
    does: 'The instances of region us die one after the other: the second one of each service.',
    shows:
      'Four instances are dead, and calls succeed all the same: a retry goes to the region that lives, until the mesh leaves the dead ones out.',
    run: deadRegion,
  },
  {
    id: 'flapping-registry',
    title: 'Flapping registry',
    does: 'Consul forgets an instance of orders and learns of it again, every few seconds; now and then it answers with errors.',
    shows:
      'Calls succeed as if nothing was: an instance stays as long as one source lists it. The Consul column of the Mesh page loses one and has it again.',
    run: flappingRegistry,
  },
  {
    id: 'offline',
    title: 'Offline',
    does: 'The page has no network for some seconds, again and again.',
    shows:
      'No request leaves the page: calls fail, or wait for the network. No breaker opens, since no service is to blame, and calls succeed again as soon as the network is back.',
    run: offline,
  },
  {
    id: 'lossy-socket',
    title: 'Lossy socket',
    does: 'Prices go over a WebSocket that loses acknowledgements, falls silent and is cut.',
    shows:
      'Received falls behind sent, then catches up, in order: what has no acknowledgement is sent again, and what comes twice counts once.',
    run: lossySocket,
  },
];

function slowPayments({ clock, random, world }: ScenarioPorts): Observable<string> {
  const service = 'payments';
  return lasting(
    () => {
      const before = world.faultsOf(service);
      return () => world.setFaults(service, before);
    },
    turns(clock, () => {
      const median = Math.round(between(random, 80, 160)) * 10;
      const { errorRate } = world.faultsOf(service) ?? CALM;
      world.setFaults(service, { latency: { median, p99: median * 1.5 }, errorRate });
      return { text: `Half of the payments take longer than ${median} ms`, wait: 4000 };
    }),
  );
}

function deadRegion({ clock, random, world }: ScenarioPorts): Observable<string> {
  return defer(() => {
    const doomed = shuffled(
      world.instances.filter(({ id, zone }) => zone === REGION && world.isAlive(id)),
      random,
    );
    const killed: ChaosInstance[] = [];
    const deaths = doomed.map((instance) =>
      defer(() => {
        world.kill(instance.id);
        killed.push(instance);
        const text = `${killed.length} of ${doomed.length} instances in ${REGION} are dead`;
        return concat(of(text), pause(clock, between(random, 400, 1200)));
      }),
    );
    return lasting(
      () => () => {
        for (const { id } of killed) world.revive(id);
      },
      concat(...deaths, NEVER),
    );
  });
}

function flappingRegistry({ clock, random, watching$, world }: ScenarioPorts): Observable<string> {
  const known = world.instances.filter(({ service }) => service === FLAPPING);
  return defer(() => {
    let missing: string | undefined;
    const show = () => {
      if (missing !== undefined) world.setListed(missing, true);
      missing = undefined;
    };
    return lasting(
      () => () => {
        show();
        world.setRegistryFailing(false);
      },
      merge(
        watching$.pipe(ignoreElements()),
        turns(clock, () => {
          const wait = between(random, 2000, 4000);
          const fails = random.next() < 0.25;
          world.setRegistryFailing(fails);
          if (fails) return { text: 'Consul answers with errors', wait };
          if (missing !== undefined) {
            const text = `Consul lists ${missing} again`;
            show();
            return { text, wait };
          }
          missing = known[Math.floor(random.next() * known.length)]?.id;
          if (missing !== undefined) world.setListed(missing, false);
          return { text: `Consul does not list ${missing ?? 'anybody'}`, wait };
        }),
      ),
    );
  });
}

function offline({ clock, random, world }: ScenarioPorts): Observable<string> {
  return defer(() => {
    let online = true;
    const be = (next: boolean) => {
      online = next;
      world.setOnline(next);
    };
    return lasting(
      () => () => {
        if (!online) be(true);
      },
      turns(clock, () => {
        be(!online);
        return online
          ? { text: 'The network is back, for now', wait: between(random, 6000, 9000) }
          : { text: 'There is no network', wait: between(random, 4000, 7000) };
      }),
    );
  });
}

function lossySocket({ clock, random, prices$, world }: ScenarioPorts): Observable<string> {
  const trouble = [
    () => {
      world.setSocket('acks-lost');
      return { text: 'Acknowledgements are lost', wait: between(random, 1500, 3000) };
    },
    () => {
      world.setSocket('silent');
      return { text: 'Nothing arrives on either side', wait: between(random, 2000, 5000) };
    },
    () => {
      world.cutSocket();
      return { text: 'The connection was cut', wait: between(random, 500, 1500) };
    },
  ];
  return defer(() => {
    let calm = false;
    return lasting(
      () => () => world.setSocket('calm'),
      merge(
        prices$.pipe(ignoreElements()),
        turns(clock, () => {
          calm = !calm;
          world.setSocket('calm');
          const wait = between(random, 1500, 3000);
          if (calm) return { text: 'The socket works, for now', wait };
          const strike = trouble[Math.floor(random.next() * trouble.length)];
          return strike?.() ?? { text: '', wait };
        }),
      ),
    );
  });
}
