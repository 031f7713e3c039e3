import { DuplicateEventIdError, WrongExpectedVersionError } from '../event-sourcing-errors';
import type { AppendResult } from './event-log';
import type { ExpectedVersion } from './expected-version';

/** Where an event is. */
export interface EventPlace {
  readonly stream: string;
  readonly version: number;
  readonly position: number;
}

/** An append, as far as it can be refused. */
export interface AppendQuestion {
  readonly stream: string;
  readonly ids: readonly string[];
  readonly expected: ExpectedVersion;
  /** The version of the stream, 0 when it does not exist. */
  readonly current: number;
}

/**
 * Compares the version. `store`: it fits, so the ids must be new. `repeated`: the stream is further, so the ids must be
 * those that follow the expected version.
 *
 * @throws WrongExpectedVersionError when it cannot fit; DuplicateEventIdError when an id comes twice.
 */
export function checkVersion({ stream, ids, expected, current }: AppendQuestion) {
  if (new Set(ids).size < ids.length) {
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    throw new DuplicateEventIdError(stream, twice ?? '', stream);
  }
  if (expected === 'any') return 'store';
  const wanted = expected === 'no-stream' ? 0 : expected;
  if (wanted === current || (wanted === 'stream-exists' && current > 0)) return 'store';
  if (typeof wanted === 'number' && wanted < current && ids.length > 0) return 'repeated';
  throw new WrongExpectedVersionError(stream, expected, current);
}

/**
 * Compares the ids with where they are: KurrentDB's idempotency, but for one point: an id is unique in the whole log.
 *
 * @param places Where each id is; `undefined` for one that is new.
 * @returns The result of the append that this one repeats; `undefined` when it is to be stored.
 * @throws WrongExpectedVersionError, DuplicateEventIdError.
 */
export function checkIds(
  question: AppendQuestion,
  verdict: 'store' | 'repeated',
  places: readonly (EventPlace | undefined)[],
): AppendResult | undefined {
  const { stream, ids, expected, current } = question;
  const known = places.findIndex((place) => place !== undefined);
  if (verdict === 'store') {
    if (known < 0) return undefined;
    const isLoose = expected === 'any' || expected === 'stream-exists';
    if (isLoose && places.every((place) => place?.stream === stream)) return resultOf(places);
    const at = Math.max(
      known,
      places.findIndex((place) => place !== undefined && place.stream !== stream),
    );
    throw new DuplicateEventIdError(stream, ids[at] ?? '', places[at]?.stream ?? stream);
  }
  const from = expected === 'no-stream' ? 0 : Number(expected);
  const fits = (place: EventPlace | undefined, at: number): boolean =>
    place?.stream === stream && place.version === from + 1 + at;
  if (!fits(places[0], 0)) throw new WrongExpectedVersionError(stream, expected, current);
  if (places.every(fits)) return resultOf(places);
  throw new DuplicateEventIdError(stream, ids[0] ?? '', stream);
}

function resultOf(places: readonly (EventPlace | undefined)[]): AppendResult {
  const known = places.filter((place) => place !== undefined);
  return {
    stream: known[0]?.stream ?? '',
    version: Math.max(...known.map(({ version }) => version)),
    position: Math.max(...known.map(({ position }) => position)),
    count: places.length,
    duplicate: true,
  };
}
