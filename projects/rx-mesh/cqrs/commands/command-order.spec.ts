import { Subject, of, timer } from 'rxjs';
import { map } from 'rxjs';
import type { ManualClock } from 'rx-mesh/testing';
import { commandWorld } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';
import { defineCommand } from '../message-types';
import type { CommandBusService } from './command-bus-service';
import { CommandLanes } from './command-lanes';
import type { CommandHandlerOptions } from './handler-options';

const note = defineCommand<string, string>('Note');
const noteOf = (payload: string, aggregateId = 'a') => note({ aggregateId, payload, id: payload });

/** A handler whose work lasts until it is told to end. */
function desk(bus: CommandBusService, options: CommandHandlerOptions = {}, type = 'Note') {
  const [begun, ended]: [string[], string[]] = [[], []];
  const work = new Map<string, Subject<string>>();
  const remove = bus.register<string, string>(
    type,
    ({ payload }) => {
      begun.push(payload);
      const answer = new Subject<string>();
      work.set(payload, answer);
      return answer;
    },
    options,
  );
  return {
    begun,
    ended,
    remove,
    open: () => [...work.keys()].filter((key) => work.get(key)?.observed),
    end: (payload: string) => work.get(payload)?.next(`${payload} done`),
  };
}

describe(CommandLanes.name, () => {
  it('handles the commands of one aggregate one after the other, those of others beside them', () => {
    const { bus } = commandWorld();
    const { begun, end } = desk(bus);
    const order: string[] = [];
    for (const [payload, aggregate] of [
      ['1', 'a'],
      ['2', 'a'],
      ['3', 'b'],
      ['4', 'a'],
    ] as const) {
      watched(bus.send(noteOf(payload, aggregate)).pipe(map((done) => order.push(done))));
    }

    expect(begun).toEqual(['1', '3']);

    end('3');
    end('1');

    expect(begun).toEqual(['1', '3', '2']);

    end('2');
    end('4');

    expect(order).toEqual(['3 done', '1 done', '2 done', '4 done']);
    expect(bus.waiting).toBe(0);
  });

  it('orders by the aggregate over all types', () => {
    const { bus } = commandWorld();
    const [first, second] = [desk(bus), desk(bus, {}, 'Other')];
    watched(bus.send(noteOf('1')));
    watched(bus.send({ type: 'Other', aggregateId: 'a', payload: '2' }));

    expect([first.begun, second.begun]).toEqual([['1'], []]);

    first.end('1');

    expect(second.begun).toEqual(['2']);
  });

  it('knows no order where none is wanted', () => {
    const { bus } = commandWorld();
    const { begun } = desk(bus, { orderedBy: 'none' });
    for (const payload of ['1', '2', '3']) watched(bus.send(noteOf(payload)));

    expect(begun).toEqual(['1', '2', '3']);
  });

  it('begins no more of a type than it may, and lets each aggregate have its turn', () => {
    const { bus } = commandWorld();
    const { begun, end } = desk(bus, { concurrency: 2 });
    for (const payload of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) {
      watched(bus.send(noteOf(payload, payload.charAt(0))));
    }

    expect(begun).toEqual(['a1', 'b1']);

    for (const payload of ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']) end(payload);

    expect(begun).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(bus.waiting).toBe(0);
  });

  it('cancels what has not begun, without holding up who is behind it', () => {
    const { bus, clock } = commandWorld();
    const { begun, end } = desk(bus, { concurrency: 1 });
    const sent = ['a1', 'a2', 'b1', 'b2', 'c1'].map((payload) =>
      watched(bus.send(noteOf(payload, payload.charAt(0)))),
    );
    // Behind another one of its aggregate; in the row of the type, with one behind it.
    sent[1]?.stop();
    sent[2]?.stop();

    expect(bus.waiting).toBe(2);

    for (const payload of ['a1', 'c1', 'b2']) end(payload);

    expect(begun).toEqual(['a1', 'c1', 'b2']);
    expect(bus.waiting).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('ends what has begun when nobody waits any more, and goes on with the next', () => {
    const { bus, clock } = commandWorld();
    const { begun, open, end } = desk(bus);
    const [first] = ['1', '2'].map((payload) => watched(bus.send(noteOf(payload))));
    first?.stop();

    expect([begun, open()]).toEqual([['1', '2'], ['2']]);

    end('2');

    expect(begun).toEqual(['1', '2']);
    expect([bus.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('goes on with what waits when the handler was removed', () => {
    const { bus } = commandWorld();
    const { begun, end, remove } = desk(bus);
    for (const payload of ['1', '2']) watched(bus.send(noteOf(payload)));
    remove();
    end('1');
    end('2');

    expect([begun, bus.waiting]).toEqual([['1', '2'], 0]);
  });

  it('lets a handler send commands to others, and does not end the stack', () => {
    const { bus } = commandWorld();
    const done: string[] = [];
    bus.register<string, string>('Chain', ({ payload }) => {
      const left = Number(payload);
      const next = { type: 'Chain', aggregateId: `c${left - 1}`, payload: String(left - 1) };
      return left === 0 ? of('end') : bus.send<string, string>(next);
    });
    bus.register(note, ({ payload }) => of(payload));
    watched(bus.send<string, string>({ type: 'Chain', aggregateId: 'c300', payload: '300' }).pipe(map((end) => done.push(end)))); // prettier-ignore

    expect(done).toEqual(['end']);
  });

  it('drains ten thousand commands of one aggregate in order', async () => {
    const { bus, clock } = commandWorld();
    const done: number[] = [];
    const gate = new Subject<number>();
    bus.register<number, number>('Count', ({ payload }) => (payload === 0 ? gate : of(payload)));
    for (let payload = 0; payload < 10_000; payload++) {
      watched(bus.send<number, number>({ type: 'Count', aggregateId: 'a', payload }).pipe(map((each) => done.push(each)))); // prettier-ignore
    }
    gate.next(0);
    await settled();

    expect(done).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
    expect([bus.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('lets the page breathe when there is much to begin', async () => {
    const { bus, clock } = commandWorld();
    const gate = new Subject<number>();
    const begun: number[] = [];
    bus.register<number, number>('Slow', ({ payload }) => {
      if (payload === 0) return gate;
      begun.push(payload);
      tick(clock, 4);
      return of(payload);
    });
    for (let payload = 0; payload < 9; payload++) {
      watched(bus.send<number, number>({ type: 'Slow', aggregateId: 'a', payload }));
    }
    gate.next(0);

    expect(begun).toEqual([1, 2, 3]);

    // A timer of no time, so that the page can paint; and another one after the next few.
    clock.advance(0);
    await settled();

    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([bus.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('has no timer while all that waits has to wait', () => {
    const { bus, clock } = commandWorld({ timeout: 1000 });
    desk(bus);
    const sent = ['1', '2', '3', '4'].map((payload) => watched(bus.send(noteOf(payload))));
    clock.advance(0);

    // That of the time-out.
    expect(clock.pending).toBe(1);

    for (const each of sent) each.stop();

    expect(clock.pending).toBe(0);
  });

  it('keeps the order under work of any length', () => {
    const { bus, clock } = commandWorld();
    const done: string[] = [];
    bus.register(note, ({ payload }) => timer(100 - Number(payload.slice(1)) * 10, clock.scheduler).pipe(map(() => payload))); // prettier-ignore
    for (const payload of ['a1', 'b1', 'a2', 'b2', 'a3']) {
      watched(bus.send(noteOf(payload, payload.charAt(0))).pipe(map((each) => done.push(each))));
    }
    clock.advance(1000);

    expect(done.filter((each) => each.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(done.filter((each) => each.startsWith('b'))).toEqual(['b1', 'b2']);
    expect(clock.pending).toBe(0);
  });
});

// Time passes while a handler works, with no timer in between.
function tick(clock: ManualClock, ms: number): void {
  const now = clock.monotonic() + ms;
  clock.monotonic = () => now;
}
