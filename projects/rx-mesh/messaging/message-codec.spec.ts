import fc from 'fast-check';
import { aMessage } from '../spec-support/contracts/message-transport';
import type { Message } from './message';
import { decodeMessage, encodeMessage } from './message-codec';
import { InvalidMessageError, MessageTooLargeError } from './messaging-errors';

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};
const wire = (parts: object = {}) =>
  JSON.stringify({ v: 1, id: 'i', topic: 'a.b', payload: 1, timestamp: 5, ...parts });

const aText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const anyMessage: fc.Arbitrary<Message> = fc.record(
  {
    id: aText,
    topic: fc.constantFrom('a', 'orders.created', 'ä.ö'),
    headers: fc.dictionary(aText, aText, { maxKeys: 5 }),
    payload: fc.jsonValue(),
    timestamp: fc.double({ noNaN: true, noDefaultInfinity: true }).map((at) => at + 0),
    key: aText,
    source: aText,
    replyTo: fc.constant('in.box'),
    correlationId: aText,
  },
  { requiredKeys: ['id', 'topic', 'headers', 'payload', 'timestamp'] },
);
const isSafe = (message: Message) =>
  !/"__proto__"|"constructor"/.test(JSON.stringify([message.payload, message.headers]));

describe(decodeMessage.name, () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(anyMessage.filter(isSafe), (message) => {
        expect(JSON.parse(JSON.stringify(decodeMessage(encodeMessage(message))))).toEqual(
          JSON.parse(JSON.stringify(message)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('gives a message or a typed error for any text, and touches no prototype', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      'null',
      '__proto__',
      '"v":1',
      '"id"',
      '"topic"',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
      fc
        .dictionary(
          fc.constantFrom('id', 'topic', 'headers', 'timestamp', 'key', 'v'),
          fc.jsonValue(),
        )
        .map(wire),
    );
    const before = Object.getOwnPropertyNames(Object.prototype).join();
    fc.assert(
      fc.property(text, (each) => {
        const result = caught(() => decodeMessage(each));

        expect(
          result instanceof InvalidMessageError || typeof (result as Message).topic === 'string',
        ).toBe(true);
        expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['no text', new ArrayBuffer(4), 'malformed'],
    ['no JSON', '{', 'malformed'],
    ['null', 'null', 'malformed'],
    ['a list', '[]', 'malformed'],
    ['no version', wire({ v: undefined }), 'version'],
    ['another version', wire({ v: 2 }), 'version'],
    ['no id', wire({ id: undefined }), 'field'],
    ['an empty id', wire({ id: '' }), 'field'],
    ['a long id', wire({ id: 'i'.repeat(257) }), 'field'],
    ['an id that is no text', wire({ id: 1 }), 'field'],
    ['no topic', wire({ topic: undefined }), 'field'],
    ['a pattern as topic', wire({ topic: 'a.*' }), 'field'],
    ['no time', wire({ timestamp: undefined }), 'field'],
    ['a time that is no number', wire({ timestamp: '5' }), 'field'],
    ['a key that is no text', wire({ key: {} }), 'field'],
    ['no address to answer to', wire({ replyTo: 'a b' }), 'field'],
    ['a list of headers', wire({ headers: [] }), 'field'],
    ['null as headers', wire({ headers: null }), 'field'],
    ['a header that is no text', wire({ headers: { a: 1 } }), 'field'],
    ['a long header', wire({ headers: { a: 'x'.repeat(8193) } }), 'field'],
    ['a long name of a header', wire({ headers: { ['x'.repeat(257)]: 'a' } }), 'field'],
    [
      'too many headers',
      wire({ headers: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`h${i}`, ''])) }),
      'field',
    ],
    [
      '__proto__ as header',
      wire({}).replace('"payload"', '"headers":{"__proto__":"x"},"payload"'),
      'field',
    ],
    [
      '__proto__ in the payload',
      wire({}).replace('"payload":1', '"payload":{"a":[{"__proto__":{"x":1}}]}'),
      'unsafe-key',
    ],
    [
      '__proto__ in disguise',
      wire({}).replace('"payload":1', String.raw`"payload":{"\u005f_proto__":{"x":1}}`),
      'unsafe-key',
    ],
    [
      'a prototype by its constructor',
      wire({ payload: { constructor: { prototype: { x: 1 } } } }),
      'unsafe-key',
    ],
    [
      'a payload without a floor',
      wire({}).replace('"payload":1', `"payload":${'['.repeat(5000)}${']'.repeat(5000)}`),
      'too-deep',
    ],
  ])('refuses %s', (_what, text, reason) => {
    expect(caught(() => decodeMessage(text))).toMatchObject({ code: 'RXM401', reason });
  });

  it('leaves out what it does not know, and does not mind a key `constructor` as such', () => {
    const message = decodeMessage(wire({ extra: 1, payload: { constructor: 'ACME' } }));

    expect(message).toEqual({
      id: 'i',
      topic: 'a.b',
      headers: {},
      payload: { constructor: 'ACME' },
      timestamp: 5,
    });
    expect(Object.isFrozen(message)).toBe(true);
    expect(Object.keys(message)).not.toContain('extra');
  });

  it('looks at the size first, in bytes', () => {
    const text = wire({ payload: 'ä'.repeat(100) });
    const size = new TextEncoder().encode(text).length;

    expect(decodeMessage(text, size).payload).toBe('ä'.repeat(100));
    expect(caught(() => decodeMessage(text, size - 1))).toEqual(
      new MessageTooLargeError(size, size - 1),
    );
    expect(caught(() => decodeMessage('['.repeat(1_048_577)))).toEqual(
      new MessageTooLargeError(1_048_577, 1_048_576),
    );
  });
});

describe(encodeMessage.name, () => {
  it('writes a version, and null for nothing', () => {
    expect(JSON.parse(encodeMessage(aMessage('a', { id: 'i', payload: undefined })))).toEqual({
      v: 1,
      id: 'i',
      topic: 'a',
      headers: {},
      payload: null,
      timestamp: 1000,
    });
  });

  it('refuses what JSON cannot say', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;

    expect(caught(() => encodeMessage(aMessage('a', { payload: circle })))).toMatchObject({
      reason: 'not-cloneable',
      cause: expect.any(TypeError) as unknown,
    });
    expect(caught(() => encodeMessage(aMessage('a', { payload: 1n })))).toMatchObject({
      reason: 'not-cloneable',
    });
  });

  it('refuses what is too large', () => {
    const message = aMessage('a', { payload: 'x'.repeat(1_048_576) });

    expect(caught(() => encodeMessage(message))).toBeInstanceOf(MessageTooLargeError);
    expect(encodeMessage(message, 2_000_000)).toContain('xxx');
  });
});
