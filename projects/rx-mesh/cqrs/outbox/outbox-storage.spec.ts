import { DOCUMENT, EnvironmentInjector, createEnvironmentInjector, inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, memoryReadModels, withIndexedDb } from 'rx-mesh/event-sourcing';
import { LEADERSHIP } from 'rx-mesh/kernel';
import { NEVER, startWith } from 'rxjs';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { commandOf, outboxWorld, watched } from '../../spec-support/outbox-world';
import { CommandOutboxService } from './command-outbox-service';
import { OUTBOX_STORAGE } from './outbox-storage';

const nested = (levels: number): unknown => (levels === 0 ? 'x' : { inner: nested(levels - 1) });

const led = { provide: LEADERSHIP, useValue: { lead: () => NEVER.pipe(startWith(false)) } };

describe('the storage of an outbox', () => {
  it('is memory, and that is told once, where all clients share that of the read models', async () => {
    const { tab, receiver, advance, storage, diagnostics } = outboxWorld();
    storage.capabilities = { ...storage.capabilities, crossClient: true };
    const watch = watched(tab().enqueue(commandOf('1')));
    watched(tab().run());
    await advance();

    expect(watch.last()?.state).toBe('done');
    expect(receiver.effects).toEqual(['1']);
    expect(await storage.list('$outbox-ended')).toEqual([]);
    expect(diagnostics.codes).toEqual(['RXM548']);
    expect(diagnostics.records[0]?.message).toContain('OUTBOX_STORAGE');
  });

  it('is the one that is provided', async () => {
    const own = memoryReadModels();
    const { tab, advance, storage, diagnostics } = outboxWorld({
      providers: [{ provide: OUTBOX_STORAGE, useValue: own }],
    });
    storage.capabilities = { ...storage.capabilities, crossClient: true };
    watched(tab().enqueue(commandOf('1')));
    await advance();

    expect(await own.list('$outbox-ended')).toHaveLength(1);
    expect(await storage.list('$outbox-ended')).toEqual([]);
    expect(diagnostics.codes).toEqual([]);
  });

  it('may be a database of this device beside read models that all clients share', async () => {
    const view = Object.assign(new EventTarget(), { indexedDB: fakeDatabases() });
    const useFactory = () =>
      createEnvironmentInjector(
        [
          ...withIndexedDb({ name: 'outbox-u' }).ɵproviders,
          { provide: DOCUMENT, useValue: { defaultView: view } },
        ],
        inject(EnvironmentInjector),
      ).get(READ_MODEL_STORAGE);
    const { tab, advance, storage } = outboxWorld({
      providers: [{ provide: OUTBOX_STORAGE, useFactory }],
    });
    storage.capabilities = { ...storage.capabilities, crossClient: true };
    const watch = watched(tab().enqueue(commandOf('1')));
    for (let turn = 0; turn < 10; turn++) await advance();

    expect(watch.last()?.state).toBe('done');
    expect(TestBed.inject(OUTBOX_STORAGE).capabilities.crossTab).toBe(true);
    expect(await TestBed.inject(OUTBOX_STORAGE).list('$outbox-ended')).toHaveLength(1);
    expect(await storage.list('$outbox-ended')).toEqual([]);
  });

  it('is drained by each tab that has one of its own, whoever leads the others', async () => {
    const { tab, advance, storage, leads, receiver } = outboxWorld({ providers: [led] });
    storage.capabilities = { ...storage.capabilities, crossTab: false };
    const watch = watched(tab().enqueue(commandOf('1')));
    await advance();

    expect(watch.last()?.state).toBe('done');
    expect([receiver.effects, leads.turns]).toEqual([['1'], 0]);
  });

  it('is drained by one of all on a page', async () => {
    const { tab, advance, storage, receiver } = outboxWorld();
    storage.capabilities = { ...storage.capabilities, crossTab: false };
    receiver.manner = 'silent';
    watched(tab().enqueue(commandOf('1')));
    watched(tab().run());
    await advance();

    expect(receiver.calls).toEqual(['1']);
  });

  it('takes the deepest command that is let in, and a deeper one is refused by its path', async () => {
    const { tab, advance } = outboxWorld();
    const [fits, deep] = [60, 62].map((levels) =>
      watched(tab().enqueue(commandOf(`${levels}`, 'a', nested(levels)))),
    );
    await advance();

    expect(fits?.last()?.state).toBe('done');
    expect(deep?.error).toMatchObject({ code: 'RXM500', path: expect.stringContaining('command.payload.inner') as string }); // prettier-ignore
  });

  it('frees an aggregate whose commands could not be sent, and tries it again later', async () => {
    const { tab, advance, page, clock, diagnostics, receiver } = outboxWorld();
    page.goOffline();
    const watch = watched(tab().enqueue(commandOf('1')));
    await advance();
    let calls = 0;
    const now = jest.spyOn(clock, 'now').mockImplementation(() => {
      calls++;
      throw new Error('a broken clock');
    });
    page.goOnline();
    await advance();

    expect(calls).toBe(1);
    expect(diagnostics.codes).toEqual(['RXM548']);
    now.mockRestore();
    await advance(500);

    expect(watch.last()?.state).toBe('done');
    expect([receiver.effects, clock.pending]).toEqual([['1'], 0]);
  });

  it('is one for all services of a page', () => {
    outboxWorld();
    const child = createEnvironmentInjector([CommandOutboxService], TestBed.inject(EnvironmentInjector)); // prettier-ignore

    expect(child.get(OUTBOX_STORAGE)).toBe(TestBed.inject(OUTBOX_STORAGE));
  });
});
