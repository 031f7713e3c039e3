import { InvalidTopicError } from './messaging-errors';

/** The longest topic and the longest pattern, in characters. */
export const LONGEST_TOPIC = 256;

/** A pattern that was read. */
export interface TopicPattern {
  /** The pattern in its one way to be written: `#` is `>`. */
  readonly pattern: string;
  /** Whether it has no wildcard, and so matches the topic of the same name only. */
  readonly exact: boolean;
  /** Whether a topic matches. The topic is not checked. */
  matches(topic: string): boolean;
}

// Tokens of anything but white space, control characters, halves of characters, and what has a meaning here.
const TOPIC = /^[^\s\p{Cc}\p{Cs}.*>#]+(?:\.[^\s\p{Cc}\p{Cs}.*>#]+)*$/u;
const PATTERN =
  /^(?:[>#]|(?:[^\s\p{Cc}\p{Cs}.*>#]+|\*)(?:\.(?:[^\s\p{Cc}\p{Cs}.*>#]+|\*))*(?:\.[>#])?)$/u;

/**
 * Reads a pattern of topics. Tokens are joined by dots; `*` stands for one token, and `>` at the end for one or more of
 * them. `#` at the end means the same as `>`.
 *
 * @throws InvalidTopicError when it is not written so, or is longer than 256 characters.
 * @usageNotes
 * ```ts
 * topicPattern('orders.*.created').matches('orders.eu.created'); // true
 * topicPattern('orders.>').matches('orders'); // false: at least one token more
 * ```
 */
export function topicPattern(pattern: string): TopicPattern {
  check(pattern, PATTERN, "tokens joined by '.', with '*' for one of them and '>' at the end");
  const canonical = pattern.replace(/#$/, '>');
  if (!/[*>]/.test(canonical)) {
    return { pattern, exact: true, matches: (topic) => topic === pattern };
  }
  const source = canonical
    .split('.')
    .map((token) => (token === '*' ? '[^.]+' : token === '>' ? '.+' : escaped(token)))
    .join(String.raw`\.`);
  const expression = new RegExp(`^${source}$`, 'us');
  return { pattern: canonical, exact: false, matches: (topic) => expression.test(topic) };
}

/**
 * Checks the topic of a message.
 *
 * @throws InvalidTopicError when it is not tokens joined by dots, has a wildcard, a space or a control character, or is
 *   longer than 256 characters.
 */
export function checkTopic(topic: string): void {
  check(topic, TOPIC, "tokens joined by '.', without wildcards, spaces and control characters");
}

/** Whether a value is a topic that a message may have. */
export function isTopic(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TOPIC && TOPIC.test(value);
}

function check(topic: unknown, form: RegExp, expected: string): void {
  if (typeof topic === 'string' && topic.length <= LONGEST_TOPIC && form.test(topic)) return;
  const shown = typeof topic === 'string' ? topic.slice(0, LONGEST_TOPIC) : String(topic);
  throw new InvalidTopicError(shown, `a text of ${expected}; at most ${LONGEST_TOPIC} characters`);
}

function escaped(token: string): string {
  return token.replace(/[$()+?[\\\]^{|}/]/g, String.raw`\$&`);
}
