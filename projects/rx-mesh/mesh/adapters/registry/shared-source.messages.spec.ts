import fc from 'fast-check';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import {
  FakeRegistrySource,
  anInstance,
} from '../../../spec-support/contracts/fake-registry-source';
import { FakeTabs } from '../../../spec-support/fake-tabs';
import { settled } from '../../../spec-support/settled';
import type { RegistrySnapshot } from '../registry-source';
import { sharedAcrossTabs } from './shared-source';
import { snapshotMessage } from './tab-messages';

const NAME = 'rx-mesh registry 1 fake /registry';

/** A tab that waits, while another page has the lock and says what the test wants. */
const setUp = async ({ limit = 100 } = {}) => {
  const tabs = new FakeTabs();
  const source = new FakeRegistrySource('fake');
  const end = new AbortController();
  const held = new Promise<void>((release) => {
    end.signal.addEventListener('abort', () => release());
  });
  const holding = tabs
    .open()
    .locks.request(NAME, { signal: new AbortController().signal }, async () => held);
  const stranger = tabs.channel(NAME);
  const diagnostics = new RecordingDiagnostics();
  const words: RegistrySnapshot[] = [];
  const ports = { ...tabs.open(), diagnostics };
  const subscription = sharedAcrossTabs(source, ports, { scope: '/registry', limit })
    .watch()
    .subscribe((word) => words.push(word));
  await settled();
  return {
    ...{ tabs, source, diagnostics, words, holding, stranger },
    close: () => subscription.unsubscribe(),
    leave: () => end.abort(),
    say: async (...messages: readonly unknown[]) => {
      for (const message of messages) stranger.postMessage(message);
      await settled();
    },
    ids: () => [...(words.at(-1)?.values() ?? [])].flat().map(({ id }) => id),
  };
};

const written = (id: string, fields: object = {}): object => ({
  ...anInstance('orders', id),
  lastSeen: 5,
  ...fields,
});
const orders = (...instances: readonly unknown[]) => ({
  v: 1,
  type: 'snapshot',
  answer: false,
  services: [['orders', instances]],
});

