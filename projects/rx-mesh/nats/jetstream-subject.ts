import { decodeNatsToken, encodeNatsToken } from './nats-subject';

// What stands for the rest of a name without a dash; no token that is encoded has it.
const NO_REST = '~';

/** The subject of an event stream: one token for its category, one for the rest, so that a category is a wildcard. */
export function subjectOf(prefix: string, stream: string): string {
  const dash = stream.indexOf('-');
  const [category, rest] =
    dash < 0 ? [stream, NO_REST] : [stream.slice(0, dash), encodeNatsToken(stream.slice(dash + 1))];
  return `${prefix}.${encodeNatsToken(category)}.${rest}`;
}

/** The event stream of a subject; `undefined` when it is none of ours. */
export function streamOf(prefix: string, subject: string): string | undefined {
  if (!subject.startsWith(`${prefix}.`)) return undefined;
  const [first = '', second = '', ...others] = subject.slice(prefix.length + 1).split('.');
  const category = decodeNatsToken(first);
  if (category === undefined || others.length > 0) return undefined;
  if (second === NO_REST) return category.includes('-') ? undefined : category;
  const rest = decodeNatsToken(second);
  return rest === undefined || category.includes('-') ? undefined : `${category}-${rest}`;
}

/** The subjects of all event streams of a category. */
export function categorySubject(prefix: string, category: string): string {
  return `${prefix}.${encodeNatsToken(category)}.*`;
}

/** The subjects of all event streams. */
export function allSubjects(prefix: string): string {
  return `${prefix}.>`;
}
