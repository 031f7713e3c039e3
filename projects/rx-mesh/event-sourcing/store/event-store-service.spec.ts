import { retry, take, toArray } from 'rxjs';
import { allOf, eventStoreWorld, idsOf, lastOf } from '../../spec-support/event-store-world';
import { settled } from '../../spec-support/settled';
import type { EventEnvelope, NewEvent } from '../event-envelope';
import { withUpcasters } from '../upcasters';
import { withEventSourcing } from '../with-event-sourcing';
import { EventStoreService } from './event-store-service';
import { EVENT_CONTEXT } from './prepare-events';

const world = eventStoreWorld;
const note = (id: string, fields: Partial<NewEvent> = {}): NewEvent => ({ id, type: 'Noted', ...fields }); // prettier-ignore

describe(EventStoreService.name, () => {
  describe('an append', () => {
    it('records events with all that they have', async () => {
      const { store, clock } = world([withEventSourcing({ serviceId: 'shop' })]);
      const result = await lastOf(
        store.appendToStream(
          'order-7',
          [
            { type: 'OrderPlaced', data: { total: 7 } },
            { type: 'OrderPaid', aggregateId: 'p1', aggregateType: 'payment', schemaVersion: 2 },
          ],
          { expected: 'no-stream' },
        ),
      );
      const first = '00000000-0000-4000-8000-000000000001';
      const metadata = { serviceId: 'shop', correlationId: first };
      const shared = { stream: 'order-7', timestamp: clock.now(), metadata };

      expect(result).toEqual({ stream: 'order-7', version: 2, position: 2, count: 2, duplicate: false }); // prettier-ignore
      expect(await allOf(store.readStream('order-7'))).toEqual([
        {
          ...shared,
          id: first,
          type: 'OrderPlaced',
          data: { total: 7 },
          version: 1,
          position: 1,
          schemaVersion: 1,
          aggregateId: '7',
          aggregateType: 'order',
        },
        {
          ...shared,
          id: first.replace(/1$/, '2'),
          type: 'OrderPaid',
          data: null,
          version: 2,
          position: 2,
          schemaVersion: 2,
          aggregateId: 'p1',
          aggregateType: 'payment',
        },
      ]);
    });

    it('happens when it is subscribed, and once however often', async () => {
      const { store, log } = world();
      const append$ = store.appendToStream('s', [{ type: 'A' }, { type: 'B' }], { expected: 0 });

      expect(await log.head()).toMatchObject({ count: 0 });

      const first = await lastOf(append$);

      expect(await lastOf(append$)).toEqual({ ...first, duplicate: true });
      expect(await log.head()).toMatchObject({ count: 2 });
    });

    it('stores nothing twice when it is tried again after an answer was lost', async () => {
      const { store, log } = world();
      const { append } = log;
      let tries = 0;
      log.append = async (...args) => {
        const result = await append(...args);
        if (++tries === 1) throw new Error('the answer was lost');
        return result;
      };

      await expect(
        lastOf(store.appendToStream('s', { type: 'A' }).pipe(retry(1))),
      ).resolves.toMatchObject({ version: 1, duplicate: true });
      expect(await log.head()).toMatchObject({ count: 1 });
    });

    it('does not care what becomes of the objects that it was given', async () => {
      const { store } = world();
      const data = { list: [1] };
      const append$ = store.appendToStream('s', { type: 'A', data });
      data.list.push(2);
      await lastOf(append$);

      expect(await allOf(store.readAll())).toMatchObject([{ data: { list: [1] } }]);
    });

    it('hands the cause and the correlation on', async () => {
      const { store } = world();
      await lastOf(store.appendToStream('order-1', note('a')));
      const [placed] = (await allOf(store.readAll())) as [EventEnvelope];
      await lastOf(store.appendToStream('pay-1', note('b'), { causedBy: placed }));
      const [, paid] = (await allOf(store.readAll())) as [EventEnvelope, EventEnvelope];
      await lastOf(store.appendToStream('ship-1', note('c'), { causedBy: paid }));
      await lastOf(store.appendToStream('x', note('d'), { causedBy: { id: 'm', correlationId: 'f' } })); // prettier-ignore
      await lastOf(store.appendToStream('x', note('e'), { correlationId: 'mine' }));

      expect((await allOf(store.readAll())).map(({ metadata }) => metadata)).toEqual([
        { serviceId: 'app', correlationId: 'a' },
        { serviceId: 'app', correlationId: 'a', causationId: 'a' },
        { serviceId: 'app', correlationId: 'a', causationId: 'b' },
        { serviceId: 'app', correlationId: 'f', causationId: 'm' },
        { serviceId: 'app', correlationId: 'mine' },
      ]);
    });

    it('adds the facts of the application, of the append and of the event, the nearest winning', async () => {
      const context = { ɵproviders: [{ provide: EVENT_CONTEXT, useValue: () => ({ userId: 'u', a: 1, b: 1 }) }] }; // prettier-ignore
      const { store } = world([context]);
      await lastOf(
        store.appendToStream('s', note('a', { metadata: { b: 3, serviceId: 'other' } }), {
          metadata: { a: 2, b: 2 },
        }),
      );

      expect(await allOf(store.readAll())).toMatchObject([
        { metadata: { userId: 'u', a: 2, b: 3, serviceId: 'other', correlationId: 'a' } },
      ]);
    });

    it.each<[string, string, NewEvent | readonly NewEvent[], string]>([
      ['an empty stream', '', note('a'), 'stream'],
      ['a stream of the store', '$all', note('a'), 'stream'],
      ['a long stream', 'x'.repeat(257), note('a'), 'stream'],
      ['no type', 's', { type: '' }, 'events[0].type'],
      ['an empty id', 's', [note('a'), note('')], 'events[1].id'],
      ['no id', 's', note('a', { id: 7 as never }), 'events[0].id'],
      ['a wrong shape', 's', note('a', { schemaVersion: 0 }), 'events[0].schemaVersion'],
      ['a function', 's', note('a', { data: { f: () => 1 } }), 'events[0].data.f'],
      [
        'wrong metadata',
        's',
        note('a', { metadata: { at: new Date(0) } }),
        'events[0].metadata.at',
      ],
      [
        'no service',
        's',
        note('a', { metadata: { serviceId: 7 } }),
        'events[0].metadata.serviceId',
      ],
      ['too much', 's', note('a', { data: 'x'.repeat(2000) }), 'events[0].data'],
      ['too many', 's', ['a', 'b', 'c', 'd'].map((id) => note(id)), 'events'],
    ])('refuses %s as an error of the stream', async (_title, stream, events, path) => {
      const { store, log } = world([
        withEventSourcing({ maxEventBytes: 1000, maxCommitEvents: 3 }),
      ]);

      await expect(lastOf(store.appendToStream(stream, events))).rejects.toMatchObject({
        code: 'RXM500',
        path,
      });
      expect(await log.head()).toMatchObject({ count: 0 });
    });

    it.each([-1, 1.5, NaN, 'none' as never])('refuses to expect %p', async (expected) => {
      const { store } = world();

      await expect(
        lastOf(store.appendToStream('s', note('a'), { expected })),
      ).rejects.toMatchObject({ code: 'RXM101', option: 'AppendOptions.expected' });
    });

    it('says how sure it is to be', async () => {
      const { store, log } = world([withEventSourcing({ durability: 'strict' })]);
      const append = jest.spyOn(log, 'append');
      await lastOf(store.appendToStream('s', note('a')));
      await lastOf(store.appendToStream('s', note('b'), { durability: 'relaxed' }));

      expect(append.mock.calls.map(([, , options]) => options)).toEqual([
        { durability: 'strict' },
        { durability: 'relaxed' },
      ]);
    });
  });

  describe('a read', () => {
    const filled = async (pageSize = 2) => {
      const all = world([withEventSourcing({ pageSize })]);
      for (const [stream, ids] of [
        ['s-1', 'abc'],
        ['t-1', 'x'],
        ['s-1', 'de'],
      ] as const) {
        const events = ids
          .split('')
          .map((id) => note(id, { type: id === 'd' ? 'Dropped' : 'Noted' }));
        await lastOf(all.store.appendToStream(stream, events));
      }
      return all;
    };

    it('of a stream goes both ways, page by page, as far as is wanted', async () => {
      const { store } = await filled();
      const read = async (range?: object) => idsOf(await allOf(store.readStream('s-1', range)));

      expect(await read()).toBe('abcde');
      expect(await read({ max: 3 })).toBe('abc');
      expect(await read({ from: 2, max: 3 })).toBe('bcd');
      expect(await read({ direction: 'backward' })).toBe('edcba');
      expect(await read({ direction: 'backward', from: 4, max: 3 })).toBe('dcb');
      expect(idsOf(await allOf(store.readStream('none')))).toBe('');
    });

    it('of all is by position, from where it is told, of what is wanted', async () => {
      const { store } = await filled();
      const read = async (options?: object) => idsOf(await allOf(store.readAll(options)));

      expect(await read()).toBe('abcxde');
      expect(await read({ after: 2, max: 3 })).toBe('cxd');
      expect(await read({ category: 't' })).toBe('x');
      expect(await read({ types: ['Dropped'] })).toBe('d');
    });

    it.each([{ max: NaN }, { max: 0 }, { max: 1.5 }, { from: NaN }, { from: -1 }])(
      'of a stream refuses %j',
      async (range) => {
        const { store } = world();

        await expect(allOf(store.readStream('s', range))).rejects.toMatchObject({
          code: 'RXM101',
          option: expect.stringMatching(/^StreamRange/) as string,
        });
      },
    );

    it.each([{ max: NaN }, { max: -1 }, { after: NaN }])('of all refuses %j', async (range) => {
      const { store } = world();

      await expect(allOf(store.readAll(range))).rejects.toMatchObject({
        code: 'RXM101',
        option: expect.stringMatching(/^ReadAllOptions/) as string,
      });
    });

    it('reads no page that nobody wants', async () => {
      const { store, log } = await filled();
      const readAll = jest.spyOn(log, 'readAll');
      const seen = await lastOf(store.readAll().pipe(take(2), toArray()));
      await settled();

      expect(idsOf(seen)).toBe('ab');
      expect(readAll).toHaveBeenCalledTimes(1);
    });

    it('fails as the log does', async () => {
      const { store, log } = world();
      const failure = new Error('no');
      log.readStream = async () => Promise.reject(failure);

      await expect(allOf(store.readStream('s'))).rejects.toBe(failure);
    });

    it('tells of heads and streams', async () => {
      const { store } = await filled();

      expect(await lastOf(store.head())).toEqual({ position: 6, count: 6 });
      expect(await lastOf(store.streamHead('t-1'))).toMatchObject({ version: 1 });
      expect((await allOf(store.streams())).map(({ stream }) => stream)).toEqual(['s-1', 't-1']);
    });

    it('brings events to their newest shape, and writes them in it', async () => {
      const { store } = world([
        withUpcasters([
          {
            type: 'Old',
            from: 1,
            toType: 'New',
            upcast: (data) => ({ ...(data as object), b: 2 }),
          },
        ]),
      ]);
      await lastOf(store.appendToStream('s', { type: 'Old', schemaVersion: 1, data: { a: 1 } }));
      await lastOf(store.appendToStream('s', { type: 'New', data: { a: 2, b: 3 } }));
      const events = [
        { type: 'New', schemaVersion: 2, data: { a: 1, b: 2 } },
        { type: 'New', schemaVersion: 2, data: { a: 2, b: 3 } },
      ];

      expect(await allOf(store.readStream('s'))).toMatchObject(events);
      expect(await allOf(store.readAll({ types: ['New'] }))).toMatchObject(events);
      expect(await allOf(store.readAll({ types: ['Old'] }))).toEqual([]);
    });
  });

  it('tells all subscribers of all new events, with one reader', async () => {
    const { store, log, clock } = world();
    await lastOf(store.appendToStream('s', note('a')));
    const readAll = jest.spyOn(log, 'readAll');
    const seen: [string, string][] = [];
    const one = store.all$.subscribe(({ id }) => seen.push(['one', id]));
    const two = store.all$.subscribe(({ id }) => seen.push(['two', id]));
    await settled();
    await lastOf(store.appendToStream('t', note('b')));
    await settled();

    expect(seen).toEqual([
      ['one', 'b'],
      ['two', 'b'],
    ]);
    expect(readAll).toHaveBeenCalledTimes(2);

    one.unsubscribe();
    two.unsubscribe();
    await settled();

    expect(clock.pending).toBe(0);
  });

  it('leaves an event out of all of them that no upcaster can read, tells it, and goes on', async () => {
    const upcast = (): never => {
      throw new Error('no');
    };
    const { store, diagnostics } = world([withUpcasters([{ type: 'Noted', from: 1, upcast }])]);
    const seen: string[] = [];
    const all = store.all$.subscribe(({ id }) => seen.push(id));
    await settled();
    for (const [id, schemaVersion] of [
      ['a', 2],
      ['bad', 1],
      ['worse', 1],
      ['b', 2],
    ] as const) {
      await lastOf(store.appendToStream('s', note(id, { schemaVersion })));
      await settled();
    }

    expect(seen).toEqual(['a', 'b']);
    expect(diagnostics.codes).toEqual(['RXM509']);

    all.unsubscribe();
  });
});
