import type { HttpHeaders } from '@angular/common/http';
import type { Clock } from 'rx-mesh/kernel';
import { retryAfterOf } from 'rx-mesh/resilience';

/** The longest time for which a server is left alone, in milliseconds, whatever it says. */
export const MAX_HOLD = 300_000;

// More items say nothing more.
const MAX_ITEMS = 16;

/**
 * For how long a server wants to be left alone, in milliseconds; `undefined` when it does not say so. Read are `RateLimit` with
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers, those with and without structured fields), the older `RateLimit-*`,
 * `X-RateLimit-*` (whose reset is in seconds, or a time), and `Retry-After` of 429 and 503. The longest counts.
 */
export function askedHold(headers: HttpHeaders, status: number, clock: Clock): number | undefined {
  const asked = [
    listHold(headers),
    ...['RateLimit', 'X-RateLimit', 'X-Rate-Limit'].map((prefix) =>
      fieldHold(headers, prefix, clock),
    ),
    status === 429 || status === 503 ? retryAfterOf({ headers }, clock) : undefined,
  ].filter((hold) => hold !== undefined);
  return asked.length > 0 ? Math.min(MAX_HOLD, Math.max(...asked)) : undefined;
}

// `"default";r=0;t=5, "daily";r=90;t=3600`, or as before draft 8: `limit=10, remaining=0, reset=5`.
function listHold(headers: HttpHeaders): number | undefined {
  const text = joined(headers, 'RateLimit');
  if (text === '') return undefined;
  if (/\bremaining\s*=/i.test(text)) {
    return spent(parameter(text, 'remaining'), parameter(text, 'reset'));
  }
  const policy = itemsOf(joined(headers, 'RateLimit-Policy'));
  const holds = [...itemsOf(text)].map(([name, item]) =>
    spent(parameter(item, 'r'), parameter(item, 't') ?? parameter(policy.get(name) ?? '', 'w')),
  );
  const asked = holds.filter((hold) => hold !== undefined);
  return asked.length > 0 ? Math.max(...asked) : undefined;
}

function fieldHold(headers: HttpHeaders, prefix: string, clock: Clock): number | undefined {
  const reset = headers.get(`${prefix}-Reset`)?.trim();
  const remaining = numberOf(headers.get(`${prefix}-Remaining`)?.split(/[,;]/, 1)[0]);
  if (reset === undefined || remaining === undefined) return undefined;
  const value = numberOf(reset.split(/[,;]/, 1)[0]);
  if (value === undefined) {
    const at = /^[A-Z\d][\w:,.+ -]{9,40}$/.test(reset) ? Date.parse(reset) : NaN;
    return Number.isNaN(at) ? undefined : spent(remaining, (at - clock.now()) / 1000);
  }
  // A number so large is no span but a time, in seconds or milliseconds.
  const at = value > 1e11 ? value : value * 1000;
  return spent(remaining, value > 1e9 ? (at - clock.now()) / 1000 : value);
}

function spent(remaining: number | undefined, reset: number | undefined): number | undefined {
  if (remaining === undefined || reset === undefined || remaining > 0) return undefined;
  return Math.max(0, reset * 1000);
}

function joined(headers: HttpHeaders, name: string): string {
  return (headers.getAll(name) ?? []).join(', ').slice(0, 2048);
}

function itemsOf(text: string): ReadonlyMap<string, string> {
  // A comma within quotes separates nothing.
  const items = text.match(/(?:"[^"]*"|[^",])+/g) ?? [];
  return new Map(
    items.slice(0, MAX_ITEMS).map((item) => {
      const [, name = '', parameters = ''] = /^\s*("[^"]*"|[^;"]*)(.*)$/s.exec(item) ?? [];
      return [name.trim(), parameters.replace(/"[^"]*"/g, '')];
    }),
  );
}

function parameter(item: string, name: string): number | undefined {
  return numberOf(new RegExp(`(?:^|[;,\\s])${name}\\s*=\\s*([\\d.]+)`, 'i').exec(item)?.[1]);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}(?:\.\d{1,6})?\s*$/.test(text)
    ? Number(text)
    : undefined;
}

const MAX_KEYS = 1000;

/** Until when servers are left alone, by whose requests they were. */
export class ServerHolds {
  readonly #until = new Map<string, number>();
  readonly #clock: Pick<Clock, 'monotonic'>;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** How long it still is, in milliseconds. */
  left(key: string): number {
    const until = this.#until.get(key);
    const left = until === undefined ? 0 : until - this.#clock.monotonic();
    if (left <= 0) this.#until.delete(key);
    return Math.max(0, left);
  }

  /** Takes note. A shorter time than the one known changes nothing: answers overtake each other. */
  hold(key: string, time: number): void {
    const until = Math.max(this.#clock.monotonic() + time, this.#until.get(key) ?? -Infinity);
    this.#until.delete(key);
    this.#until.set(key, until);
    const [oldest] = this.#until.keys();
    if (this.#until.size > MAX_KEYS && oldest !== undefined) this.#until.delete(oldest);
  }
}
