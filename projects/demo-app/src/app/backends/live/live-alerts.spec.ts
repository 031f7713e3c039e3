import { TestBed } from '@angular/core/testing';
import { setImmediate } from 'node:timers/promises';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Alertmanager } from '../alertmanager';
import { LiveAlerts } from './live-alerts';

const URL_OF_IT = 'http://127.0.0.1:9093';

const setUp = () => {
  const real = { answer: (): unknown => [] as unknown, urls: [] as string[] };
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
    real.urls.push(new Request(url).url);
    return Promise.resolve(Response.json(real.answer()));
  });
  TestBed.configureTestingModule({ providers: [provideRxMeshTesting({ seed: 1 })] });
  const clock = TestBed.inject(ManualClock);
  const alerts = TestBed.inject(Alertmanager).alerts;
  const following = TestBed.inject(LiveAlerts).follow(URL_OF_IT).subscribe();
  const pass = async (ms = 0) => {
    clock.advance(ms);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  };
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const alert = (updatedAt: string) => ({
    fingerprint: '0123456789abcdef',
    labels: { alertname: 'Slow', service: 'orders' },
    annotations: { summary: 'Slow.' },
    startsAt: at(0),
    endsAt: at(60_000),
    updatedAt,
    receivers: [{ name: 'nobody' }],
  });
  return { alert, alerts, at, clock, following, pass, real };
};

describe(LiveAlerts.name, () => {
  afterEach(() => jest.restoreAllMocks());

  it('shows what the real one has, each change once', async () => {
    const { alert, alerts, pass, real } = setUp();
    const first = alert('1');
    real.answer = () => [first];
    await pass();
    await pass(2000);
    await pass(2000);
    expect(new Set(real.urls)).toEqual(new Set([`${URL_OF_IT}/api/v2/alerts`]));
    expect(real.urls).toHaveLength(3);
    expect(alerts()).toMatchObject([{ labels: { alertname: 'Slow' }, times: 1 }]);
    real.answer = () => [{ ...first, updatedAt: '2' }];
    await pass(2000);
    expect(alerts()).toMatchObject([{ times: 2 }]);
  });

  it('ends an alert that is not there any more', async () => {
    const { alert, alerts, clock, pass, real } = setUp();
    const first = alert('1');
    real.answer = () => [first];
    await pass();
    await pass(2000);
    real.answer = () => [];
    await pass(2000);
    expect(alerts()[0]?.endsAt.getTime()).toBe(clock.now());
  });

  it('leaves out what is no alert, outlives a failure, and ends with its owner', async () => {
    const { alert, alerts, clock, following, pass, real } = setUp();
    real.answer = () => {
      throw new Error('refused');
    };
    await pass();
    real.answer = () => ({ code: 500 });
    await pass(2000);
    real.answer = () => [{ fingerprint: 1 }, null, alert('1')];
    await pass(2000);
    expect(alerts()).toHaveLength(1);
    following.unsubscribe();
    expect(clock.pending).toBe(0);
  });
});
