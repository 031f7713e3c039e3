import { TestBed } from '@angular/core/testing';
import fc from 'fast-check';
import { type ObservableInput, from, lastValueFrom } from 'rxjs';
import { deflateRawSync } from 'node:zlib';
import { CACHE_CODEC } from './codec-token';
import { settled } from '../../spec-support/settled';
import { withCompression } from './compressed-codec';
import { CompressionService } from './compression-service';

const resultOf = async <T>(source: ObservableInput<T>) =>
  lastValueFrom(from(source), { defaultValue: 'nothing' });

const provide = (options?: Parameters<typeof withCompression>[0]) => {
  const providers = options ? [...withCompression(options).ɵproviders] : [];
  TestBed.configureTestingModule({ providers });
  return TestBed.inject(CompressionService);
};
const compress = async (text: string) =>
  resultOf(TestBed.inject(CompressionService).compress(text));
const decompress = async (text: string) =>
  resultOf(TestBed.inject(CompressionService).decompress(text));
const noise = (length: number) =>
  fc.sample(fc.string({ minLength: length, maxLength: length, unit: 'binary' }), {
    numRuns: 1,
    seed: 1,
  })[0] ?? '';

describe(CompressionService.name, () => {
  it('gives any text back', () => {
    provide({ threshold: 0 });

    return fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat(50), async (text, times) => {
        const whole = `\ufeff${text.repeat(times)}`;

        expect(await decompress(await compress(whole))).toBe(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves a text alone that is shorter than the threshold', async () => {
    provide();

    expect(await compress('a'.repeat(2047))).toBe(`=${'a'.repeat(2047)}`);
    expect((await compress('a'.repeat(2048))).slice(0, 1)).toBe('~');
  });

  it('keeps the plain form unless the other is smaller by a fifth', async () => {
    provide({ threshold: 10 });
    const text = noise(3000);

    expect(await compress(text)).toBe(`=${text}`);
  });

  it('leaves a text alone that UTF-8 would change', async () => {
    provide();
    const text = `\ud800${'a'.repeat(5000)}`;

    expect(await decompress(await compress(text))).toBe(text);
  });

  it('leaves texts alone where the platform has no such stream, and cannot read compressed ones', async () => {
    provide();
    const packed = await compress('a'.repeat(5000));
    const { CompressionStream: packing, DecompressionStream: unpacking } = globalThis;
    Object.assign(globalThis, { CompressionStream: undefined, DecompressionStream: undefined });

    expect((await compress('a'.repeat(5000))).slice(0, 2)).toBe('=a');
    await expect(decompress(packed)).rejects.toMatchObject({ code: 'RXM705' });

    Object.assign(globalThis, { CompressionStream: packing, DecompressionStream: unpacking });
  });

  it('reads no more than 16 MB, however small the text', async () => {
    provide();
    const bomb = deflateRawSync(Buffer.alloc(17 * 1024 * 1024, 'a')).toString('base64');

    expect(bomb.length).toBeLessThan(50_000);
    await expect(decompress(`~${bomb}`)).rejects.toMatchObject({
      code: 'RXM705',
      detail: 'it is longer than 16777216',
    });

    const most = deflateRawSync(Buffer.alloc(16 * 1024 * 1024, 'a')).toString('base64');

    expect((await decompress(`~${most}`)).length).toBe(16 * 1024 * 1024);
    // 33 MB, on a machine that does other things too.
  }, 60_000);

  it.each(['', 'abc', '~', '~!!!', '~AAAA', `~${Buffer.from('not deflated').toString('base64')}`])(
    'refuses the text %p',
    async (text) => {
      provide();

      await expect(decompress(text)).rejects.toMatchObject({ code: 'RXM705', at: '$' });
    },
  );

  it('refuses what is cut off', async () => {
    provide();
    const packed = await compress('abcdefgh'.repeat(1000));

    await expect(decompress(packed.slice(0, -8))).rejects.toMatchObject({ code: 'RXM705' });
  });

  it('does nothing before it is subscribed, and ends its streams when the subscriber leaves', async () => {
    const service = provide();
    const cancel = jest.spyOn(ReadableStreamDefaultReader.prototype, 'cancel');
    const read = jest.spyOn(ReadableStreamDefaultReader.prototype, 'read');
    const work = service.compress('a'.repeat(5000));

    expect(read).not.toHaveBeenCalled();

    const seen: string[] = [];
    work.subscribe((text) => seen.push(text)).unsubscribe();
    await settled();

    expect([seen, cancel.mock.calls.length]).toEqual([[], 1]);

    jest.restoreAllMocks();
  });
});

describe(withCompression.name, () => {
  it('compresses what the codec writes, under another name', async () => {
    provide({});
    const codec = TestBed.inject(CACHE_CODEC);
    const value = { list: Array.from({ length: 500 }, () => 'again') };
    const text = await resultOf(codec.encode(value));

    expect([codec.name, text.slice(0, 1), text.length < 200]).toEqual(['json-deflate', '~', true]);
    expect(await resultOf(codec.decode(text))).toEqual(value);
    await expect(resultOf(codec.encode(1n))).rejects.toMatchObject({ code: 'RXM705' });
  });

  it('takes another codec', async () => {
    const codec = { name: 'upper', encode: (value: unknown) => [String(value).toUpperCase()], decode: (text: string) => [text] }; // prettier-ignore
    provide({ codec, threshold: 1 });
    const text = await resultOf(TestBed.inject(CACHE_CODEC).encode('a'));

    expect(text).toBe('=A');
  });

  it('refuses a threshold that is none', () => {
    expect(() => withCompression({ threshold: -1 })).toThrow(
      'CompressionOptions.threshold is -1, but must be a whole number of at least 0.',
    );
  });
});
