import type { FoundHead, StoredBatch, StoredHead } from './span-store';

/** Bounds of what is kept. */
export interface StoreBounds {
  /** The most batches. */
  readonly maxBatches: number;
  /** The most bytes of all their texts. */
  readonly maxBytes: number;
  /** How old a batch may become, in milliseconds. */
  readonly maxAge: number;
}

/** A head that was found, and is one. */
export type StoredPlace = StoredHead & { readonly id: number };

/** What of a store may stay, and what has to go. */
export interface StoreAudit {
  /** What may stay, oldest first. */
  readonly kept: readonly StoredPlace[];
  /** What is too old. */
  readonly old: readonly StoredPlace[];
  /** What is over the bounds, oldest first. */
  readonly over: readonly StoredPlace[];
  /** The places of what is no batch. */
  readonly broken: readonly number[];
}

/** Looks at all that is in a store. A batch whose time lies ahead is new: a clock was put right since. */
export function auditStore(
  found: readonly FoundHead[],
  { maxBatches, maxBytes, maxAge }: StoreBounds,
  now: number,
): StoreAudit {
  const places = found.map(({ id, head }) => ({ id, head: readHead(head) }));
  const sound = places.flatMap(({ id, head }) => (head ? [{ ...head, id }] : []));
  const fresh = sound.filter(({ at }) => now - at <= maxAge);
  // The newest ones stay; from the first one on that has no room, none does.
  let stay = fresh.length;
  let room = maxBytes;
  while (stay > 0 && fresh.length - stay < maxBatches) {
    room -= fresh[stay - 1]?.bytes ?? 0;
    if (room < 0) break;
    stay--;
  }
  return {
    kept: fresh.slice(stay),
    old: sound.filter(({ at }) => now - at > maxAge),
    over: fresh.slice(0, stay),
    broken: places.filter(({ head }) => !head).map(({ id }) => id),
  };
}

/** What was found as a batch of a head; `undefined` when it is none. */
export function readBatch(found: unknown, head: StoredHead): StoredBatch | undefined {
  const read = readHead(found);
  const text = recordOf(found).get('text');
  const isIt =
    read?.exporter === head.exporter &&
    read.receiver === head.receiver &&
    typeof text === 'string' &&
    text.length <= read.bytes &&
    text.length * 3 >= read.bytes;
  return isIt ? { ...read, text } : undefined;
}

/** A short name for a text that does not tell it (FNV-1a, 32 bits). */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36);
}

function readHead(found: unknown): StoredHead | undefined {
  const record = recordOf(found);
  const [exporter, receiver] = [record.get('exporter'), record.get('receiver')];
  const [spans, bytes, at] = [record.get('spans'), record.get('bytes'), record.get('at')];
  return typeof exporter === 'string' &&
    typeof receiver === 'string' &&
    isCount(spans) &&
    isCount(bytes) &&
    typeof at === 'number' &&
    Number.isFinite(at)
    ? { exporter, receiver, spans, bytes, at }
    : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function recordOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
}
