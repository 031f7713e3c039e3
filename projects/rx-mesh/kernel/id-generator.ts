import { InjectionToken } from '@angular/core';

declare const ngDevMode: boolean;

const POOL = 4096; // bytes

/** Makes the ids of traces, spans, events and requests. */
export interface IdGenerator {
  /** 32 lower-case hexadecimal digits, never all zero (W3C trace-context `trace-id`, all 16 bytes random). */
  traceId(): string;
  /** 16 lower-case hexadecimal digits, never all zero (W3C trace-context `parent-id`). */
  spanId(): string;
  /** A random UUID, version 4 (RFC 9562). */
  uuid(): string;
}

/** The id generator that every service of rx-mesh uses. @default cryptoIdGenerator() */
export const ID_GENERATOR = new InjectionToken<IdGenerator>(
  ngDevMode ? 'rx-mesh ID_GENERATOR' : '',
  { providedIn: 'root', factory: () => cryptoIdGenerator() },
);

/**
 * Ids from the platform's cryptographic randomness, drawn and written down a pool at a time: a call to the platform costs
 * more than what it brings, and a text that is cut less than one that is joined.
 *
 * @usageNotes
 * ```ts
 * const ids = cryptoIdGenerator();
 * ids.traceId(); // '4bf92f3577b34da6a3ce929d0e0e4736'
 * ```
 */
export function cryptoIdGenerator(): IdGenerator {
  const bytes = new Uint8Array(POOL);
  const pairs = new Uint16Array(POOL);
  const pairOf = pairsOfDigits();
  const ascii = new TextDecoder();
  let text = '';
  let used = 0;

  const take = (length: number): string => {
    if (used + length > text.length) {
      crypto.getRandomValues(bytes);
      for (let i = 0; i < POOL; i++) pairs[i] = pairOf[bytes[i] ?? 0] ?? 0;
      text = ascii.decode(pairs);
      used = 0;
    }
    return text.slice(used, (used += length));
  };
  const nonZero = (length: number): string => {
    const id = take(length);
    // Drawing again would never end on a platform whose randomness a test has replaced by zeros.
    return id.startsWith('0') && ZEROS.test(id) ? id.replace(/0$/, '1') : id;
  };

  return {
    traceId: () => nonZero(32),
    spanId: () => nonZero(16),
    uuid: () => {
      const id = take(32);
      const variant = (8 + (Number.parseInt(id.charAt(16), 16) & 3)).toString(16);
      return [
        id.slice(0, 8),
        id.slice(8, 12),
        `4${id.slice(13, 16)}`,
        variant + id.slice(17, 20),
        id.slice(20),
      ].join('-');
    },
  };
}

const ZEROS = /^0+$/;

// The two digits of each byte, as their codes lie in memory.
function pairsOfDigits(): Uint16Array {
  const codes = new Uint8Array(512);
  for (let i = 0; i < 512; i++) {
    const digit = i % 2 === 0 ? i >> 5 : (i >> 1) & 15;
    codes[i] = digit + (digit < 10 ? 48 : 87);
  }
  return new Uint16Array(codes.buffer);
}
