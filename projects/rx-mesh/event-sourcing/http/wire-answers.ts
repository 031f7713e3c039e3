import { plainCopy } from '../event-data';
import type { EventEnvelope, EventMetadata } from '../event-envelope';
import type { AppendResult, EventPage, LogHead, NewCommit, StreamHead } from '../log/event-log';
import type { ExpectedVersion } from '../log/expected-version';
import { countIn, fieldOf, flagIn, listIn, numberIn, textIn } from './wire-reader';

/** What is wrong with an answer, as a phrase. Whoever asked makes an error of it. */
export class WireFault extends Error {}

/** What an append led to. */
export function appendResultOf(
  answer: unknown,
  { stream, events }: NewCommit,
  expected: ExpectedVersion,
): AppendResult {
  const version = countIn(answer, 'version');
  const position = countIn(answer, 'position');
  const duplicate = flagIn(answer, 'duplicate');
  const wanted = expected === 'no-stream' ? 0 : expected;
  const count = events.length;
  if (
    version === undefined ||
    position === undefined ||
    duplicate === undefined ||
    textIn(answer, 'stream') !== stream ||
    countIn(answer, 'count') !== count ||
    version < count ||
    position < count ||
    (typeof wanted === 'number' && version !== wanted + count)
  ) {
    throw new WireFault('the result of an append is that of no such append');
  }
  return { stream, version, position, count, duplicate };
}

/** What is wanted of a page of a stream. */
export interface WantedOfStream {
  readonly stream: string;
  readonly isForward: boolean;
  readonly from: number | undefined;
  readonly max: number;
}

/** A page of a stream. */
export function streamPageOf(
  answer: unknown,
  wanted: WantedOfStream,
  mostBytes: number,
): EventPage {
  const { stream, isForward, from, max } = wanted;
  const { events, next, end } = pageOf(answer, max, mostBytes);
  const way = isForward ? 1 : -1;
  let begin = from ?? (isForward ? 0 : Infinity);
  for (const event of events) {
    if (event.stream !== stream) throw new WireFault('a page has an event of another stream');
    if ((event.version - begin) * way < 0) {
      throw new WireFault('the versions of a page are not those that were asked for, in order');
    }
    begin = event.version + way;
  }
  // There need be no version below the first one.
  const isBehind = isForward ? next >= begin : next <= begin || next === 0;
  const isStill = events.length === 0 && next === from;
  if (!isBehind || (!end && isStill)) throw new WireFault('a page does not lead on');
  return { events, next, end };
}

/** A page of the log, of events behind a position. */
export function logPageOf(
  answer: unknown,
  after: number,
  max: number,
  mostBytes: number,
): EventPage {
  const { events, next, end } = pageOf(answer, max, mostBytes);
  let last = after;
  for (const { position } of events) {
    if (position <= last) throw new WireFault('the positions of a page are not in order');
    last = position;
  }
  if (next < last || (!end && next === after)) throw new WireFault('a page does not lead on');
  return { events, next, end };
}

/** What is known of the log. */
export function logHeadOf(answer: unknown): LogHead {
  const [position, count] = [countIn(answer, 'position'), countIn(answer, 'count')];
  if (position === undefined || count === undefined) throw new WireFault('the head has no numbers');
  return { position, count };
}

/** What is known of a stream; `undefined` when there was none ever. */
export function streamHeadOf(answer: unknown, stream: string): StreamHead | undefined {
  const found = fieldOf(answer, 'head');
  // Not anything else: a 404 of a proxy must not end a stream.
  if (found === null) return undefined;
  const head = headOf(found);
  if (head.stream !== stream) throw new WireFault('the head is that of another stream');
  return head;
}

/** The streams behind a name, in order. */
export function streamsOf(answer: unknown, after: string, max: number): readonly StreamHead[] {
  const found = listIn(answer, 'streams');
  if (!found || found.length > max) throw new WireFault('the streams are no list of that length');
  let last = after;
  return found.map((item) => {
    const head = headOf(item);
    if (head.stream <= last) throw new WireFault('the streams are not in order');
    last = head.stream;
    return head;
  });
}

/** How many events were removed. */
export function removedOf(answer: unknown): number {
  const removed = countIn(answer, 'removed');
  if (removed === undefined) throw new WireFault('it does not say how many events were removed');
  return removed;
}

/** Up to which position there is something. */
export function positionOf(answer: unknown): number {
  const position = countIn(answer, 'position');
  if (position === undefined) throw new WireFault('a hint has no position');
  return position;
}

function headOf(found: unknown): StreamHead {
  const stream = textIn(found, 'stream');
  const version = countIn(found, 'version');
  const count = countIn(found, 'count');
  const timestamp = numberIn(found, 'timestamp');
  if (!stream || version === undefined || count === undefined || timestamp === undefined) {
    throw new WireFault('the head of a stream is none');
  }
  return { stream, version, count, timestamp };
}

function pageOf(answer: unknown, max: number, mostBytes: number): EventPage {
  const found = listIn(answer, 'events');
  const next = countIn(answer, 'next');
  const end = flagIn(answer, 'end');
  if (!found || next === undefined || end === undefined) throw new WireFault('a page is none');
  if (found.length > max) throw new WireFault('a page has more events than were asked for');
  return { events: found.map((event) => eventOf(event, mostBytes)), next, end };
}

function eventOf(found: unknown, mostBytes: number): EventEnvelope {
  const id = textIn(found, 'id');
  const type = textIn(found, 'type');
  const stream = textIn(found, 'stream');
  const aggregateId = textIn(found, 'aggregateId');
  const aggregateType = textIn(found, 'aggregateType');
  const schemaVersion = countIn(found, 'schemaVersion', 1);
  const version = countIn(found, 'version', 1);
  const position = countIn(found, 'position', 1);
  const timestamp = numberIn(found, 'timestamp');
  const data = fieldOf(found, 'data');
  const metadata = fieldOf(found, 'metadata');
  if (
    !id ||
    !type ||
    !stream ||
    aggregateId === undefined ||
    aggregateType === undefined ||
    !schemaVersion ||
    !version ||
    !position ||
    timestamp === undefined ||
    data === undefined ||
    textIn(metadata, 'serviceId') === undefined
  ) {
    throw new WireFault('an event is none');
  }
  return {
    id,
    type,
    schemaVersion,
    aggregateId,
    aggregateType,
    data: copyOf(data, mostBytes),
    metadata: copyOf(metadata, mostBytes) as EventMetadata,
    stream,
    version,
    position,
    timestamp,
  };
}

// Frozen, and without what a careless merge would change all objects of the page by.
function copyOf(value: unknown, mostBytes: number): unknown {
  try {
    return plainCopy(value, 'event', mostBytes);
  } catch (cause) {
    throw new WireFault('the data of an event cannot be used', { cause });
  }
}
