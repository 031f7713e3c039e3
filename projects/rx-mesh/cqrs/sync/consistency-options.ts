import type { ProjectionKey } from 'rx-mesh/event-sourcing';
import { InvalidOptionError, createOptions, nonNegative, nonNegativeInteger, positiveInteger, waitable } from 'rx-mesh/kernel'; // prettier-ignore
import type { ObservableInput } from 'rxjs';

/** What a service says of a read model of its own. */
export interface ReadModelFacts {
  /** The version at which it would have everything. */
  readonly expectedVersion: number;
  /** The version at which it is. */
  readonly actualVersion: number;
  /** How many events it is behind. @default the difference of the versions */
  readonly lagEvents?: number | undefined;
  /** How long it is behind, in milliseconds. @default 0 */
  readonly lagMs?: number | undefined;
}

/** A read model that somebody else makes, and how to ask for it. */
export interface ConsistencyProbe {
  /** The service that makes it. */
  readonly service: string;
  /** The read model. */
  readonly readModel: string;
  /** Asks where it is. The first value counts. */
  readonly check: () => ObservableInput<ReadModelFacts>;
}

/** How to look whether read models have all events. */
export interface ConsistencyOptions {
  /** The projections to look at, by name or as they are. @default all that have ever begun in this storage */
  readonly models?: readonly (string | ProjectionKey)[] | undefined;
  /** The names of the synchronizations to look at. @default none */
  readonly synchronizations?: readonly string[] | undefined;
  /** Read models of other services. @default none */
  readonly probes?: readonly ConsistencyProbe[] | undefined;
  /** The time from one look to the next, in milliseconds, above 0 and at most 2147483647. @default 30000 */
  readonly period?: number | undefined;
  /** How long to wait for one read model, in milliseconds, above 0 and at most 2147483647. @default 10000 */
  readonly timeout?: number | undefined;
  /** With up to how many events behind it still counts as consistent, at least 0. @default 0 */
  readonly toleratedEvents?: number | undefined;
  /** With up to how many milliseconds behind it still counts as consistent, at least 0; 0: the time does not matter. @default 0 */
  readonly toleratedMs?: number | undefined;
  /** How many events behind a read model are looked at, at least 1: what is beyond is counted for no service. @default 1000 */
  readonly maxScan?: number | undefined;
}

/** How far a read model is behind what one service has recorded. */
export interface ReadModelLag {
  /** The service that has recorded the events; of a probe, the one that makes the read model. */
  readonly service: string;
  /** The read model. */
  readonly readModel: string;
  /** The version at which it would have everything: the position of the newest event of the service that was looked at. */
  readonly expectedVersion: number;
  /** The version at which it is: the position up to which events are in it, or are parked. */
  readonly actualVersion: number;
  /** How many events are missing, those included that are parked. */
  readonly lagEvents: number;
  /** How long ago the oldest missing event was recorded, in milliseconds. */
  readonly lagMs: number;
  /** How many of them are parked: they could not be handled, or wait behind one that could not. */
  readonly parked: number;
  /** Whether there may be more, since not all events were looked at. */
  readonly isAtLeast: boolean;
}

/** A read model of which nobody knows where it is. */
export interface ConsistencyFailure {
  /** The service that makes it; left out when it is a read model of this application. */
  readonly service?: string | undefined;
  /** The read model; left out when the log or the list of read models could not be read. */
  readonly readModel?: string | undefined;
  /** Why. */
  readonly error: unknown;
}

/** Whether read models have all events. */
export interface ConsistencyReport {
  /** When that was. */
  readonly timestamp: Date;
  /** Whether nothing is behind more than is tolerated, nothing is parked, and all could be looked at. */
  readonly isConsistent: boolean;
  /** What is behind more than is tolerated, or has parked events. */
  readonly inconsistencies: readonly ReadModelLag[];
  /** The longest of all that is behind, tolerated or not, in milliseconds; 0 when nothing is. */
  readonly lagTime: number;
  /** The most events that a read model is behind, tolerated or not; 0 when none is. */
  readonly lagEvents: number;
  /** All that is behind, tolerated or not. */
  readonly lags: readonly ReadModelLag[];
  /** What could not be looked at. */
  readonly failures: readonly ConsistencyFailure[];
  /** The position of the newest event of the log; 0 when it could not be read. */
  readonly head: number;
}

/** How to wait for read models. */
export interface WaitForConsistencyOptions extends Pick<
  ConsistencyOptions,
  'models' | 'synchronizations'
> {
  /** How long, in milliseconds, above 0 and at most 2147483647. @default 10000 */
  readonly timeout?: number | undefined;
}

/** The options of a monitor with a value for each. */
export interface ConsistencyValues {
  readonly models: readonly (string | ProjectionKey)[] | undefined;
  readonly synchronizations: readonly string[];
  readonly probes: readonly ConsistencyProbe[];
  readonly period: number;
  readonly timeout: number;
  readonly toleratedEvents: number;
  readonly toleratedMs: number;
  readonly maxScan: number;
}

const CONSISTENCY = /* @__PURE__ */ createOptions<ConsistencyValues>(
  'ConsistencyOptions',
  {
    models: undefined,
    synchronizations: [],
    probes: [],
    period: 30_000,
    timeout: 10_000,
    toleratedEvents: 0,
    toleratedMs: 0,
    maxScan: 1000,
  },
  {
    models: (models: unknown) => (models === undefined ? undefined : list(models)),
    synchronizations: list,
    probes: list,
    period: waitable,
    timeout: waitable,
    toleratedEvents: nonNegativeInteger,
    toleratedMs: nonNegative,
    maxScan: positiveInteger,
  },
);

/** @throws InvalidOptionError when an option is out of its range. */
export function consistencyValues(options: ConsistencyOptions): ConsistencyValues {
  return CONSISTENCY.resolve(options);
}

/** @throws InvalidOptionError when it is no position of a log. */
export function checkPosition(position: number): void {
  const expected = nonNegativeInteger(position);
  if (expected) throw new InvalidOptionError('position', position, expected);
}

function list(value: unknown): string | undefined {
  return Array.isArray(value) ? undefined : 'a list';
}
