import fc from 'fast-check';
import { type Envelope, readEnvelope, writeEnvelope } from './envelope';

const envelope: Envelope = {
  key: 'k',
  madeAt: 1_000_000,
  ttl: 1000,
  gone: 3000,
  validator: '"7"',
  limits: { staleWhileRevalidate: 10, staleIfError: 0 },
  marks: new Map([['clear', undefined], ['key:k', '1f']]), // prettier-ignore
  text: '{"a":1}',
};
const text = writeEnvelope(envelope, 'json');
const read = (written: string, now = 1_000_000) => readEnvelope(written, 'json', 'k', now);
const changed = (change: object) => JSON.stringify({ ...(JSON.parse(text) as object), ...change });

describe('an envelope', () => {
  it('is read as it was written', () => {
    expect(read(text)).toEqual(envelope);
  });

  it('holds an endless time, no validator and no limits', () => {
    const endless = { ...envelope, ttl: Infinity, validator: undefined, limits: undefined };

    expect(read(writeEnvelope(endless, 'json'))).toEqual(endless);
  });

  it.each([
    ['', 'it is no JSON'],
    ['null', 'it is no object'],
    ['7', 'it is no object'],
    ['[]', 'it is of another version'],
    [changed({ v: 2 }), 'it is of another version'],
    [changed({ c: 'devalue' }), 'it was written by another codec'],
    [changed({ k: 'other' }), 'it is of another key'],
    ...[
      { at: '1' },
      { ttl: -1 },
      { gone: 'x' },
      { gone: null },
      { m: {} },
      { m: [7] },
      { m: [[7, 'a']] },
      { m: [['a', 7]] },
      { m: [['a'.repeat(2000), 'a']] },
      { m: Array.from({ length: 300 }, () => ['a', 'b']) },
      { t: undefined },
      { l: null },
      { l: 7 },
      { l: [1] },
      { l: [1, -1] },
      { l: [1, '1'] },
      { m: [['dep:k', 'a']] },
      { m: [['dep:', 'a']] },
      { m: [['tag:', 'a']] },
      { m: [[`tag:${'a'.repeat(1024)}b`, 'a']] },
    ].map((change) => [changed(change), 'a part of it is missing, or wrong']),
  ])('is not read from %s', (written, fault) => {
    expect(read(written)).toBe(fault);
  });

  it.each([
    ['made a minute in the future', -60_000, 'object'],
    ['made later than that', -60_001, 'it was made in the future'],
    ['stale', 2999, 'object'],
    ['over', 3000, undefined],
    ['over for a minute', 63_000, undefined],
    ['over for longer', 63_001, 'it is older than it may be'],
  ])('is looked at by the wall clock: %s', (_what, later, outcome) => {
    const found = read(text, envelope.madeAt + later);

    expect(typeof found === 'object' ? 'object' : found).toBe(outcome);
  });

  it('is found in no other text, and no text is fatal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (any) => {
        expect(typeof read(any)).toBe('string');
      }),
    );
  });
});
