import fc from 'fast-check';
import { InvalidTopicError } from './messaging-errors';
import { checkTopic, isTopic, topicPattern } from './topic-pattern';

const aToken = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'ab', 'orders') },
  fc.stringMatching(/^[!"$%&'()+,\-/:;<=?@[\\\]^`{|}~\wäß😀]{1,5}$/u),
);
const aTopic = fc.array(aToken, { minLength: 1, maxLength: 5 });
const aPattern = fc
  .tuple(
    fc.array(fc.oneof(aToken, fc.constant('*')), { maxLength: 5 }),
    fc.constantFrom('', '>', '#'),
  )
  .map(([tokens, rest]) => (rest === '' ? tokens : [...tokens, rest]))
  .filter((tokens) => tokens.length > 0);

function naiveMatch(pattern: readonly string[], topic: readonly string[]): boolean {
  const [first, ...others] = pattern;
  const [token, ...rest] = topic;
  if (first === undefined) return token === undefined;
  if (token === undefined) return false;
  if (first === '>' || first === '#') return true;
  return (first === '*' || first === token) && naiveMatch(others, rest);
}

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe(topicPattern.name, () => {
  it('matches as a matcher does that goes token by token', () => {
    fc.assert(
      fc.property(aPattern, aTopic, (pattern, topic) => {
        expect(topicPattern(pattern.join('.')).matches(topic.join('.'))).toBe(
          naiveMatch(pattern, topic),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('matches a pattern made from the topic', () => {
    fc.assert(
      fc.property(aTopic, fc.nat(4), fc.boolean(), (topic, at, rest) => {
        const cut = at % topic.length;
        const pattern = rest
          ? [...topic.slice(0, cut), '>']
          : topic.map((token, i) => (i === cut ? '*' : token));

        expect(topicPattern(pattern.join('.')).matches(topic.join('.'))).toBe(true);
      }),
    );
  });

  it('accepts exactly topics as patterns without wildcards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        const hasWildcard = /[*>#]/.test(text);
        const read = caught(() => topicPattern(text).exact);

        expect(read === true || read === false || read instanceof InvalidTopicError).toBe(true);
        expect(isTopic(text)).toBe(read === true && !hasWildcard);
      }),
    );
  });

  it.each([
    ['a.b', 'a.b', true],
    ['a.#', 'a.>', false],
    ['#', '>', false],
    ['*', '*', false],
  ])('writes %s as %s', (pattern, canonical, exact) => {
    expect(topicPattern(pattern)).toMatchObject({ pattern: canonical, exact });
  });

  it('takes characters of expressions as they are', () => {
    const pattern = topicPattern('a+(b|c)[d]{2}^$?/\\.*');

    expect([pattern.matches('a+(b|c)[d]{2}^$?/\\.x'), pattern.matches('aab.x')]).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a b',
    'a\n',
    'a*',
    '*a',
    'a.>.b',
    '>a',
    '#.a',
    '>>',
    '\ud800',
    'a'.repeat(257),
  ])('refuses %j', (pattern) => {
    expect(() => topicPattern(pattern)).toThrow(InvalidTopicError);
    expect(() => checkTopic(pattern)).toThrow(InvalidTopicError);
  });

  it.each([undefined, null, 7, {}])('refuses %j, which is no text', (pattern) => {
    expect(() => topicPattern(pattern as never)).toThrow(InvalidTopicError);
    expect(isTopic(pattern)).toBe(false);
  });

  it('says what is wrong, and no more than 256 characters of it', () => {
    const error = caught(() => topicPattern('a'.repeat(500)));

    expect(error).toMatchObject({ code: 'RXM402', topic: 'a'.repeat(256) });
  });

  it('reads the worst patterns in no time', () => {
    const pattern = topicPattern(`${'*.'.repeat(127)}b`);

    expect(pattern.matches(`${'a.'.repeat(127)}a`)).toBe(false);
  });
});

describe(checkTopic.name, () => {
  it.each(['a', 'a.b', 'ä.ß', '$SRV.PING', '_inbox.1', 'a'.repeat(256)])('takes %s', (topic) => {
    expect(() => checkTopic(topic)).not.toThrow();
  });

  it.each(['a.*', 'a.>', '#'])('refuses the pattern %s', (topic) => {
    expect(() => checkTopic(topic)).toThrow(InvalidTopicError);
  });
});
