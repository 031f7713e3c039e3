import type { RemoteCache } from 'rx-mesh/caching';
import { type Observable, Subscription, lastValueFrom, merge } from 'rxjs';

/** A second level of the contract, made anew for each test. */
export interface RemoteCacheHarness {
  readonly remote: RemoteCache;
  /** The same one as somebody else has it; itself where there is nobody else. */
  readonly other?: RemoteCache;
  /** Lets a time go by, in milliseconds. */
  readonly pass: (time: number) => Promise<void>;
  /** How much was sent or begun that has not ended. @default not told */
  readonly open?: () => number;
  /** How many requests or transactions there were so far. @default not told */
  readonly begun?: () => number;
  /** The shortest time that a text can have here, in milliseconds. @default 200 */
  readonly shortest?: number;
  /** How many characters a text may have. @default more than a million */
  readonly largest?: number;
}

const HOUR = 3_600_000;
const ODD_KEYS = [
  'a/b',
  'a.b',
  'a%2Fb',
  'a%b',
  'a:b',
  'a?b=c&d#e',
  'a b',
  ' ',
  '+',
  'line\nbreak\r\n\tand tab',
  '"quoted\\"',
  "it's",
  '{[*]}',
  'käse/🧀',
  '__proto__',
  'constructor',
  'x'.repeat(1000),
];