describe(`${sharedAcrossTabs.name} and what other pages say`, () => {
  it('asks when it comes, and takes over what it is told', async () => {
    const { tabs, say, words, source } = await setUp();

    expect(tabs.posted).toEqual([{ v: 1, type: 'ask' }]);

    await say(orders(written('a', { metadata: { zone: 'eu' }, more: 1 })));

    expect([...(words[0] ?? [])]).toEqual([
      [
        'orders',
        [{ ...anInstance('orders', 'a'), metadata: { zone: 'eu' }, lastSeen: new Date(5) }],
      ],
    ]);
    expect(Object.isFrozen(words[0]?.get('orders')?.[0])).toBe(true);
    expect(source.asked).toBe(0);
  });

  it.each([
    ['a text', 'hello'],
    ['nothing', null],
    ['a list', [1]],
    ['no version', { type: 'same' }],
    ['a version that is no number', { v: '1', type: 'same' }],
    ['no type', { v: 1 }],
    ['a type of its own', { v: 1, type: 'shout' }],
    ['an inherited type', { v: 1, type: 'toString' }],
    ['no services', { v: 1, type: 'snapshot', answer: false }],
    ['services that are no list', { v: 1, type: 'snapshot', answer: false, services: {} }],
    ['no word on whether it answers', { v: 1, type: 'snapshot', services: [] }],
  ])('says once that it heard %s', async (_what, message) => {
    const { say, words, diagnostics } = await setUp();
    await say(message, message, orders(written('a')), message);

    expect(words).toHaveLength(1);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM305', severity: 'warning', message: expect.stringContaining(NAME) as string },
    ]);
  });

  it('heeds no message of another version, and complains of none', async () => {
    const { say, words, diagnostics } = await setUp();
    await say({ ...orders(written('a')), v: 2 }, { v: 0, type: 'whatever' });

    expect([words, diagnostics.records]).toEqual([[], []]);
  });

  it.each([
    ['no instance', 7],
    ['a list', []],
    ['no id', written('a', { id: '' })],
    ['another service', written('a', { name: 'users' })],
    ['a script for a URL', written('a', { url: 'javascript:alert(1)' })],
    ['credentials in its URL', written('a', { url: 'https://u:p@a.test' })],
    ['no URL', written('a', { url: undefined })],
    ['a port that is none', written('a', { port: 65_536 })],
    ['a health of its own', written('a', { health: 'toString' })],
    ['a weight below 0', written('a', { weight: -1 })],
    ['metadata that are no texts', written('a', { metadata: { zone: 1 } })],
    ['no metadata', written('a', { metadata: null })],
    ['a time that is a text', written('a', { lastSeen: '5' })],
    ['a time that is none', written('a', { lastSeen: NaN })],
    ['a time beyond all calendars', written('a', { lastSeen: 1e300 })],
    ['a Date', written('a', { lastSeen: new Date(5) })],
  ])('leaves out an instance with %s, and says so once a round', async (_what, bad) => {
    const { say, ids, words, diagnostics } = await setUp();
    await say(orders(bad, written('b')), orders(bad, written('b')));

    expect(ids()).toEqual(['b']);
    expect(words[1]).toBe(words[0]);
    expect(diagnostics.codes).toEqual(['RXM305']);

    await say(orders(written('b')), orders(bad, written('b')));

    expect(diagnostics.codes).toEqual(['RXM305', 'RXM305']);
  });

  it('checks also what comes under a known id', async () => {
    const { say, ids, diagnostics } = await setUp();
    await say(
      orders(written('a'), written('b')),
      orders(written('a', { metadata: undefined }), written('b')),
    );

    expect(ids()).toEqual(['b']);
    expect(diagnostics.codes).toEqual(['RXM305']);
  });

  it('keeps what it knows when nothing of a message can be used, and believes no confirmation of it', async () => {
    const { say, words, diagnostics } = await setUp();
    await say(orders(written('a')), orders({}), { v: 1, type: 'same' });
    await say({ v: 1, type: 'snapshot', answer: false, services: [7, ['', []], ['a', {}]] });

    expect(words).toHaveLength(1);
    expect(diagnostics.codes).toEqual(['RXM305']);

    await say(orders(written('a')), { v: 1, type: 'same' });

    expect(words).toHaveLength(3);
    expect(new Set(words).size).toBe(1);
  });

  it('believes no confirmation of what it was not told', async () => {
    const { say, words, diagnostics } = await setUp();
    await say({ v: 1, type: 'same' }, { v: 1, type: 'ask' });

    expect([words, diagnostics.records]).toEqual([[], []]);
  });

  it('takes no more instances than the registry holds', async () => {
    const { say, ids, diagnostics } = await setUp({ limit: 2 });
    await say({
      ...orders(),
      services: [
        ['orders', [written('a')]],
        ['orders', [written('b'), written('c')]],
        ['users', [written('d', { name: 'users' })]],
      ],
    });

    expect(ids()).toEqual(['a', 'b']);
    expect(diagnostics.records).toMatchObject([{ cause: expect.any(RangeError) as RangeError }]);
  });

  it('lets no name reach a prototype', async () => {
    const { say, words } = await setUp();
    const traps = JSON.parse('{"__proto__":"x","constructor":"y"}') as object;
    const of = (service: string) => [
      service,
      [{ ...anInstance(service, '__proto__'), metadata: traps, lastSeen: 5 }],
    ];
    await say({ ...orders(), services: [of('__proto__'), of('constructor')] });

    expect([...(words[0]?.keys() ?? [])]).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(words[0]?.get('__proto__')?.[0]?.metadata ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('does not listen to snapshots while it watches itself', async () => {
    const { say, leave, holding, source, words, diagnostics } = await setUp();
    leave();
    await holding;
    await settled();
    source.publish(anInstance('orders', 'own'));
    await say(orders(written('a')), 'hello');

    expect(words).toHaveLength(1);
    expect(diagnostics.codes).toEqual(['RXM305']);
  });

  it('goes on when its word cannot be posted', async () => {
    const { leave, holding, source, words, diagnostics } = await setUp();
    leave();
    await holding;
    await settled();
    const metadata = { zone: (() => 'eu') as unknown as string };
    source.publish(anInstance('orders', 'a', { metadata }));
    source.publish(anInstance('orders', 'b', { metadata }));

    expect(words).toHaveLength(2);
    expect(diagnostics.records).toMatchObject([
      { code: 'RXM305', message: expect.stringContaining('could not be told') as string },
    ]);
  });

  it('takes any message without a crash', async () => {
    const { say, close, tabs, words } = await setUp();
    const message = fc.oneof(
      fc.object(),
      fc.record({
        v: fc.constant(1),
        type: fc.constant('snapshot'),
        answer: fc.boolean(),
        services: fc.array(
          fc.oneof(
            fc.anything(),
            fc.tuple(
              fc.string(),
              fc.array(
                fc.oneof(
                  fc.anything(),
                  fc.record({ id: fc.string(), metadata: fc.object(), lastSeen: fc.double() }),
                ),
              ),
            ),
          ),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(message, async (any) => {
        const before = words.length;
        await say(any);

        // Nothing of it can be used; an empty set can.
        expect(words.slice(before).every(({ size }) => size === 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
    await say(orders(written('a')));

    expect(words.at(-1)?.size).toBe(1);

    close();

    expect(tabs.channels).toBe(1);
  });

  it('reads what it writes', async () => {
    const { say, words } = await setUp();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }),
        fc.dictionary(fc.string(), fc.string()),
        fc.record({
          version: fc.string(),
          secure: fc.boolean(),
          weight: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
          port: fc.integer({ min: 0, max: 65_535 }),
          lastSeen: fc.date({ noInvalidDate: true }),
        }),
        async (ids, metadata, fields) => {
          const sorted = ids.sort((a, b) => (a < b ? -1 : 1));
          const instances = sorted.map((id) => ({
            ...anInstance('orders', 'x', { ...fields, metadata }),
            id,
          }));
          await say(snapshotMessage(new Map(), false));
          await say(snapshotMessage(new Map([['orders', instances]]), false));

          expect(words.at(-1)?.get('orders')).toEqual(instances);
        },
      ),
      { numRuns: 50 },
    );
  });
});
