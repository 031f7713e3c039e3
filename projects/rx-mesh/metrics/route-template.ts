const MOST_SEGMENTS = 8;
const LONGEST_WORD = 19;
const LONGEST_PHRASE = 64;

/**
 * The path of a URL with what varies put as `:id`, so that it can be a tag: `/orders/42?page=2` becomes `/orders/:id`.
 *
 * Query, fragment, scheme, host and empty segments go. A segment becomes `:id` when it has no letter, holds three
 * digits in a row, is a UUID or eight or more hexadecimal digits, has twenty or more characters (unless it is lower
 * case words such as `notification-preferences`), or holds a character that words do not have, such as `%` or an `@` inside.
 * From the ninth segment on, all is one `*`. To apply it again changes nothing. It guesses: where the routes are
 * known, the template itself is better.
 *
 * @usageNotes
 * ```ts
 * routeTemplate('/api/orders/42/lines/7'); // '/api/orders/:id/lines/:id'
 * ```
 */
export function routeTemplate(path: string): string {
  const segments = path
    .replace(/[?#][^]*$/, '')
    .replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/[^/]*/i, '')
    .split('/', 100) // what is beyond is cut anyway
    .filter((segment) => segment !== '')
    .map((segment) => (isFixed(segment) ? segment : ':id'));
  const rest = segments.length > MOST_SEGMENTS ? ['*'] : [];
  return `/${[...segments.slice(0, MOST_SEGMENTS), ...rest].join('/')}`;
}

function isFixed(segment: string): boolean {
  if (segment === '*') return true;
  if (segment.length > LONGEST_WORD && !isPhrase(segment)) return false;
  return (
    /^[@:]?[\w.~$*:-]+$/.test(segment) &&
    /[a-z]/i.test(segment) &&
    !/\d{3}/.test(segment) &&
    !/^(?:0x)?[\da-f]{8,}$/i.test(segment) &&
    !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(segment)
  );
}

function isPhrase(segment: string): boolean {
  return segment.length <= LONGEST_PHRASE && /^[a-z]{1,19}(?:[-_.][a-z]{1,19})+$/.test(segment);
}
