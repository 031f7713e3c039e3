import type { EventEnvelope } from '../event-envelope';
import { type EventFilter, eventsOf, wantsStream } from '../log/event-filter';
import type { EventPage } from '../log/event-log';
import type { CommitReader } from './commit-readers';
import { LAST, type ReadPace, eachCommit } from './commit-reads';
import { type StoredCommit, envelopesOf } from './stored-commit';

/** What pages are made with. */
export interface PageParts {
  readonly reader: CommitReader;
  readonly pace: ReadPace;
  /** What was found, as a commit; `undefined` when it is none, which was told. */
  readonly commitOf: (found: unknown) => StoredCommit | undefined;
}

/** The page of the log behind a position. */
export async function logPage(
  { reader, pace, commitOf }: PageParts,
  after: number,
  max: number,
  filter: EventFilter,
): Promise<EventPage> {
  const wants = eventsOf(filter);
  const events: EventEnvelope[] = [];
  const read = chunksFrom(reader, after + 1, positionOf);
  let next = after;
  const end = await eachCommit(read, max, pace, (found) => {
    const commit = commitOf(found);
    const count = commit?.count ?? 1;
    if (isFor(events.length + count, events.length, max)) return { left: 0, count };
    // A record that is none is passed by as well; its key need not be whole.
    next = Math.max(next, Math.floor(positionOf(found)));
    if (!commit) return { left: max - events.length, count };
    if (!wantsStream(filter, commit.stream)) {
      next = Math.max(next, commit.position + count - 1);
      return { left: max - events.length, count };
    }
    for (const event of envelopesOf(commit)) {
      if (event.position <= after || events.length >= max) continue;
      next = event.position;
      if (wants(event)) events.push(event);
    }
    return { left: max - events.length, count };
  });
  return { events, next, end };
}

/** The page of a stream from a version on. */
export async function streamPage(
  parts: PageParts,
  direction: 'forward' | 'backward',
  from: number | undefined,
  max: number,
): Promise<EventPage> {
  return direction === 'forward'
    ? forward(parts, Math.max(1, from ?? 1), max)
    : backward(parts, from ?? LAST, max);
}

async function forward(
  { reader, pace, commitOf }: PageParts,
  from: number,
  max: number,
): Promise<EventPage> {
  const events: EventEnvelope[] = [];
  const read = chunksFrom(reader, from, firstOf);
  let next = from;
  const end = await eachCommit(read, max, pace, (found) => {
    const commit = commitOf(found);
    const count = commit?.count ?? 1;
    if (isFor(events.length + count, events.length, max)) return { left: 0, count };
    next = Math.max(next, firstOf(found) + 1);
    for (const event of commit ? envelopesOf(commit) : []) {
      if (event.version < from || events.length >= max) continue;
      events.push(event);
      next = event.version + 1;
    }
    return { left: max - events.length, count };
  });
  return { events, next, end };
}

async function backward(
  { reader, pace, commitOf }: PageParts,
  from: number,
  max: number,
): Promise<EventPage> {
  const events: EventEnvelope[] = [];
  let [place, next] = [from, from];
  const read = async (count: number) => reader.read(place, count);
  const end = await eachCommit(read, max, pace, (found) => {
    const commit = commitOf(found);
    place = firstOf(found) - 1;
    for (const event of commit ? envelopesOf(commit).reverse() : []) {
      if (event.version > from || events.length >= max) continue;
      events.push(event);
      next = event.version - 1;
    }
    if (!commit) next = place;
    return { left: max - events.length, count: commit?.count ?? 1 };
  });
  return { events, next: Math.max(0, next), end };
}

// A page that is half full leaves a commit that does not fit to the next one, which then begins with it.
function isFor(whole: number, half: number, max: number): boolean {
  return whole > max && half * 2 >= max;
}

/** Reads from a place on. The first chunk has the commit in which the place is as well. */
function chunksFrom(
  reader: CommitReader,
  from: number,
  keyOf: (found: unknown) => number,
): (count: number) => Promise<readonly unknown[]> {
  let place: number | undefined;
  return async (count) => {
    const chunk = await reader.read(place ?? from, count);
    const isFirst = place === undefined;
    if (chunk.length > 0) place = keyOf(chunk.at(-1)) + 1;
    else place ??= from;
    // What begins right there shows that whatever comes before it has ended.
    if (!isFirst || (chunk.length > 0 && keyOf(chunk[0]) === from)) return chunk;
    const begin = await reader.start(from);
    return begin < from ? [...(await reader.read(begin, 1)), ...chunk] : chunk;
  };
}

// Whatever else is wrong with a record, it has its keys.
function positionOf(found: unknown): number {
  return (found as { readonly position: number }).position;
}

function firstOf(found: unknown): number {
  return (found as { readonly first: number }).first;
}
