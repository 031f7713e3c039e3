import { attributesOf } from './otlp-values';

const valueOf = (value: unknown) => attributesOf([['key', value]]);

describe(attributesOf.name, () => {
  it.each([
    ['a\ud83d', 'a\ufffd'],
    ['\ude00b', '\ufffdb'],
    ['\ude00\ud83d', '\ufffd\ufffd'],
    ['\ud83d😀\ude00', '\ufffd😀\ufffd'],
    ['😀é', '😀é'],
  ])('writes %j as %j, for half a surrogate pair is no character', (value, stringValue) => {
    expect(valueOf(value)).toEqual([{ key: 'key', value: { stringValue } }]);
  });

  it('writes what UTF-8 can hold', () => {
    const [attribute] = valueOf('half \udbff of one');
    const text = JSON.stringify(attribute);

    expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
    expect(text).not.toMatch(/\\ud[89a-f]/i);
  });
});
