import fc from 'fast-check';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { AlertGroup } from './alert';
import { AlertEngine } from './alert-engine';
import { type AlertRoute, DirectRoute, GroupedRoute } from './alert-routes';
import type { AlertContext, AlertRule } from './alert-rule';

const WALL = 1_767_225_600_000;
const instant = (monotonic: number) => ({ monotonic, wall: WALL + monotonic });
const GROUPING = { groupBy: ['name'], groupWait: 30, groupInterval: 300, repeatInterval: 4000 };

const newEngine = (routes: readonly AlertRoute[] = []) => {
  const options = { inhibit: [], maxAlerts: 100, historySize: 1000 };
  return new AlertEngine(options, routes, { diagnostics: new RecordingDiagnostics() });
};
const NAMES = ['a', 'b', 'c'];

// What the gauges of some names are at one time; a name that is missing has no series.
const step = fc.record({
  after: fc.integer({ min: 1, max: 120 }),
  values: fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 10 })),
  silenced: fc.option(fc.constantFrom(...NAMES), { nil: undefined, freq: 6 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const contextOf = (values: Readonly<Record<string, number>>): AlertContext => ({
  timestamp: new Date(0),
  distribution: () => {
    throw new Error('not asked for');
  },
  slo: () => undefined,
  series: () =>
    Object.entries(values).map(([name, value]) => ({
      name: 'm',
      type: 'gauge',
      tags: { name },
      startTime: new Date(0),
      value,
      count: 1,
      sum: value,
    })),
});

const ruleOf = (timing: Pick<AlertRule, 'for' | 'keepFiringFor' | 'onNoData'>): AlertRule => ({
  name: 'R',
  condition: { type: 'threshold', metric: 'm', by: ['name'], above: 6, clear: 4 },
  ...timing,
});

/** The life of one alert as the text of Prometheus has it, from all that was ever seen. */
function lifeOf(
  name: string,
  steps: readonly Step[],
  { for: holding = 0, keepFiringFor = 0, onNoData }: AlertRule,
): string {
  let life = 'inactive';
  let since = 0;
  let over: number | undefined;
  let at = 0;
  for (const { after, values } of steps) {
    at += after;
    const value = values[name];
    if (value === undefined && onNoData === 'keep') continue;
    const isOn =
      value === undefined
        ? onNoData === 'fire' && life !== 'inactive'
        : life === 'firing'
          ? value >= 4
          : value > 6;
    if (isOn) {
      over = undefined;
      if (life === 'inactive') since = at;
      if (life !== 'firing') life = at - since >= holding ? 'firing' : 'pending';
    } else {
      over ??= at;
      if (life === 'pending' || (life === 'firing' && at - over >= keepFiringFor)) {
        life = 'inactive';
        over = undefined;
      }
      if (life === 'inactive') over = undefined;
    }
  }
  return life;
}

describe(AlertEngine.name, () => {
  it('lives as a naive model does, after any sequence of samples', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, 60, 200),
        fc.constantFrom(0, 100),
        fc.constantFrom('resolve' as const, 'keep' as const, 'fire' as const),
        (steps, holding, keepFiringFor, onNoData) => {
          const rule = ruleOf({ for: holding, keepFiringFor, onNoData });
          const engine = newEngine();
          engine.define(rule);
          let at = 0;
          steps.forEach(({ after, values }, i) => {
            at += after;
            engine.evaluate(contextOf(values), instant(at));
            const lives = new Map(
              engine.alerts.map(({ labels, state }) => [labels['name'], state as string]),
            );
            const sofar = steps.slice(0, i + 1);

            expect(NAMES.map((name) => lives.get(name) ?? 'inactive')).toEqual(
              NAMES.map((name) => lifeOf(name, sofar, rule)),
            );
          });
        },
      ),
    );
  });

  // A state is told once, and again only when another one came between, or it is time to repeat it.
  const toldOf = (route: AlertRoute, steps: readonly Step[]) => {
    const engine = newEngine([route]);
    engine.define(ruleOf({ for: 0 }));
    const told: { at: number; name: string; state: string; startsAt: number }[] = [];
    const note = (groups: readonly AlertGroup[], at: number) => {
      for (const { labels, startsAt, state } of groups.flatMap(({ news }) => news)) {
        const name = labels['name'] ?? '';
        told.push({ at, name, state, startsAt: startsAt?.getTime() ?? 0 });
      }
    };
    let at = 0;
    steps.forEach(({ after, silenced, values }, i) => {
      at += after;
      if (silenced !== undefined) {
        const matchers = [{ name: 'name', value: silenced }];
        engine.silence(`s${i}`, { matchers, endsAt: new Date(WALL + at + 250) }, instant(at));
      }
      engine.evaluate(contextOf(values), instant(at));
      note(
        engine.flush(instant(at)).flatMap(({ groups }) => groups),
        at,
      );
    });
    return told;
  };

  it.each([
    ['grouped', () => new GroupedRoute(GROUPING), 4000],
    ['grouped as one', () => new GroupedRoute({ ...GROUPING, groupBy: [] }), 4000],
    ['direct', () => new DirectRoute(500), 500],
  ] as const)('%s: never tells the same state twice before it is time', (_name, make, repeat) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const last = new Map<string, { at: number; state: string; startsAt: number }>();
        for (const { at, name, startsAt, state } of toldOf(make(), steps)) {
          const before = last.get(name);
          const isSame = before?.state === state && before.startsAt === startsAt;

          expect(isSame && at - before.at < repeat).toBe(false);
          // Nobody is told of an end who was not told of a beginning.
          expect(state === 'resolved' && before?.state !== 'firing').toBe(false);

          last.set(name, { at, state, startsAt });
        }
      }),
    );
  });

  it('tells of each alert that fires for long and is not silenced', () => {
    const quiet = step.map(({ after, values }) => ({ after, values, silenced: undefined }));
    fc.assert(
      fc.property(fc.array(quiet, { minLength: 1, maxLength: 40 }), (steps) => {
        const on = { values: { a: 10 }, silenced: undefined };
        const long = [...steps, ...[1, 120, 120, 120].map((after) => ({ ...on, after }))];
        const told = toldOf(new GroupedRoute(GROUPING), long).filter(({ name }) => name === 'a');

        expect(told.at(-1)?.state).toBe('firing');
      }),
    );
  });
});
