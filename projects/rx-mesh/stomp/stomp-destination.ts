import { InvalidTopicError } from 'rx-mesh/messaging';

// A short string of AMQP has a length of one byte.
const LONGEST_KEY = 255;

// What stands for itself in a routing key, in a destination and in a header of STOMP. `=` begins what does not.
const PLAIN = /^[\w\-~@$+!:;,]$/;

/**
 * The routing key of a topic, or the binding key of a pattern in its canonical form. `*` stands for one token in both; `>`
 * is one or more, which is `*.#` in AMQP, where `#` alone is none or more. A character that cannot stand in a destination is
 * written as `=` and two hexadecimal digits for each of its bytes.
 *
 * @throws InvalidTopicError when the key has more than 255 bytes.
 */
export function routingKey(topic: string): string {
  const tokens = topic.split('.');
  const key = tokens
    .map((token) => {
      if (token === '*') return token;
      // Every topic has a token, so nothing is lost where `#` stands alone.
      if (token === '>') return tokens.length === 1 ? '#' : '*.#';
      return Array.from(token, (char) => (PLAIN.test(char) ? char : escaped(char))).join('');
    })
    .join('.');
  if (key.length <= LONGEST_KEY) return key;
  throw new InvalidTopicError(
    topic,
    `a text of at most ${LONGEST_KEY} bytes as a routing key of AMQP, where a character other than letters, digits and -_~@$+!:;, takes three for each of its own`,
  );
}

/** The destination of STOMP for a topic or a pattern. */
export function destinationOf(exchange: string, topic: string): string {
  return `/exchange/${exchange}/${routingKey(topic)}`;
}

function escaped(char: string): string {
  return [...new TextEncoder().encode(char)]
    .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
