import { RecordingDiagnostics } from 'rx-mesh/testing';
import type { AlertEvent } from './alert';
import { AlertEngine, type AlertEngineOptions } from './alert-engine';
import { InvalidAlertRuleError } from './alert-errors';
import { labelsOf } from './alert-labels';
import { GroupedRoute } from './alert-routes';
import type { AlertContext, AlertEvaluation, AlertSample } from './alert-rule';

const WALL = 1_767_225_600_000;
const instant = (monotonic: number) => ({ monotonic, wall: WALL + monotonic });
const date = (monotonic: number) => new Date(WALL + monotonic);
const CONTEXT = {} as AlertContext;
const GROUPING = {
  groupBy: ['alertname'],
  groupWait: 30,
  groupInterval: 300,
  repeatInterval: 4000,
};

const setUp = (options: Partial<AlertEngineOptions> = {}) => {
  const diagnostics = new RecordingDiagnostics();
  const engine = new AlertEngine(
    { inhibit: [], maxAlerts: 100, historySize: 2, ...options },
    [new GroupedRoute(GROUPING)],
    { diagnostics },
  );
  const events: AlertEvent[] = [];
  engine.events$.subscribe((event) => events.push(event));
  return {
    engine,
    diagnostics,
    events,
    types: () => events.splice(0).map(({ type }) => type),
    told: (at: number, hurry?: boolean) =>
      engine
        .flush(instant(at), hurry)
        .flatMap(({ groups }) => groups)
        .map(({ alerts, news, status }) => [status, alerts.length, news.length]),
    look: (at: number) => engine.evaluate(CONTEXT, instant(at)),
  };
};

