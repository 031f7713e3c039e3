const MAX_MEMBERS = 32;
// More need not be propagated.
const MAX_STATE = 512;
const LARGE_MEMBER = 128;
// Room for 32 members of the full length, with spaces between them.
const MAX_HEADER = 32_768;

const MEMBER = /^[ \t]*(([a-z\d][a-z\d_\-*/@]{0,255})=[ -+\--<>-~]{0,255}[!-+\--<>-~])[ \t]*$/;

/**
 * Puts the member of one tracing system to the left of a `tracestate`, where the newest stands, and takes its older one
 * away. The others stay as they are; from 33 members on, the last one goes.
 *
 * @returns the state with the member in it; the state as it was when key or value have characters or lengths that W3C
 * trace context forbids, and the member by itself when it is the state that is malformed.
 * @usageNotes
 * ```ts
 * const traceState = withTraceState(context.traceState, 'acme', 'p1');
 * ```
 */
export function withTraceState(
  traceState: string | undefined,
  key: string,
  value: string,
): string | undefined {
  const ours = `${key}=${value}`;
  const [, member, name] = MEMBER.exec(ours) ?? [];
  // What differs had spaces around it, or a key with a `=` in it.
  if (member !== ours || name !== key) return traceState;
  const others = traceStateMembers(traceState).filter((other) => !other.startsWith(`${key}=`));
  return [ours, ...others].slice(0, MAX_MEMBERS).join(',');
}

/** The members of a list, with no space around them; none when anything is wrong with it. */
export function traceStateMembers(list: unknown): string[] {
  const members = new Map<string, string>();
  for (const text of boundedText(list).split(',')) {
    if (/^[ \t]*$/.test(text)) continue; // allowed, for lists of several headers are joined
    const [, member, key] = MEMBER.exec(text) ?? [];
    if (member === undefined || key === undefined || members.has(key)) return [];
    members.set(key, member);
  }
  return members.size > MAX_MEMBERS ? [] : [...members.values()];
}

/** The list as it is sent. Whole members go: long ones first, then from the end, where the oldest are. */
export function shortTraceState(list: unknown): string {
  const members = traceStateMembers(list);
  const isLong = () => members.join(',').length > MAX_STATE;
  for (let at = members.length - 1; at >= 0 && isLong(); at--) {
    if ((members[at]?.length ?? 0) > LARGE_MEMBER) members.splice(at, 1);
  }
  while (isLong()) members.pop();
  return members.join(',');
}

/** A header's text. What is longer than any can be is not looked at, and neither is what came past the compiler. */
export function boundedText(header: unknown): string {
  return typeof header === 'string' && header.length <= MAX_HEADER ? header : '';
}
