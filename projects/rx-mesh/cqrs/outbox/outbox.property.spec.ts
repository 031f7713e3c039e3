import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { ManualPage } from 'rx-mesh/testing';
import { BehaviorSubject } from 'rxjs';
import { CommandOutboxService } from './command-outbox-service';
import {
  type Manner,
  type Receiver,
  commandOf,
  outboxWorld,
  watched,
} from '../../spec-support/outbox-world';

type Step =
  | { readonly do: 'enqueue'; readonly tab: number; readonly lane: string; readonly count: number }
  | { readonly do: 'again'; readonly tab: number; readonly which: number }
  | { readonly do: 'online' | 'offline' | 'reload' | 'stop'; readonly tab: number }
  | { readonly do: 'manner'; readonly manner: Manner }
  | { readonly do: 'fault'; readonly fault: 'none' | 'refused' | 'lost' | 'blind' }
  | { readonly do: 'retry' | 'cancel'; readonly tab: number; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number };

const tab = fc.nat(1);
const which = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      tab,
      lane: fc.constantFrom('a', 'b', '__proto__'),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  fc.record({ do: fc.constant('again' as const), tab, which }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('online' as const, 'offline', 'reload', 'stop'),
      tab,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('manner' as const),
      manner: fc.constantFrom('answers' as const, 'away', 'lost', 'silent', 'rejects', 'conflict', 'twice'), // prettier-ignore
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      fault: fc.constantFrom('none' as const, 'refused', 'lost', 'blind'),
    }),
  },
  fc.record({ do: fc.constantFrom('retry' as const, 'cancel'), tab, which }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 700, 90_000) }),
);

interface Play {
  readonly steps: readonly Step[];
  /** How many turns each call of the storage takes, before and after its work. */
  readonly delays: readonly number[];
  /** Whether all tabs believe that they lead. */
  readonly isSplit?: boolean;
  readonly spoil?: (receiver: Receiver) => void;
}

/** Plays it, ends all trouble, and tells what became of all commands. */
async function play({ steps, delays, isSplit = false, spoil }: Play) {
  const world = outboxWorld(
    isSplit ? { leadership: { lead: () => new BehaviorSubject(true) } } : {},
  );
  const { storage, receiver, advance } = world;
  receiver.turn = async () => setImmediate();
  spoil?.(receiver);
  let [fault, calls] = ['none', 0];
  const rest = async (): Promise<void> => {
    for (let left = delays[calls++ % delays.length] ?? 0; left > 0; left--) await setImmediate();
  };
  const { commit, list, checkpoint } = storage;
  storage.commit = async (what) => {
    await rest();
    if (fault === 'refused') throw new Error('refused');
    const done = await commit(what);
    for (const { model, id, value } of what.writes ?? []) {
      const { command } = (value ?? {}) as { readonly command?: { readonly id: string } };
      if (model === '$outbox' && command) places.set(command.id, id);
    }
    await rest();
    if (fault === 'lost') throw new Error('lost');
    return done;
  };
  storage.list = async (...args) => {
    await rest();
    if (fault === 'blind') throw new Error('blind');
    return list(...args);
  };
  storage.checkpoint = async (name) => {
    await rest();
    if (fault === 'blind') throw new Error('blind');
    return checkpoint(name);
  };
  const pages = [new ManualPage(), new ManualPage()];
  const open: (() => void)[][] = [[], []];
  const tabs: CommandOutboxService[] = [];
  const shown = new Map<string, number>();
  const stored = new Map<string, string>();
  const ids: string[] = [];
  const places = new Map<string, string>();
  const tabOf = new Map<string, number>();
  const twice = new Set<string>();
  const laneOf = new Map<string, string>();
  const cancelled = new Set<string>();
  const tabAt = (at: number): CommandOutboxService => tabs[at] ?? world.tab();
  const pageOf = (at: number): ManualPage => pages[at] ?? new ManualPage();
  const reload = (at: number): void => {
    for (const stop of open[at] ?? []) stop();
    const one = world.tab(pageOf(at));
    tabs[at] = one;
    open[at] = [watched(one.run()).stop];
  };
  reload(0);
  reload(1);
  const enqueue = (at: number, id: string): void => {
    const key = `${id} ${ids.length} ${open[at]?.length}`;
    const note = (by: number) => () => {
      shown.set(key, (shown.get(key) ?? 0) + by);
    };
    const watch = watched(
      tabAt(at).enqueue(commandOf(id, laneOf.get(id)), {
        optimistic: { apply: note(1), rollback: note(-1) },
      }),
    );
    watch.subscription.add(() => undefined);
    open[at]?.push(() => {
      if (watch.values.length > 0) stored.set(id, 'stored');
      watch.stop();
    });
  };
  const act = async (one: Step): Promise<void> => {
    switch (one.do) {
      case 'enqueue':
        for (let n = 0; n < one.count; n++) {
          const id = `${ids.length}`;
          ids.push(id);
          laneOf.set(id, one.lane);
          tabOf.set(id, one.tab);
          enqueue(one.tab, id);
        }
        return;
      case 'again':
        twice.add(`${one.which}`);
        if (ids[one.which] !== undefined) enqueue(one.tab, `${one.which}`);
        return;
      case 'online':
        pageOf(one.tab).goOnline();
        return;
      case 'offline':
        pageOf(one.tab).goOffline();
        return;
      case 'reload':
        reload(one.tab);
        return;
      case 'stop':
        open[one.tab]?.shift()?.();
        return;
      case 'manner':
        receiver.manner = one.manner;
        return;
      case 'fault':
        fault = one.fault;
        return;
      case 'retry':
        watched(tabAt(one.tab).retry(`${one.which}`));
        return;
      case 'cancel': {
        // What may be on its way has no order any more.
        cancelled.add(`${one.which}`);
        watched(tabAt(one.tab).cancel(`${one.which}`));
        return;
      }
      case 'wait':
        return advance(one.ms);
    }
  };
  for (const one of steps) {
    await act(one);
    for (let turns = 3; turns > 0; turns--) await setImmediate();
  }
  // All trouble ends; what was refused is tried again.
  [fault, receiver.manner] = ['none', 'answers'];
  for (const page of pages) page.goOnline();
  for (let turn = 0; turn < 4; turn++) await advance(120_000);
  for (const stops of open) for (const stop of stops) stop();
  const last = world.tab();
  const run = watched(last.run());
  for (let turn = 0; turn < 60 && (turn < 3 || run.last()?.total !== 0); turn++) {
    await advance(120_000);
    for (const { id, state } of last.entries()) if (state === 'rejected' || state === 'conflict') watched(last.retry(id)); // prettier-ignore
  }
  const idle = { candidates: world.leads.candidates, pending: world.clock.pending };
  run.stop();
  await advance();
  return {
    ...{ receiver, places, tabOf, twice, cancelled, laneOf, shown, idle, open: receiver.open },
    stored: [...stored.keys()].filter((id) => !cancelled.has(id)),
    left: run.last()?.total,
    pending: world.clock.pending,
    candidates: world.leads.candidates,
  };
}