describe(AlertEngine.name, () => {
  it('goes from pending over firing to resolved', () => {
    const { engine, events, look } = setUp();
    let value: number | undefined = 7;
    engine.define({
      name: 'Slow',
      severity: 'page',
      annotations: { summary: 'It is slow.' },
      for: 60,
      condition: () => value,
    });
    look(0);
    const pending = {
      fingerprint: expect.stringMatching(/^[\da-f]{16}$/) as string,
      rule: 'Slow',
      labels: { alertname: 'Slow', severity: 'page' },
      annotations: { summary: 'It is slow.' },
      state: 'pending',
      value: 7,
      activeAt: date(0),
      startsAt: undefined,
      endsAt: undefined,
      silencedBy: [],
      inhibitedBy: [],
    };

    expect(engine.alerts).toEqual([pending]);

    value = 8;
    look(59);
    look(60);

    const firing = { ...pending, state: 'firing', value: 8, startsAt: date(60) };

    expect(engine.alerts).toEqual([firing]);

    value = undefined;
    look(100);

    const resolved = { ...firing, state: 'resolved', endsAt: date(100) };

    expect([engine.alerts, engine.history]).toEqual([[], [resolved]]);
    expect(events).toEqual([
      { type: 'pending', alert: pending, at: date(0) },
      { type: 'firing', alert: firing, at: date(60) },
      { type: 'resolved', alert: resolved, at: date(100) },
    ]);
  });

  it('forgets a pending alert whose condition holds no longer', () => {
    const { engine, look, types } = setUp();
    let value: number | undefined = 1;
    engine.define({ name: 'A', for: 60, condition: () => value });
    look(0);
    value = undefined;
    look(10);
    value = 1;
    look(20);
    look(70);

    expect(types()).toEqual(['pending', 'inactive', 'pending']);
    expect(engine.history).toEqual([]);
  });

  it('is one alert a set of labels, and remembers as many as it may', () => {
    const { engine, look } = setUp();
    let names = ['a', 'b', 'a'];
    engine.define({
      name: 'A',
      condition: () => names.map((name) => ({ labels: { name }, value: 1 })),
    });
    look(0);

    expect(engine.alerts.map(({ labels }) => labels['name'])).toEqual(['a', 'b']);

    names = [];
    look(10);
    names = ['c'];
    look(20);
    names = [];
    look(30);

    expect(engine.history.map(({ labels }) => labels['name'])).toEqual(['c', 'b']);
  });

  it('does with silence what the rule says', () => {
    const { engine, look } = setUp();
    let value: number | undefined;
    const condition: AlertEvaluation = () => value;
    engine.define({ name: 'resolve', condition });
    engine.define({ name: 'keep', condition, onNoData: 'keep' });
    engine.define({ name: 'fire', condition, onNoData: 'fire', for: 50 });
    const states = () => engine.alerts.map(({ rule, state }) => `${rule} ${state}`);
    look(0);

    expect(states()).toEqual(['fire pending']);

    value = 1;
    look(50);

    expect(states()).toEqual(['fire firing', 'resolve firing', 'keep firing']);

    value = undefined;
    look(60);

    expect(states()).toEqual(['fire firing', 'keep firing']);
    expect(engine.alerts[0]?.value).toBe(1);
  });

  it('ends the alert of silence once there is something to tell', () => {
    const { engine, events, look } = setUp();
    let samples: readonly AlertSample[] = [{ value: NaN }];
    engine.define({ name: 'A', onNoData: 'fire', condition: () => samples });
    look(0);
    samples = [{ labels: { zone: 'x' }, value: 1 }, { value: NaN }];
    look(10);
    look(20);

    expect(events.map(({ type, at }) => [type, at])).toEqual([
      ['firing', date(0)],
      ['firing', date(10)],
      ['resolved', date(10)],
    ]);
    expect(engine.alerts.map(({ labels }) => labels)).toEqual([{ alertname: 'A', zone: 'x' }]);
    expect(engine.history.map(({ labels }) => labels)).toEqual([{ alertname: 'A' }]);
  });

  it('leaves the alerts of a rule that throws, tells once, and looks at the others', () => {
    const { diagnostics, engine, look } = setUp();
    let throws = false;
    engine.define({
      name: 'A',
      condition: () => {
        if (throws) throw new Error('bad rule');
        return 1;
      },
    });
    let looks = 0;
    engine.define({ name: 'B', condition: () => ++looks });
    look(0);
    throws = true;
    look(10);
    look(20);

    expect(engine.alerts).toHaveLength(2);
    expect([looks, diagnostics.codes]).toEqual([3, ['RXM865']]);
    expect(diagnostics.records[0]?.message).toContain('"A" threw');

    throws = false;
    look(30);
    throws = true;
    look(40);

    expect(diagnostics.codes).toEqual(['RXM865', 'RXM865']);
  });

  it('has a bounded number of alerts', () => {
    const { diagnostics, engine, look } = setUp({ maxAlerts: 3 });
    const condition: AlertEvaluation = () =>
      Array.from({ length: 10 }, (_, i) => ({ labels: { i: String(i) }, value: i }));
    engine.define({ name: 'A', condition });
    look(0);
    look(10);

    expect(engine.alerts).toHaveLength(3);
    expect(diagnostics.codes).toEqual(['RXM868']);
  });

  it('ends the alerts of a rule that is removed', () => {
    const { engine, look, types } = setUp();
    engine.define({ name: 'A', condition: () => 1 });

    expect(() => engine.define({ name: 'A', condition: () => 1 })).toThrow(InvalidAlertRuleError);

    look(0);

    expect([engine.remove('A', instant(10)), engine.remove('A', instant(10))]).toEqual([
      true,
      false,
    ]);
    expect(types()).toEqual(['firing', 'resolved']);

    look(20);

    expect(engine.alerts).toEqual([]);
  });

  it('never ends an alert before it began, though the wall went back', () => {
    const { engine } = setUp();
    let value: number | undefined = 1;
    engine.define({ name: 'A', condition: () => value });
    engine.evaluate(CONTEXT, { monotonic: 0, wall: 5000 });
    value = undefined;
    engine.evaluate(CONTEXT, { monotonic: 10, wall: 1000 });

    expect(engine.history[0]?.endsAt).toEqual(new Date(5000));
  });

  it('tells a silenced alert to nobody, until the silence is over', () => {
    const { engine, look, told, types } = setUp();
    engine.define({ name: 'A', condition: () => 1 });
    look(0);
    const matchers = [{ name: 'alertname', value: 'A' }];
    engine.silence('s', { matchers, endsAt: date(100) }, instant(0));

    expect(engine.alerts[0]?.silencedBy).toEqual(['s']);
    expect(engine.silences(instant(0))).toHaveLength(1);
    expect(told(30)).toEqual([]);
    expect(engine.expireSilence('s', instant(40))).toBe(true);
    expect(types()).toEqual(['firing', 'silenced', 'unsilenced']);
    expect(told(329)).toEqual([]);
    expect(told(330)).toEqual([['firing', 1, 1]]);
  });

  it('tells an inhibited alert once its source is over', () => {
    const { engine, look, told, types } = setUp({
      inhibit: [
        {
          source: [{ name: 'alertname', value: 'Down' }],
          target: [{ name: 'alertname', value: 'Slow' }],
        },
      ],
    });
    let down: number | undefined = 1;
    engine.define({ name: 'Slow', condition: () => 1 });
    engine.define({ name: 'Down', condition: () => down });
    look(0);

    expect(types()).toEqual(['firing', 'firing', 'inhibited']);
    expect(engine.alerts[0]?.inhibitedBy).toEqual([engine.alerts[1]?.fingerprint]);
    expect(told(30)).toEqual([['firing', 1, 1]]);

    down = undefined;
    look(40);

    expect(types()).toEqual(['resolved', 'uninhibited']);
    expect(told(330)).toEqual([
      ['firing', 1, 1],
      ['resolved', 1, 1],
    ]);
  });

  it('takes alerts that somebody tells of, and ends them when nobody does any longer', () => {
    const { engine, look, types } = setUp();
    const push = (at: number, holds: boolean) =>
      engine.push(
        {
          name: 'Pushed',
          annotations: {},
          reading: { labels: labelsOf({ alertname: 'Pushed' }), value: 1, holds: () => holds },
        },
        instant(at),
      );
    push(0, true);
    push(200_000, true);
    look(499_999);

    expect(types()).toEqual(['firing']);

    look(500_000);

    expect(types()).toEqual(['resolved']);

    // One that is taken back goes on for a minute, in case it comes again.
    push(600_000, true);
    push(610_000, false);
    push(620_000, true);
    push(630_000, false);
    look(689_999);

    expect(types()).toEqual(['firing']);

    look(690_000);

    expect(types()).toEqual(['resolved']);

    push(700_000, false);

    expect(types()).toEqual([]);
  });
});
