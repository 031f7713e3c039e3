import { isCacheName } from '../cache-options';
import type { StaleLimits } from '../cached-value';

const VERSION = 1;
/** How far the clocks of two machines may be apart, in milliseconds. */
const SKEW = 60_000;
/** How many marks a value may have: as many as its own tags and dependencies, and about as many taken over from others. */
export const MOST_MARKS = 256;
/** `key:` and the longest key. */
const LONGEST_MARK = 1028;

/** What is written for a value. */
export interface Envelope {
  /** The key: keys of the second level may be cut. */
  readonly key: string;
  /** When it was made, by the wall clock. */
  readonly madeAt: number;
  /** How long it is fresh from then, in milliseconds. */
  readonly ttl: number;
  /** How long it is of use from then, in milliseconds: with the time in which it is served stale. */
  readonly gone: number;
  /** What the source calls this version of it. */
  readonly validator: string | undefined;
  /** What its loader has decided of its use when it is stale. */
  readonly limits: StaleLimits | undefined;
  /** What was in force when its load began, by name. */
  readonly marks: ReadonlyMap<string, string | undefined>;
  /** The value, as the codec writes it. */
  readonly text: string;
}

/** The text of an envelope. */
export function writeEnvelope(envelope: Envelope, codec: string): string {
  const { key, madeAt, ttl, gone, validator, limits, marks, text } = envelope;
  return JSON.stringify({
    v: VERSION,
    c: codec,
    k: key,
    at: madeAt,
    // JSON has no Infinity: null.
    ttl,
    gone,
    e: validator,
    l: limits && [limits.staleWhileRevalidate, limits.staleIfError],
    m: [...marks],
    t: text,
  });
}

/**
 * Reads what somebody has written. It may be of an older or newer application, or of anybody.
 *
 * @returns what is wrong with it, as a phrase, when it cannot be used; `undefined` when its time is over.
 */
export function readEnvelope(
  text: string,
  codec: string,
  key: string,
  now: number,
): Envelope | string | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  if (typeof read !== 'object' || read === null) return 'it is no object';
  const { v, c, k, at, ttl, gone, e, l = [0, 0], m, t } = read as Readonly<Record<string, unknown>>;
  if (v !== VERSION) return 'it is of another version';
  if (c !== codec) return 'it was written by another codec';
  if (k !== key) return 'it is of another key';
  const marks = marksIn(m, key);
  const span = ttl === null ? Infinity : ttl;
  const [swr, sie] = (Array.isArray(l) ? l : []) as readonly unknown[];
  const isWhole = isSpan(at) && isSpan(span) && isSpan(gone) && isSpan(swr) && isSpan(sie);
  if (!isWhole || !marks || typeof t !== 'string') return 'a part of it is missing, or wrong';
  if (at > now + SKEW) return 'it was made in the future';
  if (now - at > gone + SKEW) return 'it is older than it may be';
  if (now - at >= gone) return undefined;
  const validator = typeof e === 'string' ? e : undefined;
  const limits = 'l' in read ? { staleWhileRevalidate: swr, staleIfError: sie } : undefined;
  return { key, madeAt: at, ttl: span, gone, validator, limits, marks, text: t };
}

/** Whether no mark is known to be another than it was. */
export function isInForce({ marks }: Envelope, now: Envelope['marks']): boolean {
  return [...marks].every(([name, token]) => !now.has(name) || now.get(name) === token);
}

function isSpan(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function marksIn(list: unknown, key: string): Map<string, string | undefined> | undefined {
  if (!Array.isArray(list) || list.length > MOST_MARKS) return undefined;
  const marks = new Map<string, string | undefined>();
  for (const pair of list as readonly unknown[]) {
    if (!Array.isArray(pair)) return undefined;
    const [name, token] = pair as readonly unknown[];
    if (typeof name !== 'string' || name.length > LONGEST_MARK) return undefined;
    if (token !== null && typeof token !== 'string') return undefined;
    // The first level would refuse it for good: a name that is none, or a value that depends on itself.
    const isTie = /^(?:tag|dep):/.test(name);
    if (name === `dep:${key}` || (isTie && !isCacheName(name.slice(4)))) return undefined;
    marks.set(name, token ?? undefined);
  }
  return marks;
}
