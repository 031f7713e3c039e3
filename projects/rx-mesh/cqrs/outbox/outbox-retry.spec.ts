import { TestBed } from '@angular/core/testing';
import { READ_MODEL_STORAGE, memoryReadModels } from 'rx-mesh/event-sourcing';
import { of } from 'rxjs';
import { commandWorld, fails } from '../../spec-support/command-world';
import { commandOf, outboxWorld, watched } from '../../spec-support/outbox-world';
import { patchableStorage } from '../../spec-support/projection-world';
import { settled } from '../../spec-support/settled';
import { CommandOutboxService } from './command-outbox-service';
import { COMMAND_SENDER, type CommandSender } from './command-sender';

/** The outbox before the command bus, whose handler refuses as long as it is told to. */
function overBus() {
  const storage = patchableStorage(memoryReadModels());
  const world = commandWorld({ keepResults: true }, [
    { provide: READ_MODEL_STORAGE, useValue: storage },
  ]);
  const calls: string[] = [];
  const handler = { refuses: true };
  world.bus.register('Note', ({ id }) => {
    calls.push(id);
    return of(handler.refuses ? fails('no') : `did ${id}`);
  });
  const advance = async () => {
    for (let turn = 0; turn < 3; turn++) {
      await settled();
      world.clock.advance(0);
    }
  };
  return { ...world, storage, outbox: TestBed.inject(CommandOutboxService), calls, handler, advance }; // prettier-ignore
}

describe(`${CommandOutboxService.name}: a retry`, () => {
  it('has a command done that the command bus remembers as refused', async () => {
    const { outbox, advance, calls, handler, clock } = overBus();
    const watch = watched(outbox.enqueue(commandOf('1')));
    await advance();

    expect(watch.last()).toMatchObject({ state: 'rejected', reason: { message: 'no' } });

    handler.refuses = false;
    watched(outbox.retry('1'));
    await advance();

    expect(watch.last()).toMatchObject({ state: 'done', result: 'did 1' });
    expect([calls, clock.pending]).toEqual([['1', '1'], 0]);
  });

  it('may be refused again, and be asked for once more', async () => {
    const { outbox, advance, calls, handler } = overBus();
    const watch = watched(outbox.enqueue(commandOf('1')));
    await advance();
    watched(outbox.resolve('1', 'retry'));
    await advance();

    expect(watch.last()).toMatchObject({ state: 'rejected', attempts: 2 });
    handler.refuses = false;
    watched(outbox.resolve('1', 'retry'));
    await advance();

    expect([watch.last()?.state, calls]).toEqual(['done', ['1', '1', '1']]);
  });

  it('is refused again as long as what was kept cannot be forgotten', async () => {
    const { outbox, advance, calls, handler, storage } = overBus();
    const watch = watched(outbox.enqueue(commandOf('1')));
    await advance();
    handler.refuses = false;
    const { compareAndSet } = storage;
    storage.compareAndSet = async () => Promise.reject(new Error('no room'));
    watched(outbox.retry('1'));
    await advance();

    expect(watch.last()).toMatchObject({ state: 'rejected', reason: { message: 'no room' } });
    expect(calls).toEqual(['1']);
    storage.compareAndSet = compareAndSet;
    watched(outbox.retry('1'));
    await advance();

    expect([watch.last()?.state, calls]).toEqual(['done', ['1', '1']]);
  });

  it('is told to the sender once, in whatever tab, and not to be told again after a reload', async () => {
    const { tab, page, advance, receiver, storage } = outboxWorld();
    const told: string[] = [];
    const send: CommandSender = (command, { isAnew }) => {
      told.push(`${command.id} ${String(isAnew)}`);
      return receiver.send(command);
    };
    const leading = () => tab(page, [{ provide: COMMAND_SENDER, useValue: send }]);
    receiver.manner = 'rejects';
    const run = watched(leading().run());
    await advance();
    const other = tab();
    const put = watched(other.enqueue(commandOf('1')));
    await advance();
    put.stop();
    receiver.manner = 'silent';
    watched(other.retry('1'));
    await advance();
    const stored = (await storage.list('$outbox')).map(({ value }) => value);
    // It ends while the command is on its way: nobody knows whether it was done.
    run.stop();
    receiver.manner = 'answers';
    const again = watched(leading().run());
    await advance();

    expect(told).toEqual(['1 true', '1 false']);
    expect(stored).toEqual([expect.objectContaining({ state: 'sending', attempts: 2 })]);
    expect(stored[0]).not.toHaveProperty('isAnew');
    expect(receiver.effects).toEqual(['1']);
    again.stop();
  });

  it('outlives a reload before it is sent', async () => {
    const { tab, page, advance, receiver } = outboxWorld();
    receiver.manner = 'rejects';
    const first = tab();
    const put = watched(first.enqueue(commandOf('1')));
    await advance();
    put.stop();
    page.goOffline();
    watched(first.retry('1'));
    await advance();
    const told: boolean[] = [];
    const send: CommandSender = (_command, { isAnew }) => of(told.push(isAnew));
    const run = watched(tab(page, [{ provide: COMMAND_SENDER, useValue: send }]).run());
    page.goOnline();
    await advance();

    expect(told).toEqual([true]);
    run.stop();
  });
});
