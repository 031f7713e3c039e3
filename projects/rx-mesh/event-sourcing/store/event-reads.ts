import { type Diagnostics, InvalidOptionError, nonNegativeInteger } from 'rx-mesh/kernel';
import type { EventEnvelope } from '../event-envelope';
import type { EventFilter } from '../log/event-filter';
import type { EventLog, EventPage, StreamRange } from '../log/event-log';
import type { UpcasterChain } from '../upcasters';
import { reportAside } from './event-reports';

/** @throws InvalidOptionError when it is no place of a log or a stream. */
export function checkPlace(name: string, place: number): void {
  const expected = nonNegativeInteger(place);
  if (expected) throw new InvalidOptionError(name, place, expected);
}

/** @throws InvalidOptionError when it is no number of events: a whole one from `least` on, or all. */
export function checkMax(name: string, max: number, least: number): void {
  if (max === Infinity || (Number.isSafeInteger(max) && max >= least)) return;
  throw new InvalidOptionError(name, max, `a whole number of at least ${least}, or Infinity`);
}

/** Where events come from, page after page: the log, or one stream of it. */
export interface EventSource {
  /** Reads the page behind a place: a position of the log, a version of the stream. `next` of the page is such a place. */
  read(after: number): Promise<EventPage>;
  /** The newest place. */
  end(): Promise<number>;
  /** Whether it is kept on this device, where it can be cleared at any time, and places begin anew. @default false */
  readonly isLocal?: boolean | undefined;
}

/** Reads events in their newest shape. */
export class EventReads {
  readonly #log: EventLog;
  readonly #upcasters: UpcasterChain;
  readonly #pageSize: number;

  constructor(log: EventLog, upcasters: UpcasterChain, pageSize: number) {
    this.#log = log;
    this.#upcasters = upcasters;
    this.#pageSize = pageSize;
  }

  /** A page of a stream. */
  async streamPage(stream: string, range: StreamRange = {}): Promise<EventPage> {
    const max = Math.min(range.max ?? this.#pageSize, this.#pageSize);
    return this.#newest(await this.#log.readStream(stream, { ...range, max }));
  }

  /** The whole log, or what a filter wants of it. */
  log(filter: EventFilter = {}): EventSource {
    const { types } = filter;
    const wanted = types && new Set(types);
    const recorded = types ? { ...filter, types: this.#upcasters.recordedAs(types) } : filter;
    return {
      read: async (after) => {
        const page = await this.#log.readAll({ after, max: this.#pageSize, filter: recorded });
        const { events, ...rest } = this.#newest(page);
        // Of a type that was renamed, not all versions need to have been.
        return { ...rest, events: wanted ? events.filter(({ type }) => wanted.has(type)) : events };
      },
      end: async () => (await this.#log.head()).position,
      isLocal: this.#isLocal,
    };
  }

  /** The whole log but for events that cannot be brought to their newest shape: the first one of a row is told. */
  sound(diagnostics: Diagnostics): EventSource {
    let hasTold = false;
    const soundOnes = (event: EventEnvelope): readonly EventEnvelope[] => {
      try {
        const newest = this.#upcasters.upcast(event);
        hasTold = false;
        return [newest];
      } catch (cause) {
        const place = `The event of position ${event.position}`;
        if (!hasTold) reportAside(diagnostics, `${place} is left out of all$: no upcaster can read it.`, cause); // prettier-ignore
        hasTold = true;
        return [];
      }
    };
    return {
      ...this.log(),
      read: async (after) => {
        const page = await this.#log.readAll({ after, max: this.#pageSize });
        return { ...page, events: page.events.flatMap(soundOnes) };
      },
    };
  }

  /** One stream. */
  stream(stream: string): EventSource {
    return {
      read: async (after) => {
        const page = await this.streamPage(stream, { from: after + 1 });
        return { ...page, next: Math.max(after, page.next - 1) };
      },
      end: async () => (await this.#log.streamHead(stream))?.version ?? 0,
      isLocal: this.#isLocal,
    };
  }

  // One that others share has many machines, and one of them may be late.
  get #isLocal(): boolean {
    return !this.#log.capabilities.crossClient;
  }

  #newest(page: EventPage): EventPage {
    return { ...page, events: page.events.map((event) => this.#upcasters.upcast(event)) };
  }
}
