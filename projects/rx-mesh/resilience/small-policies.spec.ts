import { seededRandom } from 'rx-mesh/kernel';
import { of } from 'rxjs';
import { policyWorld, work } from '../spec-support/policy-world';
import { ChaosError, type ChaosOptions, chaosPolicy } from './chaos-policy';
import { isTransientError, judgeError } from './error-verdict';
import { onlinePolicy } from './online-policy';
import { singleFlightPolicy } from './single-flight-policy';

describe(singleFlightPolicy.name, () => {
  it('runs the same work once, and cancels it when the last one leaves', () => {
    const { watch } = policyWorld();
    const policy = singleFlightPolicy();
    const { live, runs, source } = work();
    const first = watch(policy, source, { key: 'a' });
    const second = watch(policy, source, { key: 'a' });
    watch(policy, source, { key: 'b' }).leave();

    expect([runs.length, live()]).toEqual([2, 1]);

    runs[0]?.next('answer');
    first.leave();

    expect([first.values, second.values, live()]).toEqual([['answer'], ['answer'], 1]);

    second.leave();

    expect(live()).toBe(0);
  });

  it.each([{}, { key: 'a', safe: false }, { key: 'a', idempotent: false }])(
    'leaves alone what is %j',
    (context) => {
      const { watch } = policyWorld();
      const policy = singleFlightPolicy();
      const { runs, source } = work();
      watch(policy, source, context);
      watch(policy, source, context);

      expect(runs).toHaveLength(2);
    },
  );
});

describe(onlinePolicy.name, () => {
  it('runs what it can, for that the browser is online proves nothing', () => {
    const { ports, watch } = policyWorld();

    expect(watch(onlinePolicy(ports), of('a'))).toMatchObject({ values: ['a'], completed: true });
    expect(watch(onlinePolicy({ ...ports, page: undefined }), of('a')).completed).toBe(true);
  });

  it('sends nothing while the browser is offline', () => {
    const { page, ports, told, watch } = policyWorld();
    const { runs, source } = work();
    page.goOffline();
    const seen = watch(onlinePolicy(ports), source);

    expect(runs).toHaveLength(0);
    expect(seen.errors).toMatchObject([{ code: 'RXM207', waited: 0 }]);
    expect(told).toMatchObject([{ type: 'rejected' }]);
    expect([isTransientError, judgeError].map((say) => say(seen.errors[0]))).toEqual([
      true,
      'neutral',
    ]);
  });

  it('waits for the network, and then a while by chance', () => {
    const { clock, page, ports, told, watch } = policyWorld();
    const { live, runs, source } = work();
    page.goOffline();
    const seen = watch(onlinePolicy(ports, { maxWait: 5000, spread: 200 }), source);
    clock.advance(1000);
    page.goOnline();
    clock.advance(99);

    expect(runs).toHaveLength(0);

    clock.advance(1);

    expect([runs.length, clock.pending]).toEqual([1, 0]);
    expect(told).toEqual([{ type: 'waiting', reason: 'offline' }]);

    seen.leave();

    expect(live()).toBe(0);
  });

  it('gives up after its wait, and waits for nobody who left', () => {
    const { clock, page, ports, watch } = policyWorld();
    const policy = onlinePolicy(ports, { maxWait: 500 });
    page.goOffline();
    const seen = watch(policy, of('a'));
    watch(policy, of('a')).leave();
    clock.advance(500);

    expect(seen.errors).toMatchObject([{ waited: 500 }]);
    expect(clock.pending).toBe(0);
    expect(() => onlinePolicy(ports, { maxWait: -1 })).toThrow('OnlineOptions.maxWait');
  });
});

describe(chaosPolicy.name, () => {
  it('does nothing by itself', () => {
    const { ports, watch } = policyWorld();

    expect(watch(chaosPolicy(ports), of('a'))).toMatchObject({ values: ['a'], completed: true });
  });

  it('fails before anything runs, with what looks like a failing server', () => {
    const { ports, watch } = policyWorld();
    const { runs, source } = work();
    const [error] = watch(chaosPolicy(ports, { errorRate: 1 }), source).errors;

    expect(runs).toHaveLength(0);
    expect(error).toBeInstanceOf(ChaosError);
    expect([isTransientError(error), judgeError(error)]).toEqual([true, 'failure']);
  });

  it('delays, and gives up the delay when the subscriber leaves', () => {
    const { clock, ports, watch } = policyWorld();
    const { runs, source } = work();
    const policy = chaosPolicy(ports, { latencyRate: 1, latency: () => 300 });
    watch(policy, source);
    watch(policy, source).leave();
    clock.advance(299);

    expect(runs).toHaveLength(0);

    clock.advance(1);

    expect([runs.length, clock.pending]).toEqual([1, 0]);
  });

  it('answers in place of the work, and passes on what its makers throw', () => {
    const { ports, watch } = policyWorld();
    const bug = new Error('bug');
    const broken = (): never => {
      throw bug;
    };

    expect(watch(chaosPolicy(ports, { outcomeRate: 1 }), of('a'))).toMatchObject({
      values: [],
      completed: true,
    });
    expect(
      watch(chaosPolicy(ports, { outcomeRate: 1, outcome: () => ['b'] }), of('a')).values,
    ).toEqual(['b']);
    expect(watch(chaosPolicy(ports, { errorRate: 1, error: broken }), of('a')).errors).toEqual([
      bug,
    ]);
  });

  it('makes the same faults again for the same seed', () => {
    const run = (): string => {
      const { ports, watch } = policyWorld();
      const policy = chaosPolicy({ ...ports, random: seededRandom(7) }, { errorRate: 0.5 });
      const fails = () => watch(policy, of('a')).errors.length > 0;
      return Array.from({ length: 50 }, () => (fails() ? 'x' : '.')).join('');
    };

    expect(run()).toBe(run());
    expect(run()).toMatch(/x\.|\.x/);
  });

  it.each<ChaosOptions>([{ errorRate: 2 }, { latencyRate: -1 }, { outcomeRate: NaN }])(
    'refuses %j',
    (options) => {
      expect(() => chaosPolicy(policyWorld().ports, options)).toThrow('ChaosOptions');
    },
  );
});
