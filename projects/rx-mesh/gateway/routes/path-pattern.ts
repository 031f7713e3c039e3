/** One part of a pattern: between two slashes. `text` is decoded. */
export type PatternSegment =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'parameter' | 'rest'; readonly name: string };

/** A pattern of paths, taken apart. */
export interface PathPattern {
  /** Its parts, in order; none: the root. */
  readonly segments: readonly PatternSegment[];
  /** The pattern without a slash at its end. */
  readonly template: string;
}

/** The most parts that a pattern may have. */
const MOST_SEGMENTS = 64;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ESCAPE = /%[0-9a-f]{2}/i;

/**
 * What is wrong with one decoded part of a path, as a phrase; `undefined`: nothing. What would mean something else to whoever
 * reads the path next is refused: a way up, a slash, a backslash, a control character, and a text that could be decoded once more.
 */
export function segmentFault(text: string): string | undefined {
  if (text === '') return 'it has an empty part';
  if (text === '.' || text === '..') return 'it has a part that is a dot or two';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return 'it has a control character';
    if (code === 0x2f) return 'it has an encoded slash';
    if (code === 0x5c) return 'it has a backslash';
  }
  return ESCAPE.test(text) ? 'it is encoded twice' : undefined;
}

/** Decodes one part of a path, once. A fault is a phrase in `fault`. */
function decodeSegment(raw: string): { readonly text: string; readonly fault?: string } {
  let text: string;
  try {
    text = decodeURIComponent(raw);
    encodeURIComponent(text); // throws for half a character, which could not be sent on
  } catch {
    return { text: '', fault: 'it has an escape that is none' };
  }
  const fault = segmentFault(text);
  return fault === undefined ? { text } : { text: '', fault };
}

/**
 * Decodes a path part by part. A slash at its end stays, and is no part.
 *
 * @param raw Begins with a slash; without query and fragment.
 * @returns The decoded path, or in `fault` what is wrong with it.
 */
export function decodePath(raw: string): { readonly path: string; readonly fault?: string } {
  let path = '';
  const parts = raw.split('/');
  for (let i = 1; i < parts.length; i++) {
    const part = parts[i] ?? '';
    if (part === '' && i === parts.length - 1) return { path: `${path}/` };
    const { text, fault } = decodeSegment(part);
    if (fault !== undefined) return { path: '', fault };
    path += `/${text}`;
  }
  return { path };
}

/**
 * Takes a pattern apart: `/orders/:id` has a parameter, `/files/*rest` takes the rest of the path, at least one part of it.
 * A slash at its end is left out. A colon or star that is meant as such is written `%3A`, `%2A`.
 *
 * @returns The pattern, or what is wrong with it, as a phrase.
 */
export function parsePattern(pattern: unknown): PathPattern | string {
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) {
    return 'it must be a text that begins with a slash';
  }
  if (/[?#]/.test(pattern)) return 'it must be a path without query and fragment';
  const template = pattern.length > 1 && pattern.endsWith('/') ? pattern.slice(0, -1) : pattern;
  const parts = template === '/' ? [] : template.slice(1).split('/');
  if (parts.length > MOST_SEGMENTS) return `it has more than ${MOST_SEGMENTS} parts`;
  const segments: PatternSegment[] = [];
  const names = new Set<string>();
  for (const [i, part] of parts.entries()) {
    const sign = part.charAt(0);
    if (sign === ':' || sign === '*') {
      const name = part.slice(1);
      if (!NAME.test(name) || name === '__proto__') {
        return `${part} must have a name of letters, digits and _, and nothing after it`;
      }
      if (names.has(name)) return `it has the parameter ${name} twice`;
      if (sign === '*' && i < parts.length - 1) return `${part} must be its last part`;
      names.add(name);
      segments.push({ kind: sign === ':' ? 'parameter' : 'rest', name });
      continue;
    }
    if (/[:*]/.test(part))
      return `${part} has a sign that must stand first, or be written %3A, %2A`;
    const { text, fault } = decodeSegment(part);
    if (fault !== undefined) return fault;
    segments.push({ kind: 'static', text });
  }
  return { segments, template };
}

/** The names of the parameters of a pattern, that of the rest too. */
export function namesOf({ segments }: PathPattern): readonly string[] {
  return segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]));
}
