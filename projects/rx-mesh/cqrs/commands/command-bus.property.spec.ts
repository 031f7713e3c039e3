import fc from 'fast-check';
import { TestBed } from '@angular/core/testing';
import { Observable } from 'rxjs';
import { commandWorld } from '../../spec-support/command-world';
import { watched } from '../../spec-support/messaging-world';
import { CommandBusService } from './command-bus-service';
import type { CommandObserver, CommandOutcome } from './command-observer';

type Step =
  | { readonly do: 'send'; readonly id: number }
  | { readonly do: 'leave'; readonly at: number }
  | { readonly do: 'wait'; readonly ms: number };

// What becomes of a command follows from its number: how long it takes, whether it fails, and for whom it is.
const aggregateOf = (id: number): string => `a${id % 3}`;
const FATES = ['done', 'final', 'away', 'never', 'done'] as const;

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), id: fc.nat(11) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), at: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(40) }) },
  ),
  { maxLength: 40 },
);

function run(list: readonly Step[], concurrency: number) {
  const told = new Map<object, CommandOutcome[]>();
  const observer: CommandObserver = {
    started: () => {
      const key = {};
      told.set(key, []);
      return { ended: ({ outcome }) => told.get(key)?.push(outcome) };
    },
  };
  const { bus, clock, end } = commandWorld({ timeout: 100, queueLimit: 5 }, [], [observer]);
  const successes = new Map<string, number>();
  const running = new Map<string, number>();
  const begun: string[] = [];
  let [most, most_per_aggregate] = [0, 0];
  bus.register<number, string>(
    'Any',
    ({ id, payload, aggregateId }) =>
      new Observable<string>((subscriber) => {
        begun.push(id);
        running.set(aggregateId, (running.get(aggregateId) ?? 0) + 1);
        most_per_aggregate = Math.max(most_per_aggregate, running.get(aggregateId) ?? 0);
        most = Math.max(
          most,
          [...running.values()].reduce((sum, each) => sum + each, 0),
        );
        subscriber.add(() => running.set(aggregateId, (running.get(aggregateId) ?? 0) - 1));
        const fate = FATES[payload % FATES.length];
        const finish = (): void => {
          if (fate === 'away') subscriber.error(Object.assign(new Error('away'), { status: 503 }));
          else if (fate === 'final') subscriber.error(new Error('final'));
          else if (fate === 'done') {
            successes.set(id, (successes.get(id) ?? 0) + 1);
            subscriber.next(id);
          }
        };
        if (payload % 2 === 0) finish();
        else subscriber.add(clock.scheduler.schedule(finish, payload * 5));
      }),
    { concurrency },
  );
  const sent: { id: string; watch: ReturnType<typeof watched<string>> }[] = [];
  for (const step of list) {
    if (step.do === 'wait') clock.advance(step.ms);
    else if (step.do === 'leave') sent[step.at]?.watch.stop();
    else {
      const id = `c${step.id}`;
      const command = { type: 'Any', aggregateId: aggregateOf(step.id), payload: step.id, id };
      sent.push({ id, watch: watched(bus.send<string, number>(command)) });
    }
  }
  clock.advance(100_000);
  const left = [clock.pending, bus.waiting];
  end();
  return { told, successes, begun, sent, left, most, most_per_aggregate };
}

describe(`${CommandBusService.name}, whatever comes`, () => {
  it('does each command at most once, one at a time for each aggregate, and ends', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (list, concurrency) => {
        const { told, successes, sent, left, most, most_per_aggregate } = run(list, concurrency);

        expect([...successes.values()].filter((count) => count > 1)).toEqual([]);
        expect(left).toEqual([0, 0]);
        expect(most).toBeLessThanOrEqual(concurrency);
        expect(most_per_aggregate).toBeLessThanOrEqual(1);
        // Each sending has one outcome, and one alone.
        expect(told.size).toBe(sent.length);
        expect([...told.values()].filter((outcomes) => outcomes.length !== 1)).toEqual([]);
        // Whoever got a value got that of its command.
        expect(sent.filter(({ id, watch }) => watch.values.some((value) => value !== id))).toEqual(
          [],
        );
        TestBed.resetTestingModule();
      }),
      { numRuns: 300 },
    );
  });

  it('begins the commands of an aggregate in the order in which they were sent', () => {
    const sends = fc.uniqueArray(fc.nat(30), { maxLength: 5 });
    fc.assert(
      fc.property(sends, fc.integer({ min: 1, max: 3 }), (ids, concurrency) => {
        const { begun } = run(ids.map((id) => ({ do: 'send', id })), concurrency); // prettier-ignore
        for (const aggregate of [0, 1, 2]) {
          const wanted = ids.filter((id) => id % 3 === aggregate).map((id) => `c${id}`);

          expect(begun.filter((id) => Number(id.slice(1)) % 3 === aggregate)).toEqual(wanted);
        }
        TestBed.resetTestingModule();
      }),
      { numRuns: 200 },
    );
  });
});
