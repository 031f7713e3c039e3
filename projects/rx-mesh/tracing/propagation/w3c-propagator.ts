import { type TraceContext, hasIds } from '../trace-span';

const MAX_MEMBERS = 32;
// More need not be propagated.
const MAX_STATE = 512;
const LARGE_MEMBER = 128;
// Room for 32 members of the full length, with spaces between them.
const MAX_HEADER = 32_768;

// version "-" trace-id "-" parent-id "-" flags, then nothing, or what a later version may add.
const TRACEPARENT =
  /^[ \t]*(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-[^]*|[ \t]*)$/;
const MEMBER = /^[ \t]*(([a-z\d][a-z\d_\-*/@]{0,255})=[ -+\--<>-~]{0,255}[!-+\--<>-~])[ \t]*$/;

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
    const state = shortened(membersOf(traceState)).join(',');
    if (state !== '') set('tracestate', state);
  },

  /** Reads the headers, several of one name joined by commas; `undefined` without a sound `traceparent`. */
  extract(get: (name: string) => string | null | undefined): TraceContext | undefined {
    const [, version, traceId = '', spanId = '', hex = '', rest = ''] =
      TRACEPARENT.exec(textOf(get('traceparent'))) ?? [];
    if (!hasIds({ traceId, spanId }) || (version === '00' && rest.startsWith('-')))
      return undefined;
    const flags = Number.parseInt(hex, 16);
    const members = membersOf(get('tracestate'));
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

/** The members of a list, with no space around them; none when anything is wrong with it. */
function membersOf(list: unknown): string[] {
  const members = new Map<string, string>();
  for (const text of textOf(list).split(',')) {
    if (/^[ \t]*$/.test(text)) continue; // allowed, for lists of several headers are joined
    const [, member, key] = MEMBER.exec(text) ?? [];
    if (member === undefined || key === undefined || members.has(key)) return [];
    members.set(key, member);
  }
  return members.size > MAX_MEMBERS ? [] : [...members.values()];
}

// What is longer than any list can be is not looked at, and neither is what came past the compiler.
function textOf(header: unknown): string {
  return typeof header === 'string' && header.length <= MAX_HEADER ? header : '';
}

// Whole members go: long ones first, then from the end, where the oldest are.
function shortened(members: string[]): string[] {
  const isLong = () => members.join(',').length > MAX_STATE;
  for (let at = members.length - 1; at >= 0 && isLong(); at--) {
    if ((members[at]?.length ?? 0) > LARGE_MEMBER) members.splice(at, 1);
  }
  while (isLong()) members.pop();
  return members;
}
