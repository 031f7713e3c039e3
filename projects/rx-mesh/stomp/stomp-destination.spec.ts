import fc from 'fast-check';
import { InvalidTopicError, topicPattern } from 'rx-mesh/messaging';
import { binding } from '../spec-support/stomp-world';
import { destinationOf, routingKey } from './stomp-destination';

describe(routingKey.name, () => {
  it.each([
    ['orders.created', 'orders.created'],
    ['orders.*.created', 'orders.*.created'],
    ['orders.>', 'orders.*.#'],
    ['>', '#'],
    ['*', '*'],
    ['a:b@c~$_-+!;,', 'a:b@c~$_-+!;,'],
    ['a/b', 'a=2Fb'],
    ['100%', '100=25'],
    ['a=2Fb', 'a=3D2Fb'],
    [String.raw`a\b`, 'a=5Cb'],
    ['é.😀', '=C3=A9.=F0=9F=98=80'],
  ])('of %s is %s', (topic, key) => {
    expect(routingKey(topic)).toBe(key);
  });

  it('has at most 255 bytes', () => {
    expect(routingKey('x'.repeat(255))).toHaveLength(255);
    expect(() => routingKey('x'.repeat(256))).toThrow(InvalidTopicError);
    expect(() => routingKey('é'.repeat(43))).toThrow('255 bytes');
  });

  it('is another one for another topic, and nothing but letters that need no escape', () => {
    const token = fc
      .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
      .filter((text) => /^[^\s\p{Cc}\p{Cs}.*>#]+$/u.test(text));
    const topic = fc.array(token, { minLength: 1, maxLength: 3 }).map((all) => all.join('.'));
    const short = topic.filter((text) => new TextEncoder().encode(text).length < 80);
    fc.assert(
      fc.property(short, short, (one, other) => {
        expect(routingKey(one) === routingKey(other)).toBe(one === other);
        expect(routingKey(one)).toMatch(/^[\w\-~@$+!:;,=.]+$/);
      }),
    );
  });

  it('matches at the broker what the pattern matches here', () => {
    const words = fc.constantFrom('a', 'b', 'c/d', 'é');
    const topic = fc.array(words, { minLength: 1, maxLength: 4 });
    const pattern = fc
      .tuple(
        fc.array(fc.oneof(words, fc.constant('*')), { maxLength: 3 }),
        fc.constantFrom([], ['>']),
      )
      .map(([head, tail]) => [...head, ...tail].join('.'))
      .filter((text) => text !== '');
    fc.assert(
      fc.property(pattern, topic, (text, tokens) => {
        const name = tokens.join('.');
        const atBroker = binding(routingKey(text)).test(routingKey(name));

        expect(atBroker).toBe(topicPattern(text).matches(name));
      }),
    );
  });
});

describe(destinationOf.name, () => {
  it('names the exchange', () => {
    expect(destinationOf('amq.topic', 'a.>')).toBe('/exchange/amq.topic/a.*.#');
  });
});
