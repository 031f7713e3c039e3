import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, withIndexedDb } from 'rx-mesh/event-sourcing';
import { ManualClock, ManualPage, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing'; // prettier-ignore
import { NEVER, type Observable, of, throwError } from 'rxjs';
import { fails } from '../../spec-support/command-world';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { commandOf, watched } from '../../spec-support/outbox-world';
import { settled } from '../../spec-support/settled';
import { CommandBusService } from '../commands/command-bus-service';
import { withCommands } from '../commands/with-commands';
import type { Command } from '../message-types';
import { CommandOutboxService } from './command-outbox-service';
import { withCommandOutbox } from './with-command-outbox';

type Handler = (command: Command) => Observable<unknown>;

/** An origin with one database. Each page is a new injector over it; the one before is gone then. */
function origin() {
  const view = Object.assign(new EventTarget(), { indexedDB: fakeDatabases() });
  const calls: string[] = [];
  const page = (handler: Handler = ({ id }) => of(`did ${id}`), isOnline = true) => {
    TestBed.resetTestingModule().configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withIndexedDb({ name: 'shop' }).ɵproviders,
        ...withCommands({ keepResults: true }).ɵproviders,
        ...withCommandOutbox().ɵproviders,
        { provide: DOCUMENT, useValue: { defaultView: view } },
      ],
    });
    const network = TestBed.inject(ManualPage);
    if (!isOnline) network.goOffline();
    const bus = TestBed.inject(CommandBusService);
    bus.register('Note', (command) => {
      calls.push(command.id);
      return handler(command);
    });
    const clock = TestBed.inject(ManualClock);
    return {
      bus,
      clock,
      network,
      outbox: TestBed.inject(CommandOutboxService),
      storage: TestBed.inject(READ_MODEL_STORAGE),
      diagnostics: TestBed.inject(RecordingDiagnostics),
      /** Moves time, and lets the database answer. */
      advance: async (ms = 0) => {
        for (let turn = 0; turn < 12; turn++) {
          await settled();
          clock.advance(turn === 0 ? ms : 0);
        }
      },
    };
  };
  return { calls, page };
}

describe('an outbox and kept results in IndexedDB', () => {
  it('do after a reload what was put in before it, each once and in order', async () => {
    const { page, calls } = origin();
    const before = page(undefined, false);
    const puts = [commandOf('1', 'a'), commandOf('2', 'b'), commandOf('3', 'a')].map((command) =>
      watched(before.outbox.enqueue(command)),
    );
    await before.advance(60_000);

    expect(puts.map((put) => put.last()?.state)).toEqual(['queued', 'queued', 'queued']);
    expect(before.storage.capabilities.crossTab).toBe(true);

    const after = page();
    const restored = watched(after.outbox.onRestored$);
    await after.advance();
    await after.advance();

    expect(restored.last()?.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect([...calls].sort()).toEqual(['1', '2', '3']);
    expect(calls.indexOf('1')).toBeLessThan(calls.indexOf('3'));
    expect(after.outbox.status()).toEqual({ total: 0, refused: 0, sendable: 0 });
    expect(await after.storage.list('$outbox')).toEqual([]);
    expect([after.diagnostics.codes, after.clock.pending]).toEqual([[], 0]);
  });

  it('give after a reload what was answered before it, and do nothing again', async () => {
    const { page, calls } = origin();
    const before = page(({ id }) => of({ id, at: [1, 2] }));
    const put = watched(before.outbox.enqueue(commandOf('1')));
    await before.advance();

    expect(put.last()).toMatchObject({ state: 'done', result: { id: '1', at: [1, 2] } });

    const after = page(() => of('other'));
    const sent = watched(after.bus.execute(commandOf('1')));
    const again = watched(after.outbox.enqueue(commandOf('1')));
    await after.advance();

    expect(sent.values).toEqual([
      { commandId: '1', success: true, result: { id: '1', at: [1, 2] }, events: 0 },
    ]);
    expect(again.values).toMatchObject([{ state: 'done', result: { id: '1', at: [1, 2] } }]);
    expect([calls, after.clock.pending]).toEqual([['1'], 0]);
  });

  it('do not begin again after a reload what was under way', async () => {
    const { page, calls } = origin();
    const before = page(() => NEVER);
    watched(before.outbox.enqueue(commandOf('1')));
    await before.advance();

    expect(calls).toEqual(['1']);

    const after = page();
    const watch = watched(after.outbox.watch('1'));
    await after.advance();

    expect(watch.last()).toMatchObject({
      state: 'rejected',
      mayHaveHappened: true,
      reason: { code: 'RXM542' },
    });
    expect(calls).toEqual(['1']);
    watch.stop();
  });

  it('remember over a reload what was refused, until it is asked for once more', async () => {
    const { page, calls } = origin();
    const before = page(() => fails('no'));
    const put = watched(before.outbox.enqueue(commandOf('1')));
    watched(before.outbox.enqueue(commandOf('2')));
    await before.advance();

    expect(put.last()).toMatchObject({ state: 'rejected', reason: { message: 'no' } });

    const after = page();
    const [first, second] = ['1', '2'].map((id) => watched(after.outbox.watch(id)));
    await after.advance(60_000);

    expect([first?.last()?.state, second?.last()?.state]).toEqual(['rejected', 'parked']);
    expect(await after.storage.list('$commands')).toHaveLength(1);

    watched(after.outbox.retry('1'));
    await after.advance();

    expect(first?.last()).toMatchObject({ state: 'done', result: 'did 1', attempts: 2 });
    expect(second?.last()).toMatchObject({ state: 'done', result: 'did 2' });
    expect(calls).toEqual(['1', '1', '2']);

    const last = page(() => fails('never'));
    const sent = watched(last.bus.execute(commandOf('1')));
    await last.advance();

    expect(sent.values).toMatchObject([{ success: true, result: 'did 1' }]);
    expect([calls, last.clock.pending]).toEqual([['1', '1', '2'], 0]);
  });

  it('do a command after a reload whose receiver was away before it', async () => {
    const { page, calls } = origin();
    const before = page(() => throwError(() => Object.assign(new Error('away'), { status: 503 })));
    const put = watched(before.outbox.enqueue(commandOf('1')));
    await before.advance();

    expect(put.last()).toMatchObject({ state: 'queued', reason: { status: 503 } });
    expect(await before.storage.list('$commands')).toEqual([]);

    const after = page();
    const watch = watched(after.outbox.watch('1'));
    await after.advance();

    expect(watch.last()).toMatchObject({ state: 'done', result: 'did 1', attempts: 2 });
    expect([calls, after.clock.pending]).toEqual([['1', '1'], 0]);
  });
});
