import { isInvalidEventError } from 'rx-mesh/event-sourcing';
import { CommandOutboxService } from './command-outbox-service';
import { isOutboxEntryError, isOutboxFullError } from './outbox-errors';
import { commandOf, outboxWorld, watched } from '../../spec-support/outbox-world';

const counted = () => {
  const calls: string[] = [];
  return {
    calls,
    update: (name: string) => ({
      apply: () => void calls.push(`+${name}`),
      rollback: () => void calls.push(`-${name}`),
    }),
  };
};

const statesOf = (watch: { readonly values: readonly { readonly state: string }[] }) =>
  watch.values.map(({ state }) => state);

describe(CommandOutboxService.name, () => {
  it('sends a command, tells where it is, and lets go of everything', async () => {
    const { tab, receiver, advance, leads, clock } = outboxWorld();
    const watch = watched(tab().enqueue(commandOf('1', 'a', { sku: 'tea' })));
    await advance();

    expect(statesOf(watch)).toEqual(['queued', 'sending', 'done']);
    expect(watch.last()).toMatchObject({ result: 'did 1', attempts: 1, mayHaveHappened: false });
    expect(watch.isComplete).toBe(true);
    expect(receiver.effects).toEqual(['1']);
    expect([leads.candidates, clock.pending, receiver.open]).toEqual([0, 0, 0]);
  });

  it('does nothing before it is subscribed, and neither leads nor ticks with nothing to send', async () => {
    const { tab, advance, leads, clock, storage } = outboxWorld();
    const outbox = tab();
    outbox.enqueue(commandOf('1'));
    await advance();

    expect(await storage.list('$outbox')).toEqual([]);
    const run = watched(outbox.run());
    await advance();

    expect(run.values).toEqual([{ total: 0, refused: 0, sendable: 0 }]);
    expect([leads.turns, clock.pending]).toEqual([0, 0]);
  });

  it('waits for the network without leading or ticking, and sends in order after a reload', async () => {
    const { tab, receiver, advance, leads, clock, page } = outboxWorld();
    page.goOffline();
    const first = tab();
    const watches = ['1', '2', '3'].map((id) => watched(first.enqueue(commandOf(id))));
    await advance(60_000);

    expect(watches.map(statesOf)).toEqual([['queued'], ['queued'], ['queued']]);
    expect([leads.turns, clock.pending]).toEqual([0, 0]);
    for (const { stop } of watches) stop();
    const second = tab();
    const restored = watched(second.onRestored$);
    const run = watched(second.run());
    await advance();

    expect(restored.last()?.map(({ id, state }) => `${id} ${state}`)).toEqual([
      '1 queued',
      '2 queued',
      '3 queued',
    ]);
    page.goOnline();
    await advance();

    expect(receiver.effects).toEqual(['1', '2', '3']);
    expect(run.last()).toEqual({ total: 0, refused: 0, sendable: 0 });
    expect([leads.candidates, clock.pending]).toEqual([0, 0]);
  });

  it('tells a tab what another one has sent for it', async () => {
    const { tab, receiver, advance } = outboxWorld();
    const [one, two] = [tab(), tab()];
    const leader = watched(two.run());
    await advance();
    receiver.manner = 'away';
    const watch = watched(one.enqueue(commandOf('1')));
    await advance();
    leader.stop();
    receiver.manner = 'answers';
    await advance(60_000);

    expect(watch.last()).toMatchObject({ state: 'done', result: 'did 1' });
    expect(receiver.effects).toEqual(['1']);
  });

  it('sends a command whose answer was lost again, with the same id', async () => {
    const { tab, receiver, advance, clock } = outboxWorld();
    receiver.manner = 'lost';
    const watch = watched(tab().enqueue(commandOf('1')));
    await advance();

    expect(watch.last()).toMatchObject({
      state: 'queued',
      attempts: 1,
      mayHaveHappened: true,
      reason: { message: 'lost', status: 0 },
    });
    receiver.manner = 'answers';
    await advance(500);

    expect(watch.last()).toMatchObject({ state: 'done', attempts: 2 });
    expect([receiver.calls, receiver.effects]).toEqual([['1', '1'], ['1']]);
    expect(clock.pending).toBe(0);
  });

  it('sends a command again whose answer does not come in time', async () => {
    const { tab, receiver, advance } = outboxWorld({ options: { timeout: 1000 } });
    receiver.manner = 'silent';
    const watch = watched(tab().enqueue(commandOf('1')));
    await advance();
    receiver.manner = 'answers';
    await advance(1000);
    await advance(500);

    expect(watch.last()).toMatchObject({ state: 'done', attempts: 2 });
    expect(receiver.open).toBe(0);
  });

  it('holds no more than its limit, and takes the update back of what it refuses', async () => {
    const { tab, advance, page } = outboxWorld({ options: { limit: 2 } });
    page.goOffline();
    const outbox = tab();
    const { calls, update } = counted();
    const watches = ['1', '2', '3'].map((id) =>
      watched(outbox.enqueue(commandOf(id), { optimistic: update(id) })),
    );
    await advance();

    expect(watches.map(({ error }) => isOutboxFullError(error))).toEqual([false, false, true]);
    expect(watches[2]?.error).toMatchObject({ limit: 2, code: 'RXM545' });
    expect(calls).toEqual(['+1', '+2', '+3', '-3']);
  });

  it.each([
    ['rejects' as const, 'rejected', 'no Note'],
    ['conflict' as const, 'conflict', 'other'],
  ])(
    'takes the update back once when a receiver %s, and parks what waits behind it',
    async (manner, state, message) => {
      const { tab, receiver, advance, leads, clock } = outboxWorld();
      receiver.manner = ({ id }) => (id === '1' ? manner : 'answers');
      const outbox = tab();
      const { calls, update } = counted();
      const watches = [
        ['1', 'a'],
        ['2', 'a'],
        ['3', 'b'],
      ].map(([id = '', lane]) =>
        watched(outbox.enqueue(commandOf(id, lane), { optimistic: update(id) })),
      );
      await advance();
      await advance(60_000);

      expect(watches[0]?.last()).toMatchObject({
        state,
        reason: { message },
        mayHaveHappened: false,
      });
      expect(watches.map((watch) => watch.last()?.state)).toEqual([state, 'parked', 'done']);
      expect(calls).toEqual(['+1', '+2', '+3', '-1']);
      expect(outbox.status()).toEqual({ total: 2, refused: 1, sendable: 0 });
      expect([leads.candidates, clock.pending]).toEqual([0, 0]);
    },
  );

  it('goes on after a retry, which shows the update again', async () => {
    const { tab, receiver, advance } = outboxWorld();
    receiver.manner = 'rejects';
    const outbox = tab();
    const { calls, update } = counted();
    const watches = ['1', '2'].map((id) =>
      watched(outbox.enqueue(commandOf(id), { optimistic: update(id) })),
    );
    await advance();
    receiver.manner = 'answers';
    watched(outbox.resolve('1', 'retry'));
    await advance();

    expect(watches.map(({ isComplete }) => isComplete)).toEqual([true, true]);
    expect(statesOf(watches[0] ?? { values: [] })).toEqual(['queued', 'sending', 'rejected', 'queued', 'sending', 'done']); // prettier-ignore
    expect(statesOf(watches[1] ?? { values: [] })).toEqual(['queued', 'parked', 'queued', 'sending', 'done']); // prettier-ignore
    expect(calls).toEqual(['+1', '+2', '-1', '+1']);
    expect(receiver.effects).toEqual(['1', '2']);
  });

  it('goes on when a parked one is dropped, or another takes its place', async () => {
    const { tab, receiver, advance } = outboxWorld();
    receiver.manner = ({ id }) => (id === '1' || id === '2' ? 'rejects' : 'answers');
    const outbox = tab();
    const { calls, update } = counted();
    const watches = ['1', '2', '3'].map((id) =>
      watched(outbox.enqueue(commandOf(id), { optimistic: update(id) })),
    );
    await advance();
    const dropped = watched(outbox.resolve('1', 'drop'));
    await advance();

    expect(dropped.values).toMatchObject([{ id: '1', state: 'cancelled', mayHaveHappened: false }]);
    expect(watches.map((watch) => watch.last()?.state)).toEqual(['cancelled', 'rejected', 'parked']); // prettier-ignore
    watched(outbox.resolve('2', commandOf('2b'), { optimistic: update('2b') }));
    await advance();

    expect(watches[1]?.last()).toMatchObject({ state: 'cancelled', replacedBy: '2b' });
    expect(receiver.effects).toEqual(['2b', '3']);
    expect(calls).toEqual(['+1', '+2', '+3', '-1', '-2', '+2b']);
  });

  it('cancels a command that waits: it is never sent', async () => {
    const { tab, receiver, advance, page } = outboxWorld();
    page.goOffline();
    const outbox = tab();
    const { calls, update } = counted();
    const watch = watched(outbox.enqueue(commandOf('1'), { optimistic: update('1') }));
    await advance();
    const cancel = watched(outbox.cancel('1'));
    await advance();
    page.goOnline();
    await advance();

    expect(cancel.values).toMatchObject([{ state: 'cancelled', mayHaveHappened: false }]);
    expect(watch.last()?.state).toBe('cancelled');
    expect([receiver.calls, calls]).toEqual([[], ['+1', '-1']]);
  });

  it('cancels a command that is on its way, from another tab too, and says that it may have happened', async () => {
    const { tab, receiver, advance, clock } = outboxWorld();
    receiver.manner = 'silent';
    const { calls, update } = counted();
    const watch = watched(tab().enqueue(commandOf('1'), { optimistic: update('1') }));
    await advance();

    expect(receiver.open).toBe(1);
    const cancel = watched(tab().cancel('1'));
    await advance();

    expect(cancel.values).toMatchObject([{ state: 'cancelled', mayHaveHappened: true }]);
    expect(watch.last()).toMatchObject({ state: 'cancelled', mayHaveHappened: true });
    expect([receiver.open, clock.pending, calls]).toEqual([0, 0, ['+1', '-1']]);
  });

  it('rejects what was not sent before it expired', async () => {
    const { tab, receiver, advance, page } = outboxWorld();
    page.goOffline();
    const { calls, update } = counted();
    const watch = watched(
      tab().enqueue(commandOf('1'), { optimistic: update('1'), expires: 1000 }),
    );
    await advance(1000);
    page.goOnline();
    await advance();

    expect(watch.last()).toMatchObject({ state: 'rejected', reason: { code: 'RXM547' } });
    expect([receiver.calls, calls]).toEqual([[], ['+1', '-1']]);
  });

  it('stores in order what comes while the storage fails, and tells that once', async () => {
    const { tab, receiver, advance, storage, diagnostics, clock } = outboxWorld();
    const { commit } = storage;
    storage.commit = async () => Promise.reject(new Error('closed'));
    const outbox = tab();
    const watches = ['1', '2', '3'].map((id) => watched(outbox.enqueue(commandOf(id))));
    await advance();
    storage.commit = commit;
    await advance(500);

    expect(watches.map((watch) => watch.last()?.state)).toEqual(['done', 'done', 'done']);
    expect(receiver.effects).toEqual(['1', '2', '3']);
    expect([diagnostics.codes, clock.pending]).toEqual([['RXM548'], 0]);
  });

  it('gives a command up that cannot be stored, also when nobody waits for it any more', async () => {
    const { tab, advance, storage, clock } = outboxWorld();
    storage.commit = async () => Promise.reject(new Error('closed'));
    const outbox = tab();
    const { calls, update } = counted();
    const watch = watched(outbox.enqueue(commandOf('1'), { optimistic: update('1') }));
    for (let turn = 0; turn < 5; turn++) await advance(10_000);

    expect(watch.error).toEqual(new Error('closed'));
    expect(calls).toEqual(['+1', '-1']);
    const left = watched(outbox.enqueue(commandOf('2'), { optimistic: update('2') }));
    await advance();
    left.stop();
    await advance();

    expect([calls, clock.pending]).toEqual([['+1', '-1', '+2', '-2'], 0]);
  });

  it('refuses what is no plain JSON, what is unknown, and an id of another command', async () => {
    const { tab, advance, page } = outboxWorld();
    page.goOffline();
    const outbox = tab();
    const broken = watched(outbox.enqueue(commandOf('1', 'a', { at: new Map() })));
    watched(outbox.enqueue(commandOf('2', 'a')));
    const other = watched(outbox.enqueue(commandOf('2', 'b')));
    const unknown = [outbox.cancel('9'), outbox.retry('9'), outbox.watch('9')].map(watched);
    await advance();

    expect(isInvalidEventError(broken.error)).toBe(true);
    expect(broken.error).toMatchObject({ path: 'command.payload.at' });
    expect([other, ...unknown].map(({ error }) => isOutboxEntryError(error))).toEqual([true, true, true, true]); // prettier-ignore
  });

  it('takes a command of the same id once, and shows its update once', async () => {
    const { tab, receiver, advance } = outboxWorld();
    const outbox = tab();
    const { calls, update } = counted();
    const both = ['x', 'y'].map((name) =>
      watched(outbox.enqueue(commandOf('1'), { optimistic: update(name) })),
    );
    await advance();
    const late = watched(outbox.enqueue(commandOf('1')));
    await advance();

    expect([...both, late].map((watch) => watch.last()?.state)).toEqual(['done', 'done', 'done']);
    expect([receiver.calls, calls]).toEqual([['1'], ['+x']]);
  });

  it('leaves records alone that are none, and tells that once', async () => {
    const { tab, advance, storage, diagnostics } = outboxWorld();
    for (const id of ['x', 'y']) {
      await storage.compareAndSet({ model: '$outbox', id, value: { shape: 9 }, position: 0 }, 0, 1);
    }
    const watch = watched(tab().enqueue(commandOf('1')));
    await advance();

    expect(watch.last()?.state).toBe('done');
    expect(diagnostics.codes).toEqual(['RXM548']);
    expect(await storage.list('$outbox')).toHaveLength(2);
  });

  it('shows the oldest entries as a stream and as a signal', async () => {
    const { tab, advance, page } = outboxWorld({ options: { shown: 2 } });
    page.goOffline();
    const outbox = tab();
    const list = watched(outbox.entries$);
    for (const id of ['1', '2', '3']) watched(outbox.enqueue(commandOf(id)));
    await advance();

    expect(list.last()?.map(({ id }) => id)).toEqual(['1', '2']);
    expect(outbox.entries()).toEqual(list.last());
    expect(outbox.status()).toEqual({ total: 3, refused: 0, sendable: 1 });
  });

  it('drains 10000 commands in order and gives way to others every 25', async () => {
    const { tab, receiver, clock, advance, page } = outboxWorld({ options: { limit: 10_000 } });
    page.goOffline();
    const outbox = tab();
    for (let at = 0; at < 10_000; at++) watched(outbox.enqueue(commandOf(`${at}`, `${at % 7}`)));
    for (let turn = 0; turn < 400 && outbox.status().total < 10_000; turn++) await advance();

    expect(outbox.status().total).toBe(10_000);
    page.goOnline();
    let [most, before] = [0, 0];
    for (let turn = 0; turn < 900 && receiver.effects.length < 10_000; turn++) {
      await advance();
      most = Math.max(most, receiver.effects.length - before);
      before = receiver.effects.length;
    }
    await advance();

    expect(receiver.effects).toHaveLength(10_000);
    for (let lane = 0; lane < 7; lane++) {
      const own = receiver.effects.map(Number).filter((at) => at % 7 === lane);

      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    expect(most).toBeLessThanOrEqual(60);
    expect(outbox.status().total).toBe(0);
    expect([receiver.mostOpen <= 4, clock.pending]).toEqual([true, 0]);
  }, 60_000);
});
