import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { ID_GENERATOR, cryptoIdGenerator } from './id-generator';

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Replaces the randomness of the platform by bytes that are told from each other: 0, 1, 2 ... round after round. */
const fillWith = (byte: (index: number) => number) => {
  let index = 0;
  return jest.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    const bytes = array as unknown as Uint8Array;
    bytes.forEach((_, i) => (bytes[i] = byte(index++)));
    return array;
  });
};

describe('cryptoIdGenerator', () => {
  afterEach(() => jest.restoreAllMocks());

  it('makes ids in the form of the standards', () => {
    const ids = cryptoIdGenerator();
    for (let i = 0; i < 200; i++) {
      expect(ids.traceId()).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
      expect(ids.spanId()).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
      expect(ids.uuid()).toMatch(UUID_4);
    }
  });

  it('never makes the same id twice', () => {
    const ids = cryptoIdGenerator();
    const made = Array.from({ length: 1000 }, () => [ids.traceId(), ids.spanId(), ids.uuid()]);

    expect(new Set(made.flat()).size).toBe(3000);
  });

  it('asks the platform for a pool at a time, and not before the first id', () => {
    const asked = fillWith((index) => index % 251);
    const ids = cryptoIdGenerator();

    expect(asked).toHaveBeenCalledTimes(0);

    for (let i = 0; i < 256; i++) ids.traceId();

    expect(asked).toHaveBeenCalledTimes(1);

    ids.spanId();

    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('uses each byte of the platform once at most, also over the end of a pool', () => {
    const kind = fc.constantFrom<'traceId' | 'spanId'>('traceId', 'spanId');
    fc.assert(
      fc.property(fc.array(kind, { minLength: 240, maxLength: 400 }), (kinds) => {
        // Every eight bytes hold their own number.
        const asked = fillWith((i) =>
          i % 8 < 4 ? 0xff : ((i >> 3) >> (8 * (7 - (i % 8)))) & 0xff,
        );
        const ids = cryptoIdGenerator();
        const words = kinds.flatMap((name) => ids[name]().match(/.{16}/g) ?? []);
        asked.mockRestore();
        expect(new Set(words).size).toBe(words.length);
        expect(words.every((word) => word.startsWith('ffffffff'))).toBe(true);
      }),
    );
  });

  it('is never all zero, even without any randomness', () => {
    fillWith(() => 0);
    const ids = cryptoIdGenerator();

    expect(ids.traceId()).toBe('00000000000000000000000000000001');
    expect(ids.spanId()).toBe('0000000000000001');
    expect(ids.uuid()).toBe('00000000-0000-4000-8000-000000000000');
  });

  it('keeps all other bits of a uuid random', () => {
    fillWith(() => 0xff);

    expect(cryptoIdGenerator().uuid()).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  it('keeps one pool for each generator', () => {
    const asked = fillWith((index) => index % 251);
    cryptoIdGenerator().spanId();
    cryptoIdGenerator().spanId();

    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe('ID_GENERATOR', () => {
  it('draws from the cryptographic randomness of the platform by default', () => {
    const asked = jest.spyOn(crypto, 'getRandomValues');

    expect(TestBed.inject(ID_GENERATOR).uuid()).toMatch(UUID_4);
    expect(asked).toHaveBeenCalledTimes(1);

    asked.mockRestore();
  });
});
