import { type TraceContext, hasIds } from '../trace-span';
import { boundedText, shortTraceState, traceStateMembers } from './trace-state';

// version "-" trace-id "-" parent-id "-" flags, then nothing, or what a later version may add.
const TRACEPARENT =
  /^[ \t]*(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-[^]*|[ \t]*)$/;

/**
 * W3C trace context, level 2: the headers `traceparent` and `tracestate`.
 *
 * It takes `traceparent` of version 00 and of later ones as far as 00 goes, and sends version 00 with the flags
 * `sampled` and `random`. It takes `tracestate` as a whole or not at all, and sends at most 512 characters of it.
 * Headers that are malformed are as good as none, and what it sends is well-formed, whatever it is given.
 */
export const w3cPropagator = {
  /** The names of the headers. */
  fields: ['traceparent', 'tracestate'] as readonly string[],

  /** Sets the headers; none when an id of the context is malformed. */
  inject(context: TraceContext, set: (name: string, value: string) => void): void {
    if (!hasIds(context)) return;
    const { traceId, spanId, sampled = true, random = false, traceState } = context;
    set('traceparent', `00-${traceId}-${spanId}-0${(sampled ? 1 : 0) + (random ? 2 : 0)}`);
    const state = traceState === undefined ? '' : shortTraceState(traceState);
    if (state !== '') set('tracestate', state);
  },

  /** Reads the headers, several of one name joined by commas; `undefined` without a sound `traceparent`. */
  extract(get: (name: string) => string | null | undefined): TraceContext | undefined {
    const [, version, traceId = '', spanId = '', hex = '', rest = ''] =
      TRACEPARENT.exec(boundedText(get('traceparent'))) ?? [];
    if (!hasIds({ traceId, spanId }) || (version === '00' && rest.startsWith('-')))
      return undefined;
    const flags = Number.parseInt(hex, 16);
    const members = traceStateMembers(get('tracestate'));
    return {
      traceId,
      spanId,
      sampled: (flags & 1) !== 0,
      random: (flags & 2) !== 0,
      traceState: members.length > 0 ? members.join(',') : undefined,
      remote: true,
    };
  },
};