/** What every second level keeps to. */
export function describeRemoteCache(
  name: string,
  make: () => RemoteCacheHarness | Promise<RemoteCacheHarness>,
): void {
  const last = async <T>(source: Observable<T>): Promise<T | undefined> =>
    lastValueFrom(source, { defaultValue: undefined });
  const world = async () => {
    const harness = await make();
    const { remote, other = remote } = harness;
    const put = async (key: string, text: string, ttl = HOUR) =>
      last(remote.write([{ key, text, ttl }]));
    const read = async (...keys: readonly string[]) => last(other.read(keys));
    return { ...harness, other, put, read };
  };

  describe(`${name} as a second level`, () => {
    it('reads many keys in their order, and none where there is none', async () => {
      const { put, read } = await world();
      await put('a', '1');
      await put('b', '2');

      expect(await read('b', 'none', 'a', 'b')).toEqual(['2', undefined, '1', '2']);
      expect(await read('none')).toEqual([undefined]);
      expect(await read()).toEqual([]);
    });

    it('writes many texts, each over what was there', async () => {
      const { remote, put, read } = await world();
      await put('a', 'old');
      const written = await last(
        remote.write([
          { key: 'a', text: 'new', ttl: HOUR },
          { key: 'b', text: '2', ttl: HOUR },
        ]),
      );

      expect(written).toBeUndefined();
      expect(await read('a', 'b')).toEqual(['new', '2']);
    });

    it('drops keys, also such as are not there', async () => {
      const { remote, put, read } = await world();
      await put('a', '1');
      await put('b', '2');
      await put('c', '3');

      expect(await last(remote.delete(['a', 'none', 'c']))).toBeUndefined();
      expect(await read('a', 'b', 'c')).toEqual([undefined, '2', undefined]);
    });

    it('drops all keys that begin with a text, where it can', async () => {
      const { remote, put, read } = await world();
      const keys = ['u1:', 'u1:a', 'u1:\uffff\uffffz', 'u1', 'u10:a', 'u2:a', 'U1:a', ' u1:a'];
      for (const key of keys) await put(key, key);
      const dropping$ = remote.deleteAll?.('u1:');
      if (dropping$) await last(dropping$);
      const left = keys.map((key) => (dropping$ && key.startsWith('u1:') ? undefined : key));

      expect(await read(...keys)).toEqual(left);
    });

    it('has nothing to do where there are no keys', async () => {
      const { remote, begun = () => 0 } = await world();
      const before = begun();
      await last(merge(remote.write([]), remote.delete([]), remote.read([])));

      expect(begun()).toBe(before);
    });

    it('drops a text when its time is over', async () => {
      const { put, read, pass, shortest = 200 } = await world();
      await put('short', '1', shortest);
      await put('long', '2');
      await put('broken', '3', 0.5);
      await pass(shortest + 50);

      expect(await read('short', 'long', 'broken')).toEqual([undefined, '2', undefined]);
    });

    it('gives a text that is written anew a new time', async () => {
      const { put, read, pass, shortest = 200 } = await world();
      await put('longer', '1', shortest);
      await put('longer', '2');
      await put('shorter', '1');
      await put('shorter', '2', shortest);
      await pass(shortest + 50);

      expect(await read('longer', 'shorter')).toEqual(['2', undefined]);
    });

    it.each([
      ['nothing', ''],
      ['letters of many writings', 'äöü ß 日本語 🧀👩‍👩‍👧 \u202e'],
      ['what means something to others', '/.%2F?#&+ "\\" \'{}[]\r\n\t\u0001\u2028'],
      ['a number', '42'],
      ['null', 'null'],
      ['JSON', JSON.stringify({ a: ['x', { b: null }], 'c/d': '"' })],
      ['what is large', '0123456789abcdé\n'.repeat(65_536)],
    ])('keeps %s as it is', async (_what, text) => {
      const { put, read, largest = Infinity } = await world();
      const written = text.slice(0, largest);
      await put('a', written);
      const [found] = (await read('a')) ?? [];

      // Not by toBe: a megabyte is nothing to read.
      expect(found === written).toBe(true);
    });

    it.each(ODD_KEYS.map((key) => [key]))('takes %j as a key', async (key) => {
      const { remote, put, read } = await world();
      await put(key, 'mine');
      await put(`${key}2`, 'other');

      expect(await read(key, `${key}2`)).toEqual(['mine', 'other']);

      await last(remote.delete([key]));

      expect(await read(key, `${key}2`)).toEqual([undefined, 'other']);
    });

    it('holds odd keys apart', async () => {
      const { remote, read } = await world();
      await last(remote.write(ODD_KEYS.map((key) => ({ key, text: `of ${key}`, ttl: HOUR }))));

      expect(await read(...ODD_KEYS)).toEqual(ODD_KEYS.map((key) => `of ${key}`));
    });

    it('takes 100 keys at once', async () => {
      const { remote, read } = await world();
      const keys = Array.from({ length: 100 }, (_, at) => `key/${at}`);
      await last(remote.write(keys.map((key) => ({ key, text: `${key}!`, ttl: HOUR }))));

      expect(await read(...keys)).toEqual(keys.map((key) => `${key}!`));

      await last(remote.delete(keys));

      expect(await read(...keys)).toEqual(keys.map(() => undefined));
    });

    it('does nothing before it is subscribed, and all anew each time', async () => {
      const { remote, put, read, begun = () => 0 } = await world();
      await put('b', '1');
      const before = begun();
      const writing$ = remote.write([{ key: 'a', text: '1', ttl: HOUR }]);
      const deleting$ = remote.delete(['b']);
      const reading$ = remote.read(['a']);

      expect(begun()).toBe(before);
      expect(await read('a', 'b')).toEqual([undefined, '1']);
      expect(await last(reading$)).toEqual([undefined]);

      await last(writing$);
      await last(deleting$);

      expect(await last(reading$)).toEqual(['1']);
      expect(await read('b')).toEqual([undefined]);

      await put('a', '2');
      await last(writing$);

      expect(await last(reading$)).toEqual(['1']);
    });

    it('leaves nothing behind of what is unsubscribed, and works on', async () => {
      const { remote, put, read, pass, open = () => 0 } = await world();
      await put('a', '1');
      const told: unknown[] = [];
      const subscriptions = new Subscription();
      for (let turn = 0; turn < 5; turn++) {
        const observer = {
          next: (value: unknown) => told.push(value),
          error: (error: unknown) => told.push(error),
        };
        subscriptions.add(remote.read([`none${turn}`, 'a']).subscribe(observer));
      }
      subscriptions.unsubscribe();
      const before = told.length;
      await pass(100);

      expect(told).toHaveLength(before);
      expect(told.every(Array.isArray)).toBe(true);
      expect(open()).toBe(0);
      expect(await read('a')).toEqual(['1']);
    });

    it('does what many ask at once', async () => {
      const { remote, other, read } = await world();
      await Promise.all(
        Array.from({ length: 20 }, async (_, at) => {
          await last(
            (at % 2 ? remote : other).write([{ key: `k${at}`, text: `${at}`, ttl: HOUR }]),
          );
          await last(other.read([`k${at}`, 'k0']));
        }),
      );

      expect(await read('k0', 'k7', 'k19')).toEqual(['0', '7', '19']);
    });

    it('emits once and completes', async () => {
      const { remote, put } = await world();
      await put('a', '1');
      const seen: unknown[] = [];
      const watch = async (source: Observable<unknown>) =>
        new Promise<void>((resolve, reject) => {
          source.subscribe({ next: (value) => seen.push(value), error: reject, complete: resolve });
        });
      await watch(remote.read(['a']));
      await watch(remote.write([{ key: 'b', text: '1', ttl: HOUR }]));
      await watch(remote.delete(['b']));

      expect(seen).toEqual([['1']]);
    });
  });
}
