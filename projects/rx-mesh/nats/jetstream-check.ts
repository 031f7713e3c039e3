import {
  type AppendResult,
  DuplicateEventIdError,
  type ExpectedVersion,
  WrongExpectedVersionError,
} from 'rx-mesh/event-sourcing';

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

/** The expected version as a number; `undefined` when it is none. */
export function numberOf(expected: ExpectedVersion): number | undefined {
  if (expected === 'no-stream') return 0;
  return typeof expected === 'number' ? expected : undefined;
}

/** @throws DuplicateEventIdError when an append has an id twice. */
export function checkOnce(stream: string, ids: readonly string[]): void {
  if (new Set(ids).size === ids.length) return;
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  throw new DuplicateEventIdError(stream, twice ?? '', stream);
}

/**
 * Compares the version. `store`: it fits, so the ids must be new. `repeated`: the stream is further, so the ids must be those
 * that follow the expected version. `wrong`: it cannot fit.
 */
export function verdictOf({ ids, expected, current }: AppendQuestion) {
  const wanted = numberOf(expected);
  if (wanted === undefined) {
    return expected === 'stream-exists' && current === 0 ? 'wrong' : 'store';
  }
  if (wanted === current) return 'store';
  return wanted < current && ids.length > 0 ? 'repeated' : 'wrong';
}

/**
 * Compares the ids of an append that fits with where they are known to be.
 *
 * @returns The result of the append that this one repeats; `undefined` when it is to be stored.
 * @throws DuplicateEventIdError.
 */
export function checkNew(
  { stream, ids, expected }: AppendQuestion,
  places: readonly (EventPlace | undefined)[],
): AppendResult | undefined {
  const known = places.findIndex((place) => place !== undefined);
  if (known < 0) return undefined;
  const isLoose = numberOf(expected) === undefined;
  if (isLoose && places.every((place) => place?.stream === stream)) return resultOf(stream, places);
  const foreign = places.findIndex((place) => place !== undefined && place.stream !== stream);
  const at = Math.max(known, foreign);
  throw new DuplicateEventIdError(stream, ids[at] ?? '', places[at]?.stream ?? stream);
}

/**
 * Compares the ids of an append whose version is behind with what follows that version.
 *
 * @param found What has the versions after the expected one, in order; `undefined` where there is nothing any more.
 * @returns The result of the append that this one repeats.
 * @throws WrongExpectedVersionError, DuplicateEventIdError.
 */
export function checkRepeated(
  { stream, ids, expected, current }: AppendQuestion,
  found: readonly ({ readonly id: string; readonly position: number } | undefined)[],
): AppendResult {
  if (found[0]?.id !== ids[0]) throw new WrongExpectedVersionError(stream, expected, current);
  const from = numberOf(expected) ?? 0;
  if (!ids.every((id, at) => found[at]?.id === id)) {
    throw new DuplicateEventIdError(stream, ids[0] ?? '', stream);
  }
  return resultOf(
    stream,
    ids.map((_id, at) => ({ stream, version: from + 1 + at, position: found[at]?.position ?? 0 })),
  );
}

function resultOf(stream: string, places: readonly (EventPlace | undefined)[]): AppendResult {
  const known = places.filter((place) => place !== undefined);
  return {
    stream,
    version: Math.max(...known.map(({ version }) => version)),
    position: Math.max(...known.map(({ position }) => position)),
    count: places.length,
    duplicate: true,
  };
}
