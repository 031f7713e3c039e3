/**
 * Whether a trace belongs to the share that is recorded. The id decides, so every service that samples at the same
 * share records the same traces (W3C trace context, level 2, and OpenTelemetry "consistent probability sampling": the
 * last 56 bits of the id are its chance). Of these, 52 are read: all that a number holds exactly.
 *
 * @param ratio The share, from 0 for none to 1 for all.
 */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-14, -1), 16) >= (1 - ratio) * 2 ** 52;
}
