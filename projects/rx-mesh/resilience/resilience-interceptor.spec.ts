import {
  HttpClient,
  HttpContext,
  type HttpEvent,
  HttpEventType,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { provideRxMesh } from 'rx-mesh';
import { type ClientPolicyOptions, clientPolicy } from './client-policy';
import { composePolicies } from './compose-policies';
import { type HttpPolicyRule, withHttpPolicies } from './http-policies';
import type { CallContext, ResiliencePolicy } from './policy';
import { CALL_PRIORITY, RESILIENCE_POLICY, resilienceInterceptor } from './resilience-interceptor';
import { singleFlightPolicy } from './single-flight-policy';

const quick: ClientPolicyOptions = { retry: { backoff: () => 10, retries: 1 }, throttle: false };

function world(...rules: readonly HttpPolicyRule[]) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideHttpClient(withInterceptors([resilienceInterceptor])),
      provideHttpClientTesting(),
      provideRxMesh(withHttpPolicies(...rules)),
    ],
  });
  const server = TestBed.inject(HttpTestingController);
  return {
    clock: TestBed.inject(ManualClock),
    http: TestBed.inject(HttpClient),
    open: () => server.match(() => true),
  };
}

const down = { status: 503, statusText: 'down' };

/** A policy that does nothing but note for what it was asked. */
function noting(contexts: CallContext[]): ResiliencePolicy {
  return (source, context) => {
    contexts.push(context);
    return source;
  };
}

describe('resilienceInterceptor', () => {
  it('tries again without a change of the call, and is one request to the caller', () => {
    const { clock, http, open } = world({ match: '/api', policy: clientPolicy(quick) });
    const seen: HttpEvent<unknown>[] = [];
    http.request('GET', '/api/orders', { observe: 'events' }).subscribe({
      next: (event) => seen.push(event),
    });
    open()[0]?.flush('', down);
    clock.advance(10);
    open()[0]?.flush(['a']);

    expect(seen.map(({ type }) => type)).toEqual([HttpEventType.Sent, HttpEventType.Response]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['POST', {}, 0],
    ['POST', { 'Idempotency-Key': '1' }, 1],
    ['PUT', {}, 1],
  ])('sends %s with %j again: %p', (method, headers, again) => {
    const { clock, http, open } = world({ match: '/api', policy: clientPolicy(quick) });
    http.request(method, '/api/orders', { headers }).subscribe({ error: () => undefined });
    open()[0]?.flush('', down);
    clock.advance(10);

    expect(open()).toHaveLength(again);
  });

  it('goes by the first rule that matches, and leaves the others alone', () => {
    const names: string[] = [];
    const noted = (mark: string): HttpPolicyRule['policy'] => {
      return (_ports, name) => {
        names.push(`${mark} ${name}`);
        return (source) => source;
      };
    };
    const { http } = world(
      { match: '/api/search', policy: noted('search') },
      { match: 'https://shop.example/v1/', policy: noted('shop') },
      { match: ({ method }) => method === 'PATCH', policy: noted('patch'), name: () => 'mine' },
      { match: '/api', policy: noted('api') },
    );
    for (const url of [
      '/api/search',
      '/api/search/deep?q=1',
      '/api/searching',
      'https://shop.example/v1/a',
      'https://shop.example/v10/a',
      '/apiary',
    ]) {
      http.get(url).subscribe();
    }
    http.patch('/elsewhere', {}).subscribe();
    http.patch('http://[', {}).subscribe();

    expect(names).toEqual([
      'search http://localhost',
      'api http://localhost',
      'shop https://shop.example',
      'patch mine',
    ]);
  });

  it('makes no more policies than its bound, however many names there are', () => {
    let made = 0;
    const { http } = world({
      match: '/api',
      name: ({ url }) => url,
      policy: () => {
        made++;
        return (source) => source;
      },
    });
    for (let i = 0; i < 500; i++) http.get(`/api/${i}`).subscribe();

    expect(made).toBe(201);
  });

  it('is overridden by the context of a request: by another policy, or by none', () => {
    const { clock, http, open } = world({ match: '/api', policy: clientPolicy(quick) });
    const contexts: CallContext[] = [];
    const own = new HttpContext().set(RESILIENCE_POLICY, noting(contexts)).set(CALL_PRIORITY, 7);
    const none = new HttpContext().set(RESILIENCE_POLICY, null);
    http.get('/api/a', { context: own }).subscribe();
    http.get('/api/b', { context: none }).subscribe({ error: () => undefined });
    for (const request of open()) request.flush('', request.request.url === '/api/b' ? down : {});
    clock.advance(10);

    expect(open()).toHaveLength(0);
    expect(contexts).toMatchObject([{ name: 'GET', safe: true, idempotent: true, priority: 7 }]);
  });

  it('shares a flight only among requests that say the same, the user too', () => {
    const { http, open } = world({
      match: '/api',
      policy: () => composePolicies(singleFlightPolicy()),
    });
    const get = (token: string): void => {
      http.get('/api/me', { headers: { Authorization: token, Accept: 'a' } }).subscribe();
    };
    get('ann');
    get('ann');
    get('ben');
    http.post('/api/me', {}).subscribe();
    http.post('/api/me', {}).subscribe();

    expect(open().map(({ request }) => request.method)).toEqual(['GET', 'GET', 'POST', 'POST']);
  });

  it('aborts the request when the subscriber leaves', () => {
    const { clock, http, open } = world({ match: '/api', policy: clientPolicy(quick) });
    const subscription = http.get('/api/a').subscribe();
    const [request] = open();
    subscription.unsubscribe();

    expect([request?.cancelled, clock.pending]).toEqual([true, 0]);
  });
});
