import { type CacheEntry } from 'rx-mesh/caching';
import { formatDuration } from '../ui/format';
import { type ToneLook } from '../ui/tone-badge';
import { type Good, type Product } from './goods';
import { AHEAD, IF_ERROR, WHILE_LOADING } from './kept';
import { type Origin, type ReadReport } from './shop-cache';

/** How much of its time a value has left. */
export interface Life {
  /** From 1, just stored, to 0. */
  readonly left: number;
  readonly state: 'none' | 'fresh' | 'due' | 'stale';
  readonly text: string;
}

/** What is known of a key, as the page shows it. */
export interface KeyLook {
  readonly life: Life;
  /** From where its value came; `undefined` when nobody has read it. */
  readonly look: ToneLook | undefined;
  /** What is said where that is not known. */
  readonly absent: 'Not read' | 'Dropped';
  /** How long the last read took, or why it failed. */
  readonly note: string;
}

/** A product as the catalogue shows it. */
export interface ProductRow extends KeyLook {
  readonly good: Good;
  /** In euros; `undefined` when the page has none. */
  readonly price: number | undefined;
  readonly tags: readonly string[];
}

const LOOKS: Readonly<Record<Origin, ToneLook>> = {
  page: { tone: 'good', icon: 'check', text: 'From the page' },
  stale: { tone: 'warn', icon: 'clock', text: 'From the page, stale' },
  second: { tone: 'held', icon: 'database', text: 'From the second level' },
  loaded: { tone: 'quiet', icon: 'download', text: 'Loaded' },
  ahead: { tone: 'quiet', icon: 'download', text: 'Loaded ahead' },
  written: { tone: 'held', icon: 'upload', text: 'Written here' },
  failed: { tone: 'bad', icon: 'alert', text: 'Not loaded' },
};
const NONE: Life = { left: 0, state: 'none', text: 'Not in the page' };

/** A product of the catalogue. */
export function rowOf(
  good: Good,
  entry: CacheEntry<Product> | undefined,
  report: ReadReport | undefined,
  now: number,
): ProductRow {
  return {
    ...keyLook(entry, report, now),
    good,
    price: entry?.value.price,
    tags: entry?.tags ?? [good.category],
  };
}

/** What is known of a key. */
export function keyLook(
  entry: CacheEntry | undefined,
  report: ReadReport | undefined,
  now: number,
): KeyLook {
  const life = lifeOf(entry, now);
  if (!report) return { life, look: undefined, absent: 'Not read', note: '' };
  const { origin, took, trouble } = report;
  // What is not there any more came from nowhere.
  const look = entry || origin === 'failed' ? LOOKS[origin] : undefined;
  const isTimed = look !== undefined && origin !== 'ahead' && origin !== 'written';
  const time = isTimed ? `in ${formatDuration(took)}` : '';
  return { life, look, absent: 'Dropped', note: trouble === '' ? time : trouble };
}

/** How much of its time a value has left, at a moment of the wall clock. */
export function lifeOf(entry: CacheEntry | undefined, now: number): Life {
  if (!entry) return NONE;
  const age = Math.max(0, now - entry.timestamp.getTime());
  const rest = entry.ttl - age;
  if (entry.freshness === 'fresh') {
    const left = Math.min(1, Math.max(0, rest / entry.ttl));
    const isDue = age >= entry.ttl * AHEAD;
    const text = `Fresh, ${seconds(rest)} left`;
    return isDue
      ? { left, state: 'due', text: `${text} · the next read loads ahead` }
      : { left, state: 'fresh', text };
  }
  const text =
    -rest < WHILE_LOADING
      ? `Stale, given while it is loaded anew for ${seconds(WHILE_LOADING + rest)}`
      : `Stale, given only where the source fails for ${seconds(IF_ERROR + rest)}`;
  return { left: 0, state: 'stale', text };
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.ceil(ms / 1000))} s`;
}
