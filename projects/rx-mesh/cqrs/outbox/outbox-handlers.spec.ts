import { throwError } from 'rxjs';
import { commandOf, outboxWorld, watched } from '../../spec-support/outbox-world';
import { CommandRefusedError } from '../commands/command-errors';
import type { Command } from '../message-types';
import { COMMAND_SENDER, type CommandSender } from './command-sender';
import { CommandOutboxService } from './command-outbox-service';

/** Tabs of which each can do commands of some types alone. */
function tabs() {
  const world = outboxWorld();
  const tried: string[] = [];
  const handled = (name: string, ...types: readonly string[]) => {
    const known = new Set(types);
    const send: CommandSender = (command) => {
      tried.push(`${name}${command.id}`);
      if (known.has(command.type)) return world.receiver.send(command);
      const { type, id } = command;
      return throwError(() => new CommandRefusedError(type, id, 'no-handler'));
    };
    const outbox = world.tab(world.page, [{ provide: COMMAND_SENDER, useValue: send }]);
    return { outbox, known, run: () => watched(outbox.run()) };
  };
  const of = (id: string, type: string, aggregateId = `lane-${id}`): Command => ({
    ...commandOf(id, aggregateId),
    type,
  });
  return { ...world, tried, handled, of };
}

describe(`${CommandOutboxService.name}: a type without a handler`, () => {
  it('is left to the tab that has one', async () => {
    const { handled, of, advance, receiver, leads, clock, tried } = tabs();
    const [a, b] = [handled('a', 'X'), handled('b', 'Y')];
    const runs = [a.run()];
    await advance();
    const watch = watched(a.outbox.enqueue(of('1', 'Y')));
    await advance();
    runs.push(b.run());
    await advance();

    expect(watch.last()).toMatchObject({ state: 'done', result: 'did 1' });
    expect([receiver.effects, tried]).toEqual([['1'], ['a1', 'b1']]);
    expect([leads.candidates, clock.pending]).toEqual([0, 0]);
    for (const { stop } of runs) stop();
  });

  it('goes from tab to tab, and each sends what it can', async () => {
    const { handled, of, advance, receiver, leads, clock } = tabs();
    const [a, b] = [handled('a', 'X'), handled('b', 'Y')];
    const runs = [a.run(), b.run()];
    await advance();
    for (const [at, type] of ['X', 'Y', 'X', 'Y', 'Y', 'X'].entries()) {
      // In one lane, so each waits for the one before.
      watched(a.outbox.enqueue(of(`${at}`, type, 'one')));
    }
    for (let turn = 0; turn < 30 && receiver.effects.length < 6; turn++) await advance(5000);
    await advance();

    expect(receiver.effects).toEqual(['0', '1', '2', '3', '4', '5']);
    expect([leads.candidates, clock.pending]).toEqual([0, 0]);
    for (const { stop } of runs) stop();
  });

  it('is tried less and less often when no tab has one, by one command for all, without leading meanwhile', async () => {
    const { handled, of, advance, leads, clock, tried, page } = tabs();
    const a = handled('a', 'X');
    page.goOffline();
    const run = a.run();
    for (let at = 0; at < 50; at++) {
      const put = watched(a.outbox.enqueue(of(`${at}`, 'Y')));
      await advance();
      put.stop();
    }
    page.goOnline();
    await advance();
    const first = tried.length;

    expect(first).toBeLessThanOrEqual(4);
    expect([leads.candidates, clock.pending]).toEqual([0, 1]);

    for (let second = 0; second < 300; second++) await advance(1000);

    // 500 ms, 1 s, ... up to a minute: with four at once never more than 4 times 14.
    expect(tried.length).toBeLessThan(60);
    expect(leads.turns).toBeLessThan(20);
    expect(leads.candidates).toBe(0);

    run.stop();

    expect(clock.pending).toBe(0);
  });

  it('does not keep others back, nor is it tried again for each of them', async () => {
    const { handled, of, advance, receiver, tried } = tabs();
    const a = handled('a', 'X');
    const run = a.run();
    await advance();
    const stuck = watched(a.outbox.enqueue(of('y', 'Y')));
    await advance();
    for (let at = 0; at < 10; at++) watched(a.outbox.enqueue(of(`${at}`, 'X')));
    await advance();

    expect(receiver.effects).toHaveLength(10);
    expect(tried.filter((one) => one === 'ay')).toHaveLength(1);
    expect(stuck.last()).toMatchObject({ state: 'queued', reason: { code: 'RXM542' } });
    run.stop();
    stuck.stop();
  });

  it('is sent once it has a handler: at once when it is told to, with all others of its type', async () => {
    const { handled, of, advance, receiver, clock } = tabs();
    const a = handled('a');
    const run = a.run();
    await advance();
    for (const id of ['1', '2', '3']) watched(a.outbox.enqueue(of(id, 'Y')));
    for (let turn = 0; turn < 8; turn++) await advance(10_000);
    a.known.add('Y');
    watched(a.outbox.retry('1'));
    await advance();

    expect([...receiver.effects].sort()).toEqual(['1', '2', '3']);
    expect(clock.pending).toBe(0);
    run.stop();
  });

  it('is no reason to forget how long something else has to wait', async () => {
    const { handled, of, advance, receiver, tried } = tabs();
    const a = handled('a', 'X');
    receiver.manner = 'away';
    const run = a.run();
    await advance();
    watched(a.outbox.enqueue(of('x', 'X')));
    for (let second = 0; second < 60; second++) await advance(1000);
    const before = tried.filter((one) => one === 'ax').length;
    watched(a.outbox.enqueue(of('y', 'Y')));
    for (let second = 0; second < 10; second++) await advance(1000);

    expect(before).toBeLessThan(10);
    expect(tried.filter((one) => one === 'ax').length - before).toBeLessThanOrEqual(1);
    run.stop();
  });

  it('is tried at once when there is a network again', async () => {
    const { handled, of, advance, receiver, page } = tabs();
    const a = handled('a');
    const run = a.run();
    await advance();
    watched(a.outbox.enqueue(of('1', 'Y')));
    await advance();
    a.known.add('Y');
    page.goOffline();
    await advance();
    page.goOnline();
    await advance();

    expect(receiver.effects).toEqual(['1']);
    run.stop();
  });
});