const turns = fc.array(fc.nat(3), { maxLength: 7 });

function check(end: Awaited<ReturnType<typeof play>>): void {
  const { effects } = end.receiver;

  // Each id at most once, and those that were stored once.
  expect(effects).toEqual([...new Set(effects)]);
  expect(end.stored.filter((id) => !effects.includes(id))).toEqual([]);
  // In the order in which they were put in.
  for (const lane of new Set(end.laneOf.values())) {
    const own = effects.filter((id) => end.laneOf.get(id) === lane && !end.cancelled.has(id));
    const places = own.map((id) => end.places.get(id));

    expect(places).toEqual([...places].sort());
    for (const tab of [0, 1]) {
      const ofTab = own.filter((id) => end.tabOf.get(id) === tab && !end.twice.has(id)).map(Number);

      expect(ofTab).toEqual([...ofTab].sort((a, b) => a - b));
    }
  }
  // Shown or taken back, never more often.
  expect([...end.shown.values()].filter((count) => count !== 0 && count !== 1)).toEqual([]);
  // Nothing is left, leads or ticks.
  expect([end.left, end.idle, end.open, end.candidates, end.pending]).toEqual([
    0,
    { candidates: 0, pending: 0 },
    0,
    0,
    0,
  ]);
}

describe(`${CommandOutboxService.name}, whatever happens`, () => {
  it.each([
    ['two tabs', false, 150],
    ['two tabs that both believe that they lead', true, 100],
  ])(
    'has each command once and in order with %s',
    async (_title, isSplit, numRuns) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), turns, async (steps, delays) => {
          check(await play({ steps, delays, isSplit }));
        }),
        { numRuns },
      );
    },
    240_000,
  );

  it.each<[string, (receiver: Receiver) => void]>([
    ['does an id each time that it comes', (receiver) => (receiver.isIdempotent = false)],
    [
      'does another one first every now and then',
      (receiver) => {
        const { push } = receiver.effects;
        receiver.effects.push = (id) =>
          Number(id) % 3 === 1 ? receiver.effects.unshift(id) : push.call(receiver.effects, id);
      },
    ],
    [
      'loses some',
      (receiver) => {
        const { push } = receiver.effects;
        receiver.effects.push = (id) => (id === '2' ? 0 : push.call(receiver.effects, id));
      },
    ],
  ])(
    'is told apart from a receiver that %s',
    async (_title, spoil) => {
      const found = await fc.check(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), turns, async (steps, delays) => {
          check(await play({ steps, delays, spoil }));
        }),
        { numRuns: 100, endOnFailure: true },
      );

      expect(found.failed).toBe(true);
    },
    120_000,
  );
});
