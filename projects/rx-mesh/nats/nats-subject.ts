import { InvalidOptionError } from 'rx-mesh/kernel';

const PLAIN = /^[\w-]+$/;

/**
 * Writes any text as one token of a subject or a key, which can hold neither dots nor spaces nor wildcards: letters of ASCII,
 * digits, `_` and `-` stay, each other byte of UTF-8 becomes `=` and two hexadecimal digits, and an empty text `=`.
 *
 * @throws InvalidOptionError when there are halves of characters (lone surrogates) in it.
 * @usageNotes
 * ```ts
 * encodeNatsToken('order.1 of 2'); // 'order=2E1=20of=202'
 * ```
 */
export function encodeNatsToken(text: string): string {
  if (PLAIN.test(text)) return text;
  if (text === '') return '=';
  if (/\p{Cs}/u.test(text)) {
    // Halves of characters would all be written as one and the same.
    throw new InvalidOptionError('NATS token', text, 'a text of whole characters');
  }
  let token = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    token += PLAIN.test(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return token;
}

/** Reads what {@link encodeNatsToken} has written; `undefined` when it has not. */
export function decodeNatsToken(token: string): string | undefined {
  if (token === '=') return '';
  if (!/^(?:[\w-]|=[\dA-F]{2})+$/.test(token)) return undefined;
  const bytes = Array.from(token.matchAll(/=(..)|(.)/g), ([, code, character]) =>
    code === undefined ? (character ?? '').charCodeAt(0) : Number.parseInt(code, 16),
  );
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      new Uint8Array(bytes),
    );
    // One text has one token: another way to write it is no token of ours.
    return encodeNatsToken(text) === token ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text is the name of a stream, a bucket or a consumer. */
export function isNatsName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 200 && PLAIN.test(name);
}

/** Refuses what is no name of a stream, a bucket or a consumer. @throws InvalidOptionError */
export function checkNatsName(option: string, name: unknown): void {
  if (!isNatsName(name)) {
    throw new InvalidOptionError(option, name, "letters, digits, '_' and '-', 1 to 200 of them");
  }
}
