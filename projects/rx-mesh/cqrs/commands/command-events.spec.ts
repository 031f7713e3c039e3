import { WrongExpectedVersionError } from 'rx-mesh/event-sourcing';
import { constantBackoff } from 'rx-mesh/kernel';
import { type Observable, concatMap, map, of, switchMap, throwError, toArray } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { lastOf } from '../../spec-support/event-store-world';
import { watched } from '../../spec-support/messaging-world';
import { settled } from '../../spec-support/settled';
import { defineCommand } from '../message-types';
import { attempted } from './command-attempts';
import type { CommandContext } from './command-handler';
import { mayBeSentAgain } from './failure-verdict';

const place = defineCommand<string, number>('Place');
const placeOf = (payload: string, id = 'c') =>
  place({ aggregateId: '1', payload, id, metadata: { userId: 'u' } });
const away = () => Object.assign(new Error('away'), { status: 503 });

describe(attempted.name, () => {
  it('gives events ids of the command, cause and user', async () => {
    const { bus, store } = commandWorld();
    bus.register(place, ({ payload }, context) =>
      context.append('order-1', [{ type: payload }, { type: 'Other', id: 'own' }]).pipe(
        concatMap(() => context.append('log-1', { type: 'Logged' }, { metadata: { a: 1 } })),
        map(({ version }) => version),
      ),
    );
    const sent = watched(bus.execute(placeOf('Placed')));
    await settled();
    const events = watched(store.readAll());
    await settled();

    expect(sent.values).toEqual([
      { commandId: 'c', success: true, result: 1, events: 3, position: events.values[2]?.position },
    ]);
    expect(events.values.map(({ id, metadata }) => [id, metadata])).toEqual([
      ['c#0', { serviceId: 'app', correlationId: 'c', causationId: 'c', userId: 'u' }],
      ['own', { serviceId: 'app', correlationId: 'c', causationId: 'c', userId: 'u' }],
      ['c#1', { serviceId: 'app', correlationId: 'c', causationId: 'c', userId: 'u', a: 1 }],
    ]);
  });

  it.each(['stale', 'fresh', 'any'] as const)(
    'stores events once when the command is tried again with a %s version',
    async (how) => {
      const { bus, store, clock } = commandWorld();
      bus.register(
        place,
        (_command, context) =>
          store.streamHead('order-1').pipe(
            map((head) => (how === 'fresh' ? (head?.version ?? 0) : 0)),
            switchMap((expected) => appended(context, how === 'any' ? 'any' : expected)),
            // The answer is lost, twice.
            map((version) => (context.attempt < 3 ? lost() : version)),
          ),
        { idempotent: true, retries: 2, backoff: constantBackoff(100) },
      );
      const sent = watched(bus.execute(placeOf('x')));
      for (let turn = 0; turn < 3; turn++) {
        await settled();
        clock.advance(100);
      }
      await settled();

      expect(sent.values).toEqual([
        { commandId: 'c', success: true, result: 2, events: 2, position: 2 },
      ]);
      expect(await idsIn(store.readStream('order-1'))).toBe('c#0,c#1');
      expect(clock.pending).toBe(0);
    },
  );

  it('decides again after a conflict, as often as it may', async () => {
    const { bus, store } = commandWorld();
    const attempts: number[] = [];
    const rival = (at: number) => store.appendToStream('order-1', { type: 'Rival', id: `r${at}` });
    bus.register(
      place,
      (_command, context) =>
        store.streamHead('order-1').pipe(
          map((head) => head?.version ?? 0),
          switchMap((version) =>
            attempts.push(context.attempt) < 3
              ? rival(version).pipe(map(() => version))
              : of(version),
          ),
          switchMap((version) => appended(context, version)),
        ),
      { onConflict: 2 },
    );
    const sent = watched(bus.send(placeOf('x')));
    await settled();

    expect(attempts).toEqual([1, 2, 3]);
    expect(sent.values).toEqual([4]);
    expect(await idsIn(store.readStream('order-1'))).toBe('r0,r1,c#0,c#1');
  });

  it('gives the conflict to the sender in the end, and remembers nothing', async () => {
    const { bus } = commandWorld();
    let calls = 0;
    const conflict = new WrongExpectedVersionError('s', 1, 2);
    bus.register(place, () => (++calls <= 3 ? throwError(() => conflict) : of(calls)), {
      onConflict: 2,
    });
    const sent = watched(bus.send(placeOf('x')));
    await settled();

    expect(sent.errors).toEqual([conflict]);
    expect(calls).toBe(3);
    expect(watched(bus.send(placeOf('x'))).values).toEqual([4]);
  });

  it('does not try again what is not idempotent, nor what is final', async () => {
    const { bus, clock } = commandWorld();
    let calls = 0;
    const count = (error: () => Error) => () => {
      calls++;
      throw error();
    };
    bus.register('Plain', count(away), { onConflict: 3 });
    bus.register(
      'Final',
      count(() => new Error('no')),
      { idempotent: true, retries: 3 },
    );
    for (const type of ['Plain', 'Final']) {
      watched(bus.execute({ type, aggregateId: 'a', payload: 0 }));
    }
    await settled();

    expect(calls).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('stops trying when nobody waits any more', () => {
    const { bus, clock } = commandWorld();
    let calls = 0;
    bus.register(
      'Any',
      () => {
        calls++;
        throw away();
      },
      { idempotent: true, retries: 9 },
    );
    const sent = watched(bus.send({ type: 'Any', aggregateId: 'a', payload: 0 }));
    sent.stop();
    clock.advance(60_000);

    expect([calls, clock.pending]).toEqual([1, 0]);
  });

  it('aborts the signal of a try that is left, not of one that has answered', async () => {
    const { bus } = commandWorld();
    const signals: AbortSignal[] = [];
    bus.register<boolean, number>('Any', ({ payload }, { signal }) => {
      signals.push(signal);
      return payload ? new Promise(() => undefined) : of(1);
    });
    watched(bus.send({ type: 'Any', aggregateId: 'a', payload: true })).stop();
    watched(bus.send({ type: 'Any', aggregateId: 'a', payload: false }));
    await settled();

    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('fails an append that is another event of the same id', async () => {
    const { bus, store } = commandWorld();
    watched(store.appendToStream('other-1', { type: 'X', id: 'c#0' }));
    await settled();
    bus.register(place, (_command, context) => appended(context, 0));
    const sent = watched(bus.send(placeOf('x')));
    await settled();

    expect(sent.errors).toEqual([expect.objectContaining({ code: 'RXM502', knownIn: 'other-1' })]);
  });
});

describe(mayBeSentAgain.name, () => {
  it.each([
    [away(), true, true],
    [new Error('no'), false, false],
    ['no', false, false],
    [Object.assign(new Error('gone'), { name: 'AbortError' }), true, false],
  ])('knows %p', (error, idempotent, plain) => {
    expect([mayBeSentAgain(error), mayBeSentAgain(error, false)]).toEqual([idempotent, plain]);
  });
});

function appended(context: CommandContext, expected: number | 'any') {
  return context
    .append('order-1', [{ type: 'Placed' }, { type: 'Paid' }], { expected })
    .pipe(map(({ version }) => version));
}

function lost(): never {
  throw away();
}

async function idsIn(events: Observable<{ readonly id: string }>): Promise<string> {
  const ids = await lastOf(
    events.pipe(
      map(({ id }) => id),
      toArray(),
    ),
  );
  return ids.join();
}
