import { type ObservableInput, from, lastValueFrom } from 'rxjs';
import { isCacheCodecError } from '../cache-errors';
import { devalueCodec } from './devalue-codec';

const resultOf = async <T>(source: ObservableInput<T>) =>
  lastValueFrom(from(source), { defaultValue: 'nothing' });

class Order {
  readonly id = 1;
}

describe(devalueCodec.name, () => {
  const make = async () => {
    // It is published as an ES module only.
    const { parse, stringify } = await import('devalue');
    return devalueCodec({ parse, stringify });
  };

  it('keeps dates, maps, sets, bigint, undefined, NaN, -0 and circles', async () => {
    const codec = await make();
    const value: Record<string, unknown> = {
      at: new Date(0),
      map: new Map([['a', new Set([1n])]]),
      none: undefined,
      numbers: [NaN, -0, Infinity],
    };
    value['self'] = value;
    const text = await resultOf(codec.encode(value));

    expect(await resultOf(codec.decode(text))).toEqual(value);
  });

  it.each([
    [{ a: [new Order()] }, '$.a[0]'],
    [() => 1, '$'],
  ])('says where what it refuses is: %p', async (value, at) => {
    const codec = await make();

    await expect(resultOf(codec.encode(value))).rejects.toMatchObject({
      code: 'RXM705',
      at,
    });
  });

  it.each(['', '{', '[]', '[[5]]', '[{"__proto__":0}]'])('refuses the text %p', async (text) => {
    const codec = await make();
    const error: unknown = await resultOf(codec.decode(text)).catch((caught: unknown) => caught);

    expect(isCacheCodecError(error)).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
