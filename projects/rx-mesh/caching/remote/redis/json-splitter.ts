import { MOST_PUSHED, redisError } from './redis-exchange';

/**
 * Cuts a stream of JSON objects and arrays, which nothing separates, into its documents. Give it part after part.
 *
 * @returns what takes a part, and gives the documents that end in it. Throws when there is something else than documents, or
 *   one does not end.
 */
export function jsonSplitter(): (part: string) => readonly string[] {
  let begun = '';
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  return (part) => {
    const documents: string[] = [];
    let start = 0;
    for (let at = 0; at < part.length; at++) {
      const char = part.charAt(at);
      if (isEscaped) isEscaped = false;
      else if (isText) {
        if (char === '\\') isEscaped = true;
        else if (char === '"') isText = false;
      } else if (char === '{' || char === '[') depth++;
      else if (depth === 0) {
        if (!/\s/.test(char)) throw redisError('malformed', 'a subscription that is no JSON');
        start = at + 1;
      } else if (char === '"') isText = true;
      else if ((char === '}' || char === ']') && --depth === 0) {
        documents.push(begun + part.slice(start, at + 1));
        begun = '';
        start = at + 1;
      }
    }
    begun += part.slice(start);
    if (begun.length > MOST_PUSHED) throw redisError('malformed', 'a message without end');
    return documents;
  };
}
