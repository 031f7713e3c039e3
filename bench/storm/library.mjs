// The policies of the library, as an application makes them; bundled from the built package by `bench/storm.mjs`.
import {
  aimdLimit,
  busyClient,
  clientPolicy,
  gradientLimit,
  isTransientError,
  thinClient,
  vegasLimit,
} from 'rx-mesh/resilience';

const CONTEXT = { name: 'backend' };

/** What one client of a simulation has: `clientPolicy` with the time-out of the world. */
function preset(name, optionsFor) {
  return {
    name,
    client: (ports, world) => {
      const options = { timeout: world.timeout, ...optionsFor(world) };
      const policy = clientPolicy(options)(ports, CONTEXT.name);
      return (work) => policy(work, CONTEXT);
    },
  };
}

const none = { retry: false, budget: false, throttle: false, breaker: false, bulkhead: false };
const slowOf = ({ timeout }) => timeout / 2;
const limited = (limit) => ({
  ...busyClient(),
  breaker: false,
  bulkhead: { limit, queue: 0, maxWait: 0 },
});

export const LIBRARY = [
  preset('rx-mesh: no policy but the time-out', () => none),
  preset('rx-mesh: retry without a budget', () => ({
    ...none,
    retry: { retries: 2, isRetryable: isTransientError },
  })),
  preset('rx-mesh: retry and breaker', () => ({ ...none, retry: {}, breaker: {} })),
  preset('rx-mesh: thinClient()', () => thinClient()),
  preset('rx-mesh: thinClient(), no breaker', () => ({ ...thinClient(), breaker: false })),
  preset('rx-mesh: busyClient(half the time-out)', (world) => busyClient(slowOf(world))),
  preset('rx-mesh: busyClient, no breaker', (world) => ({
    ...busyClient(slowOf(world)),
    breaker: false,
  })),
  preset('rx-mesh: AIMD limit, no queue', (world) =>
    limited(() => aimdLimit({ slow: slowOf(world) })),
  ),
  preset('rx-mesh: gradient limit, no queue', () => limited(() => gradientLimit())),
  preset('rx-mesh: Vegas limit, no queue', () => limited((ports) => vegasLimit(ports.random))),
];
