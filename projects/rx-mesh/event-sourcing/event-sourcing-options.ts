import {
  type OptionCheck,
  createOptions,
  oneOf,
  positive,
  positiveInteger,
  waitable,
} from 'rx-mesh/kernel';
import type { Durability } from './log/event-log';

/** How much of a stream is kept. The newest event stays whatever its age only if `maxAge` is not set. */
export interface RetentionRule {
  /** How long an event is kept, in milliseconds, above 0. @default for ever */
  readonly maxAge?: number | undefined;
  /** How many events of each stream are kept, at least 1. @default all */
  readonly maxCount?: number | undefined;
}

/** Options of {@link withEventSourcing}. */
export interface EventSourcingOptions {
  /** Who records events: it stands in the metadata of each, not empty. @default 'app' */
  readonly serviceId?: string | undefined;
  /** How sure an acknowledged append is that does not say so itself. @default 'relaxed' */
  readonly durability?: Durability | undefined;
  /** How many events are read at once, from 1 to 5000: what subscriptions hold in memory. @default 1000 */
  readonly pageSize?: number | undefined;
  /**
   * How often a subscription looks for new events by itself, in milliseconds, from above 0 to 2147483647; a hint brings
   * them sooner. Not while the page is hidden. @default 5000
   */
  readonly pollInterval?: number | undefined;
  /** The most bytes of the data of an event, about, at least 1. @default 262144 */
  readonly maxEventBytes?: number | undefined;
  /** The most events of one append, from 1 to 1024. @default 1000 */
  readonly maxCommitEvents?: number | undefined;
  /**
   * What is kept, by the category of a stream (what stands before the first `-` of its name); `*` for those that have no
   * rule, but for `saga`: what an open saga goes on by is removed by a rule of that name only, which has to outlive the
   * longest. Applied after appends to the stream, about once a minute, and by `prune()`. @default everything
   */
  readonly retention?: Readonly<Record<string, RetentionRule>> | undefined;
}

/** The options of event sourcing with a value for each. */
export interface EventSourcingValues {
  readonly serviceId: string;
  readonly durability: Durability;
  readonly pageSize: number;
  readonly pollInterval: number;
  readonly maxEventBytes: number;
  readonly maxCommitEvents: number;
  readonly retention: Readonly<Record<string, RetentionRule>>;
}

/** The options of event sourcing, and the token by which an application changes them. */
export const EVENT_SOURCING = /* @__PURE__ */ createOptions<EventSourcingValues>(
  'EventSourcingOptions',
  {
    serviceId: 'app',
    durability: 'relaxed',
    pageSize: 1000,
    pollInterval: 5000,
    maxEventBytes: 262_144,
    maxCommitEvents: 1000,
    retention: {},
  },
  {
    serviceId: (name) =>
      typeof name === 'string' && name !== '' ? undefined : 'a text that is not empty',
    durability: /* @__PURE__ */ oneOf('relaxed', 'strict'),
    pageSize: /* @__PURE__ */ upTo(5000),
    pollInterval: waitable,
    maxEventBytes: positiveInteger,
    maxCommitEvents: /* @__PURE__ */ upTo(1024),
    retention: checkRetention,
  },
);

function upTo(most: number): OptionCheck<number> {
  return (value) => positiveInteger(value) ?? (value <= most ? undefined : `at most ${most}`);
}

function checkRetention(rules: unknown): string | undefined {
  if (typeof rules !== 'object' || rules === null) return 'an object of rules by category';
  for (const [category, rule] of Object.entries(rules as Record<string, RetentionRule | null>)) {
    const { maxAge, maxCount } = rule ?? {};
    const expected =
      (maxAge === undefined ? undefined : positive(maxAge)) ??
      (maxCount === undefined ? undefined : positiveInteger(maxCount));
    if (expected) return `one whose rule of ${JSON.stringify(category)} has ${expected}`;
  }
  return undefined;
}
