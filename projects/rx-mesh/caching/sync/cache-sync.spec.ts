import { ID_GENERATOR, cryptoIdGenerator } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, SOCKET_PAGE, type TransportState } from 'rx-mesh/messaging';
import { BehaviorSubject, Subject } from 'rxjs';
import { MessageWire } from '../../spec-support/message-wire';
import type { CacheVoid } from '../remote-level';
import { CacheSync, type CacheSyncEvent } from './cache-sync';

function setUp() {
  const wire = new MessageWire();
  const page = new Subject<'away' | 'back' | 'seen'>();
  const state = new BehaviorSubject<TransportState>('connected');
  const cache = () => {
    const app = wire.app([
      { provide: SOCKET_PAGE, useValue: page },
      // Counted ids would be the same for all.
      { provide: ID_GENERATOR, useValue: cryptoIdGenerator() },
      { provide: MESSAGE_TRANSPORT, useValue: { ...wire.transport(), state$: state } },
    ]);
    const sync = app.get(CacheSync);
    const told: (CacheVoid & { readonly settled: boolean })[] = [];
    const events: CacheSyncEvent[] = [];
    const target = {
      told: ({ what, settled }: { what: CacheVoid; settled: boolean }) => {
        told.push({ ...what, settled });
      },
      missed: jest.fn<undefined, []>(),
    };
    const listen = (): void => {
      sync.listen(target);
    };
    sync.events$.subscribe({
      next: (event) => events.push(event),
      error: (error: unknown) => events.push(error as never),
    });
    return { app, sync, told, events, target, listen };
  };
  const raw = (payload: unknown): void => {
    wire
      .transport()
      .send({ id: 'x', topic: 'cache.sync', headers: {}, payload, timestamp: 0 })
      .subscribe();
  };
  return { wire, page, state, cache, raw };
}

