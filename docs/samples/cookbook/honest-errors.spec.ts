import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { provideRxMesh, withRxMeshInterceptors, withStaticServices } from 'rx-mesh';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { type ServiceCall, ServiceCaller } from 'rx-mesh/communication';
import { NoInstanceError } from 'rx-mesh/mesh';
import { gatewayError } from 'rx-mesh/gateway';
import {
  BulkheadFullError,
  CircuitBreakerService,
  RateLimitedError,
  ThrottledError,
} from 'rx-mesh/resilience';
import { ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { tellUser } from './honest-errors';
import { see } from './spec-support/see';

type End = 'lost' | 'hangs' | number;

/** What the user of a call is told, whose requests end so. */
function told(
  call: Partial<ServiceCall>,
  ends: readonly End[],
  before: () => void = () => undefined,
) {
  TestBed.resetTestingModule().configureTestingModule({
    providers: [
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(withStaticServices([{ name: 'orders', instances: ['/services/orders'] }])),
      provideHttpClientTesting(),
      provideRxMeshTesting(),
    ],
  });
  const backend = TestBed.inject(HttpTestingController);
  const clock = TestBed.inject(ManualClock);
  before();
  const retries = Math.max(0, ends.length - 1);
  const seen = see(TestBed.inject(ServiceCaller).call({ service: 'orders', retries, ...call }));
  for (const end of ends) {
    const [request] = backend.match(() => true);
    if (end === 'lost') request?.error(new ProgressEvent('error'));
    if (typeof end === 'number') request?.flush('no', { status: end, statusText: 'No' });
    clock.advance(5000);
  }
  const [error] = seen.errors;
  return tellUser(error, clock, { saves: call.method === 'POST' });
}

const saving = { method: 'POST', idempotencyKey: true } as const;

describe('Recipe: tell the user honestly', () => {
  it('says that nothing was sent where nothing was', () => {
    const isolated = () => void TestBed.inject(CircuitBreakerService).isolate('orders');
    expect(told(saving, [], isolated)).toEqual({
      text: 'A part of our service does not answer. Nothing was sent.',
      again: undefined,
      code: 'RXM201',
    });
    const offline = () => TestBed.inject(ManualPage).goOffline();
    expect(told({ method: 'PATCH' }, [], offline)).toEqual({
      text: 'You are offline. Nothing was sent.',
      again: 0,
      code: 'RXM207',
    });
  });

  it.each<[End[], string]>([
    [['lost'], 'HTTP 0'],
    [['hangs'], 'RXM202'],
    [[504], 'HTTP 504'],
    [[504, 503], 'HTTP 503'],
  ])('says that nobody knows where an answer was lost, in any attempt: %j', (ends, code) => {
    expect(told(saving, ends)).toMatchObject({
      text: expect.stringMatching(/^We do not know whether it was saved/) as string,
      code,
    });
  });

  it('says so of a gateway that has given up, too', () => {
    const error = gatewayError(504, 'The time is over.');
    expect(tellUser(error, new ManualClock(), { saves: true }).text).toMatch(/^We do not know/);
  });

  it.each<[Partial<ServiceCall>, End[], string]>([
    [saving, [503, 503], 'A part of our service does not answer.'],
    [{}, ['lost'], 'A part of our service does not answer.'],
    [{}, ['hangs'], 'That took too long.'],
    [{}, [404], 'That is not there any more.'],
  ])('does not speak of doubt where there is none: %j %j', (call, ends, text) => {
    expect(told(call, ends).text).toBe(text);
  });

  it.each([
    [new RateLimitedError('orders', 700), 700, 'RXM205'],
    [new ThrottledError('orders', 0.2), 5000, 'RXM206'],
    [new BulkheadFullError('orders', 6, 0), 5000, 'RXM204'],
    [new NoInstanceError('orders', [], { waited: 2000 }), 30_000, 'RXM301'],
    [gatewayError(429, 'Too many.', { retryAfter: 900 }), 900, 'RXM600'],
    [
      new HttpErrorResponse({ status: 503, headers: new HttpHeaders({ 'Retry-After': '7' }) }),
      7000,
      'HTTP 503',
    ],
    [new HttpErrorResponse({ status: 422 }), undefined, 'HTTP 422'],
    ['anything', undefined, 'HTTP ?'],
  ])('says when to try again: %s', (error, again, code) => {
    expect(tellUser(error, new ManualClock())).toMatchObject({ again, code });
  });
});
