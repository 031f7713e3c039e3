import { TestBed } from '@angular/core/testing';
import { setImmediate } from 'node:timers/promises';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { defer, of, throwError } from 'rxjs';
import { Alertmanager } from '../alertmanager';
import { CALM, FaultControls } from '../fault-controls';
import { TokenOffice } from '../token-office';
import { WireLog } from '../wire-log';
import { LIVE_ASK, type LiveState, type LiveWorld } from './live-link';
import { LiveMirror } from './live-mirror';
import { LiveOffice } from './live-office';

const SLOW = { latency: { median: 500, p99: 900 }, errorRate: 0.5 };
const FAIR: LiveState = { seed: 42, faults: [], killed: [], down: [] };

const setUp = async (state: Partial<LiveState> = {}) => {
  const runner = {
    state: { ...FAIR, ...state },
    seen: [] as LiveWorld['seen'],
    office: { strict: false, renewed: 0, refused: 0 },
    asked: [] as unknown[],
    gone: false,
  };
  const controls = new FaultControls(
    [
      { id: 'orders-1', service: 'orders' },
      { id: 'orders-2', service: 'orders' },
    ],
    { seed: 42 },
  );
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 1 }),
      { provide: FaultControls, useValue: controls },
      { provide: TokenOffice, useClass: LiveOffice },
      {
        provide: LIVE_ASK,
        useValue: (path: string, body?: unknown) =>
          defer(() => {
            if (runner.gone) return throwError(() => new Error('refused'));
            if (path === '/live/state' && body !== undefined) runner.state = body as LiveState;
            if (body !== undefined) runner.asked.push(body);
            const { office, seen, state: now } = runner;
            return of({ office, seen, state: now });
          }),
      },
    ],
  });
  const mirror = TestBed.inject(LiveMirror);
  const office = TestBed.inject(TokenOffice);
  const clock = TestBed.inject(ManualClock);
  const working = mirror.working$.subscribe();
  const pass = async (ms = 0) => {
    TestBed.tick();
    await setImmediate();
    clock.advance(ms);
    await setImmediate();
    TestBed.tick();
  };
  await pass();
  return { clock, controls, mirror, office, pass, runner, working };
};

describe(LiveMirror.name, () => {
  it('takes over what is so when the page opens', async () => {
    const { controls, runner } = await setUp({
      seed: 7,
      faults: [['orders', SLOW]],
      killed: ['orders-2'],
      down: ['alertmanager'],
    });
    expect(controls.seed()).toBe(7);
    expect(controls.of('orders-1')).toEqual(SLOW);
    expect([...controls.killed()]).toEqual(['orders-2']);
    expect(TestBed.inject(Alertmanager).down()).toBe(true);
    expect(runner.asked).toEqual([]);
  });

  it('tells the runner what somebody changes here, once', async () => {
    const { controls, pass, runner } = await setUp();
    controls.kill('orders-1');
    controls.set('orders', SLOW);
    TestBed.inject(Alertmanager).setDown(true);
    await pass();
    await pass(1500);
    expect(runner.asked).toEqual([
      { ...FAIR, faults: [['orders', SLOW]], killed: ['orders-1'], down: ['alertmanager'] },
    ]);
  });

  it('shows what has become of the processes meanwhile', async () => {
    const { controls, pass, runner } = await setUp({
      faults: [['orders', SLOW]],
      killed: ['orders-1'],
    });
    runner.state = { ...FAIR, killed: ['orders-2'] };
    await pass(1500);
    expect([...controls.killed()]).toEqual(['orders-2']);
    expect(controls.of('orders')).toEqual(CALM);
    expect(runner.asked).toEqual([]);
  });

  it('writes down what services have read, each request once', async () => {
    const { pass, runner } = await setUp();
    const request = { instance: 'orders-1', method: 'GET', path: '/orders' };
    runner.seen = [
      { number: 2, ...request, path: '/health' },
      { number: 1, ...request, traceparent: '00-1-2-01', baggage: 'a=b' },
    ];
    await pass(1500);
    await pass(1500);
    expect(TestBed.inject(WireLog).seen()).toEqual([
      { ...request, path: '/health', traceparent: undefined, baggage: undefined },
      { ...request, traceparent: '00-1-2-01', baggage: 'a=b' },
    ]);
  });

  it('says that the runner is gone, tells it later what was changed, and ends with its owner', async () => {
    const { clock, controls, mirror, pass, runner, working } = await setUp();
    runner.gone = true;
    controls.kill('orders-1');
    await pass(1500);
    expect(mirror.lost()).toBe(true);
    runner.gone = false;
    await pass(1500);
    expect(mirror.lost()).toBe(false);
    expect(runner.state.killed).toEqual(['orders-1']);
    working.unsubscribe();
    expect(clock.pending).toBe(0);
  });
});

describe(LiveOffice.name, () => {
  it('has its controls here, and counts what the runner tells', async () => {
    const { office, pass, runner } = await setUp();
    runner.office = { strict: false, renewed: 2, refused: 3 };
    office.strict.set(true);
    await pass();
    office.expireAll();
    runner.gone = true;
    office.expireAll();
    office.strict.set(false);
    await pass();
    expect(runner.asked).toEqual([{ order: 'strict' }, { order: 'expired' }]);
    expect(office.counts()).toEqual({ renewed: 2, refused: 3 });
  });
});
