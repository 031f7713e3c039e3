import fc from 'fast-check';
import { type ObservableInput, from, lastValueFrom } from 'rxjs';
import { CacheCodecError } from '../cache-errors';
import { jsonCodec } from './json-codec';

const resultOf = async <T>(source: ObservableInput<T>) =>
  lastValueFrom(from(source), { defaultValue: 'nothing' });

class Order {
  readonly id = 1;
}

const codec = jsonCodec();
const encode = async (value: unknown) => resultOf(codec.encode(value));
const decode = async (text: string) => resultOf(codec.decode(text));
const again = async (value: unknown) => decode(await encode(value));

const circle: Record<string, unknown> = {};
circle['self'] = { circle };

describe(jsonCodec.name, () => {
  it('gives plain data back as it was', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));

        expect(await again(plain)).toEqual(plain);
      }),
    ));

  it.each([null, undefined, 0, '', false, 'ä\ud800', [], {}])('writes %p', async (value) => {
    expect(await again(value)).toEqual(value);
  });

  it('leaves out properties that are undefined: they read the same', async () => {
    expect(await encode({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('writes what is shared, twice', async () => {
    const shared = { n: 1 };

    expect(await again([shared, shared])).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it('takes objects without a prototype, and those of another frame', async () => {
    const bare: unknown = Object.assign(Object.create(null), { a: 1 });
    const foreign: unknown = Object.create(Object.create(null) as object);

    expect(await again([bare, foreign])).toEqual([{ a: 1 }, {}]);
  });

  it.each([
    [{ at: new Date(0) }, '$.at', 'it is a Date'],
    [{ items: [0, { at: new Map() }] }, '$.items[1].at', 'it is a Map'],
    [new Set(), '$', 'it is a Set'],
    [{ 'a b': new Order() }, '$["a b"]', 'it is a Order'],
    [[1n], '$[0]', 'it is bigint'],
    [{ n: NaN }, '$.n', 'JSON has no NaN'],
    [{ n: -Infinity }, '$.n', 'JSON has no -Infinity'],
    [-0, '$', 'JSON has no -0'],
    [{ call: encode }, '$.call', 'it is function'],
    [{ toJSON: () => 1 }, '$.toJSON', 'it is function'],
    [{ symbol: Symbol('a') }, '$.symbol', 'it is symbol'],
    [{ [Symbol('a')]: 1 }, '$', 'it has a symbol as key'],
    [[undefined], '$[0]', 'it is undefined'],
    [Object.assign([], { length: 2 }), '$', 'it is a list with holes'],
    [circle, '$.self.circle', 'it holds itself'],
    [Object.create({ constructor: 1 }), '$', 'it is a special object'],
  ])('refuses %p', async (value, at, detail) => {
    await expect(encode(value)).rejects.toEqual(new CacheCodecError(at, detail));
  });

  it('refuses what is nested too deep, instead of ending the stack', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];

    await expect(encode(deep)).rejects.toMatchObject({
      detail: 'it is nested more than 500 times',
    });
  });

  it('refuses a text that is no JSON', async () => {
    await expect(decode('{')).rejects.toMatchObject({
      at: '$',
      detail: 'its text is no JSON',
      cause: expect.any(Error) as unknown,
    });
  });

  it('reads __proto__ as a property like any other: no prototype changes', async () => {
    const value = (await decode('{"__proto__":{"admin":true},"a":1}')) as Record<string, unknown>;

    expect(Object.keys(value)).toEqual(['__proto__', 'a']);
    expect([
      Object.getPrototypeOf(value),
      value['admin'],
      ({} as { admin?: unknown }).admin,
    ]).toEqual([Object.prototype, undefined, undefined]);
    expect(await encode(value)).toBe('{"__proto__":{"admin":true},"a":1}');
  });

  it('works when it is subscribed', () => {
    expect(() => codec.encode(1n)).not.toThrow();
  });
});
