import type { Propagator } from './propagator';

const MAX_MEMBERS = 64;
const MAX_BYTES = 8192;

const KEY = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
// key OWS "=" OWS value, then properties, which have no place in a context. Spaces match in one way only, else many of
// them would take the square of their number.
const MEMBER =
  /^[ \t]*([!#$%&'*+\-.^_`|~\dA-Za-z]+)[ \t]*=[ \t]*(?:([!#-+\--:<-[\]-~]+)[ \t]*)?(?:;[^]*)?$/;
// All but the octets that a value may have, and the percent sign, which would be taken for a code.
const CODED = /[^!#$&-+\--:<-[\]-~]/gu;

/**
 * W3C baggage: the header `baggage`, for what the application itself hands on.
 *
 * It has no trace in it: use it beside another, by `compositePropagator`. Everybody on the way can read baggage, and
 * anybody may have written it: put no secret into it, and trust it no more than a query of a URL.
 *
 * @usageNotes
 * ```ts
 * const propagator = compositePropagator(w3cPropagator, baggagePropagator());
 * providers: [{ provide: PROPAGATOR, useValue: propagator }];
 * ```
 */
export function baggagePropagator(): Propagator {
  return {
    fields: ['baggage'],
    inject: ({ baggage }, set) => {
      const header = formatBaggage(baggage ?? {});
      if (header !== '') set('baggage', header);
    },
    extract: () => undefined,
    extractBaggage: (get) => {
      const baggage = parseBaggage(get('baggage'));
      return Object.keys(baggage).length > 0 ? baggage : undefined;
    },
  };
}

/**
 * Reads a header `baggage`: at most 64 members of its first 8192 characters, each of them in full.
 *
 * Members that are malformed are skipped, and the last of several with one key counts. Properties (`;name=value`) are
 * left out. Codes that are no UTF-8 become U+FFFD; a percent sign without two digits stands for itself.
 */
export function parseBaggage(header: unknown): Record<string, string> {
  const members = new Map<string, string>();
  const text = typeof header === 'string' ? firstOf(header) : '';
  let from = 0;
  while (from < text.length && members.size < MAX_MEMBERS) {
    const comma = text.indexOf(',', from);
    const end = comma < 0 ? text.length : comma;
    if (end > MAX_BYTES) break; // half a member would be another one
    const [, key, value = ''] = MEMBER.exec(text.slice(from, end)) ?? [];
    if (key !== undefined) members.set(key, decoded(value));
    from = end + 1;
  }
  // Made of entries, a key such as `__proto__` is one like any other.
  return Object.fromEntries(members);
}

// A copy, for a value that is cut out of a text holds all of it. One more than is read: it tells whether that is the end.
function firstOf(header: string): string {
  return header.length > MAX_BYTES ? ` ${header.slice(0, MAX_BYTES + 1)}`.slice(1) : header;
}

/**
 * Writes a header `baggage`: at most 64 members and 8192 bytes. A member that no longer fits is left out as a whole, and
 * so is one whose key is no HTTP token or whose value is no text. The text is empty when there is nothing to send.
 */
export function formatBaggage(baggage: Readonly<Record<string, string>>): string {
  const members: string[] = [];
  let bytes = -1; // the first has no comma before it
  for (const [key, value] of Object.entries<unknown>(baggage)) {
    if (members.length === MAX_MEMBERS) break;
    // No code is shorter than what it stands for: it is not worth while to encode what is too long already.
    if (!KEY.test(key) || typeof value !== 'string' || value.length > MAX_BYTES) continue;
    const member = `${key}=${value.replace(CODED, encoded)}`;
    if (bytes + 1 + member.length > MAX_BYTES) continue;
    bytes += 1 + member.length;
    members.push(member);
  }
  return members.join(',');
}

function encoded(character: string): string {
  // Half of a pair by itself has no code.
  return encodeURIComponent(/^\p{Surrogate}$/u.test(character) ? '\ufffd' : character);
}

function decoded(value: string): string {
  return value.replace(/(?:%[\da-f]{2})+/gi, (codes) => {
    const bytes = Uint8Array.from(codes.slice(1).split('%'), (code) => Number.parseInt(code, 16));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  });
}