describe(CacheSync.name, () => {
  it('tells others what is void, and never itself', () => {
    const { cache } = setUp();
    const [a, b] = [cache(), cache()];
    a.listen();
    b.listen();
    const ends: string[] = [];
    a.sync
      .tell({ keys: ['k'], tags: ['t'] }, undefined, true)
      .subscribe({ complete: () => ends.push('complete') });
    expect(ends).toEqual(['complete']);
    expect(a.told).toEqual([]);
    expect(b.told).toEqual([{ keys: ['k'], tags: ['t'], settled: true }]);
    expect(b.events.map(({ type }) => type)).toEqual(['invalidated']);
    expect(b.target.missed).not.toHaveBeenCalled();
  });

  it('is cold: nothing is told without a subscriber', () => {
    const { cache, wire } = setUp();
    cache().sync.tell({ keys: ['k'] }, undefined, true);
    expect(wire.sent).toEqual([]);
  });

  it('hears nothing before it listens, and listens once', () => {
    const { cache } = setUp();
    const [a, b] = [cache(), cache()];
    a.sync.tell({ keys: ['1'] }, undefined, true).subscribe();
    b.listen();
    b.listen();
    a.sync.tell({ keys: ['2'] }, undefined, true).subscribe();
    expect(b.told).toEqual([{ keys: ['2'], settled: true }]);
  });

  it('sees a gap in what another has told', () => {
    const { cache, wire } = setUp();
    const [a, b] = [cache(), cache()];
    b.listen();
    a.sync.tell({ keys: ['1'] }, undefined, true).subscribe();
    const [first] = wire.sent;
    a.sync.tell({ keys: ['2'] }, undefined, true).subscribe();
    expect(b.target.missed).not.toHaveBeenCalled();
    const payload = { ...(first?.payload as object), sequence: 9 };
    wire
      .transport()
      .send({ ...(first as never as object), payload } as never)
      .subscribe();
    expect(b.target.missed).toHaveBeenCalledTimes(1);
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'missed', reason: 'gap' }));
  });

  it('takes a late message as one more miss', () => {
    const { cache, wire } = setUp();
    const [a, b] = [cache(), cache()];
    b.listen();
    for (const key of ['1', '2', '3']) a.sync.tell({ keys: [key] }, undefined, true).subscribe();
    wire
      .transport()
      .send(wire.sent[0] as never)
      .subscribe();
    expect(b.told.map(({ keys }) => keys)).toEqual([['1'], ['2'], ['3'], ['1']]);
    expect(b.target.missed).not.toHaveBeenCalled();
    a.sync.tell({ keys: ['4'] }, undefined, true).subscribe();
    expect(b.target.missed).not.toHaveBeenCalled();
  });

  it('is not certain of anything after a connection was lost, or a page was frozen', () => {
    const { cache, state, page } = setUp();
    const b = cache();
    b.listen();
    state.next('disconnected');
    expect(b.target.missed).not.toHaveBeenCalled();
    state.next('connected');
    page.next('away');
    page.next('back');
    expect(b.events).toEqual([
      expect.objectContaining({ type: 'missed', reason: 'reconnected' }),
      expect.objectContaining({ type: 'missed', reason: 'resumed' }),
    ]);
    expect(b.target.missed).toHaveBeenCalledTimes(2);
  });

  it('tells later what it could not tell, and says so once each', () => {
    const { cache, wire, state } = setUp();
    const [a, b] = [cache(), cache()];
    a.listen();
    b.listen();
    wire.failure = new Error('away');
    const ends: string[] = [];
    a.sync.tell({ keys: ['k'] }, undefined, true).subscribe({ complete: () => ends.push('end') });
    expect(ends).toEqual(['end']);
    expect(b.told).toEqual([]);
    expect(a.app.diagnostics.records.map(({ code }) => code)).toEqual(['RXM714']);
    wire.failure = undefined;
    state.next('disconnected');
    state.next('connected');
    expect(b.told).toEqual([{ keys: ['k'], settled: true }]);
  });

  it('tells what waits as soon as something else could be told', () => {
    const { cache, wire } = setUp();
    const [a, b] = [cache(), cache()];
    b.listen();
    wire.failure = new Error('away');
    a.sync.tell({ keys: ['1'] }, undefined, true).subscribe();
    wire.failure = undefined;
    a.sync.tell({ keys: ['2'] }, undefined, true).subscribe();
    expect(b.told.map(({ keys }) => keys)).toEqual([['2'], ['1']]);
  });

  it('lets others see by a gap that more could not be told than is kept', () => {
    const { cache, wire } = setUp();
    const [a, b] = [cache(), cache()];
    b.listen();
    wire.failure = new Error('away');
    for (let i = 0; i < 1002; i++) a.sync.tell({ keys: [`${i}`] }, 'u', true).subscribe();
    wire.failure = undefined;
    a.sync.tell({ tags: ['t'] }, 'u', true).subscribe();
    expect(b.target.missed).toHaveBeenCalled();
    expect(b.told).toHaveLength(1001);
  });

  it('has missed what a cache told that it hears of for the first time', () => {
    const { cache } = setUp();
    const [a, b] = [cache(), cache()];
    a.sync.tell({ keys: ['1'] }, undefined, true).subscribe();
    b.listen();
    a.sync.tell({ keys: ['2'] }, undefined, true).subscribe();
    expect(b.target.missed).toHaveBeenCalledTimes(1);
    a.sync.tell({ keys: ['3'] }, undefined, true).subscribe();
    expect(b.target.missed).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['no message', 'clear!'],
    ['a message without a sender', { version: 1, sequence: 1, settled: true, keys: ['a'] }],
    ['an endless sender', { version: 1, sequence: 1, settled: true, origin: 'x'.repeat(200) }],
  ])('is not certain of anything after %s', (_, payload) => {
    const { cache, raw } = setUp();
    const b = cache();
    b.listen();
    raw(payload);
    raw(payload);
    expect(b.told).toEqual([]);
    expect(b.target.missed).toHaveBeenCalledTimes(2);
    expect(b.app.diagnostics.records.map(({ code }) => code)).toEqual(['RXM714']);
  });

  it('says nothing where nobody else could hear it', () => {
    const { wire } = setUp();
    const alone = { ...wire.transport(), capabilities: { crossTab: false, crossClient: false } };
    const app = wire.app([{ provide: MESSAGE_TRANSPORT, useValue: alone }]);
    const ends: string[] = [];
    app
      .get(CacheSync)
      .tell({ keys: ['k'] }, undefined, true)
      .subscribe({ complete: () => ends.push('end') });
    expect(ends).toEqual(['end']);
    expect(wire.sent).toEqual([]);
  });

  it('ends with the application', () => {
    const { cache, state, page } = setUp();
    const b = cache();
    const ends: string[] = [];
    b.sync.events$.subscribe({ complete: () => ends.push('complete') });
    b.listen();
    expect(page.observed).toBe(true);
    b.app.injector.destroy();
    expect(page.observed).toBe(false);
    expect(state.observed).toBe(false);
    expect(ends).toEqual(['complete']);
  });
});
