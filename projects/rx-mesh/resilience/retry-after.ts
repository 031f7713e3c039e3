import type { Clock } from 'rx-mesh/kernel';
import { statusOf } from './error-verdict';

// The three forms of a date begin with the day of the week; `Date.parse` alone would take a bare number for a year.
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * How long the server asks to wait, in milliseconds: the `Retry-After` header of an error that has headers (RFC 9110,
 * section 10.2.3: seconds, or a date). A date that is over is 0. A browser shows the header of another origin only if
 * that origin names it in `Access-Control-Expose-Headers`.
 *
 * @returns `undefined` without the header, and for one that cannot be read.
 */
export function retryAfterOf(error: unknown, clock: Clock): number | undefined {
  const text = headersOf(error)?.get('Retry-After');
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * 1000;
  // The form of asctime has no zone; every date in a header is meant in UTC (section 5.6.7).
  const date = trimmed.endsWith(' GMT') ? trimmed : `${trimmed} GMT`;
  const at = DATE.test(trimmed) ? Date.parse(date) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.now());
}

/**
 * For how long the server wants to be left alone, in milliseconds: the `Retry-After` of an answer of status 429 or 503;
 * 0 without one.
 */
export function pauseAskedBy(error: unknown, clock: Clock): number {
  const status = statusOf(error);
  return status === 429 || status === 503 ? (retryAfterOf(error, clock) ?? 0) : 0;
}

function headersOf(error: unknown): { get(name: string): unknown } | undefined {
  if (typeof error !== 'object' || error === null || !('headers' in error)) return undefined;
  const { headers } = error;
  return typeof headers === 'object' &&
    headers !== null &&
    'get' in headers &&
    typeof headers.get === 'function'
    ? (headers as { get(name: string): unknown })
    : undefined;
}
