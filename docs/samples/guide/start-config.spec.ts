import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import {
  CircuitBreakerService,
  LoadBalancerService,
  MetricsService,
  MicroservicesCommunicationService,
  Tracer,
} from 'rx-mesh';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { see } from '../cookbook/spec-support/see';
import { appConfig } from './start-config';
import { Orders } from './start-order';

function setUp() {
  TestBed.configureTestingModule({
    providers: [...appConfig.providers, provideHttpClientTesting(), provideRxMeshTesting()],
  });
  const http = TestBed.inject(HttpTestingController);
  const clock = TestBed.inject(ManualClock);
  const find = () => see(TestBed.inject(Orders).find(7));
  const open = () => http.match(() => true);
  /** Answers whatever is sent within two seconds: the dead ones have no connection. */
  const answer = (dead: readonly string[]) => {
    const hosts: string[] = [];
    for (let step = 0; step < 20; step++) {
      for (const request of open()) {
        const { host } = new URL(request.request.url);
        hosts.push(host);
        if (dead.includes(host)) request.error(new ProgressEvent('error'));
        else request.flush({ id: 7, item: 'a teapot' });
      }
      clock.advance(100);
    }
    return hosts;
  };
  return { answer, clock, find, open };
}

const DEAD = 'localhost:4001';
const WELL = 'localhost:4002';

describe('The start of the guide', () => {
  it('makes one call, which is traced and measured', () => {
    const { clock, find, open } = setUp();
    const seen = find();
    const [request] = open();
    expect(request?.request.url).toMatch(/^http:\/\/localhost:400[12]\/orders\/7$/);
    expect(request?.request.headers.get('traceparent')).toMatch(
      /^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/,
    );
    clock.advance(40);
    request?.flush({ id: 7, item: 'a teapot' });
    expect(seen).toMatchObject({ values: [{ item: 'a teapot' }], completed: true });
    const spans = TestBed.inject(Tracer).recentSpans();
    expect(spans.map(({ operationName, status }) => `${operationName} ${status}`)).toEqual([
      'GET /orders/:id ok',
      'orders GET /orders/:id ok',
    ]);
    expect(TestBed.inject(MetricsService).quantile('rx_mesh.call.duration', 0.5)).toBeCloseTo(
      40,
      0,
    );
    expect(clock.pending).toBe(0);
  });

  it('goes on when an instance dies: no user sees it, and soon nobody asks there', () => {
    const { answer, clock, find } = setUp();
    const hosts: string[][] = [];
    const calls = Array.from({ length: 20 }, () => {
      const seen = find();
      hosts.push(answer([DEAD]));
      return seen;
    });
    expect(calls.every(({ errors, values }) => values.length === 1 && !errors.length)).toBe(true);
    // A call that came to the dead one was sent once more, to the other.
    expect(hosts.filter(([first]) => first === DEAD)).toEqual(
      hosts.filter((tried) => tried.length > 1),
    );
    expect(hosts.find((tried) => tried.length > 1)).toEqual([DEAD, WELL]);
    expect(hosts.flat().filter((host) => host === DEAD).length).toBeLessThan(4);
    expect(TestBed.inject(CircuitBreakerService).status().get('orders')?.state).toBe('closed');
    expect(clock.pending).toBe(0);
  });

  it('says no at once when all are dead, and is back when they are', () => {
    const { answer, clock, find, open } = setUp();
    const breaker = () =>
      TestBed.inject(MicroservicesCommunicationService).circuitBreakerStatus().get('orders')?.state;
    const failed = find();
    const sent = answer([DEAD, WELL]);
    expect(failed.errors).toMatchObject([{ code: 'RXM203' }]);
    while (breaker() !== 'open') {
      find();
      sent.push(...answer([DEAD, WELL]));
    }
    expect(sent).toHaveLength(5);
    const refused = find();
    expect(refused.errors).toMatchObject([{ code: 'RXM201' }]);
    expect(open()).toEqual([]);

    clock.advance(10_000); // the wait of the breaker is 5 s, spread by a fifth
    const first = find();
    answer([]);
    const second = find();
    answer([]);
    expect([first.values.length, second.values.length, breaker()]).toEqual([1, 1, 'closed']);
    expect(clock.pending).toBe(0);
    expect(TestBed.inject(LoadBalancerService).inFlight().size).toBe(0);
  });
});
