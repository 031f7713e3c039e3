import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { commandOf, outboxWorld, watched } from '../../spec-support/outbox-world';
import { CommandOutboxService } from './command-outbox-service';
import { withCommandOutbox } from './with-command-outbox';

describe(`${CommandOutboxService.name} on a server`, () => {
  it('sends nothing, leads nothing, and leaves nothing alive', async () => {
    const { tab, advance, receiver, leads, clock } = outboxWorld();
    const outbox = tab();
    const run = watched(outbox.run());
    const put = watched(outbox.enqueue(commandOf('1')));
    await advance(120_000);

    expect(put.values.map(({ state }) => state)).toEqual(['queued']);
    expect(run.last()).toEqual({ total: 1, refused: 0, sendable: 1 });
    expect(outbox.entries().map(({ id }) => id)).toEqual(['1']);
    expect([receiver.calls, leads.turns, clock.pending]).toEqual([[], 0, 0]);

    put.stop();
    run.stop();

    expect(clock.pending).toBe(0);
  });

  it('lets a command be looked at and taken out', async () => {
    const { tab, advance, clock } = outboxWorld();
    const outbox = tab();
    const put = watched(outbox.enqueue(commandOf('1')));
    watched(outbox.enqueue(commandOf('2')));
    await advance();
    const pending = watched(outbox.pending());
    await advance();
    const gone = watched(outbox.cancel('1'));
    await advance();

    expect(pending).toMatchObject({ values: [[{ id: '1' }, { id: '2' }]], isComplete: true });
    expect(gone.values).toMatchObject([{ state: 'cancelled', mayHaveHappened: false }]);
    expect(put.isComplete).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is not started by its feature either', async () => {
    const { storage, advance, receiver, leads, clock } = outboxWorld();
    const checkpoint = jest.spyOn(storage, 'checkpoint');
    createEnvironmentInjector(
      [...withCommandOutbox().ɵproviders, CommandOutboxService],
      TestBed.inject(EnvironmentInjector),
    ).get(CommandOutboxService);
    await advance(60_000);

    expect(checkpoint).not.toHaveBeenCalled();
    expect([receiver.calls, leads.turns, clock.pending]).toEqual([[], 0, 0]);
  });
});
