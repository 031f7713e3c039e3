import type { TestRequest } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRxMesh, withResilience, withServiceMesh } from 'rx-mesh';
import { constantBackoff } from 'rx-mesh/kernel';
import { ServiceRegistry } from 'rx-mesh/mesh';
import { CircuitBreakerService, type RetryOptions } from 'rx-mesh/resilience';
import { callWorld } from '../spec-support/call-world';
import { anInstance } from '../spec-support/contracts/fake-registry-source';
import { ServiceCaller } from './service-caller';

/** Two instances, `a` and `b`, and a wait of 10 ms where nobody asks for more. */
function world(retry: RetryOptions = {}) {
  const made = callWorld(
    provideRxMesh(
      withResilience({ retry: { retries: 3, backoff: constantBackoff(10), ...retry } }),
      // The word of an instance is kept by every strategy; this one forgets failures at once.
      withServiceMesh({ strategy: 'round-robin' }),
    ),
  );
  const breaker = TestBed.inject(CircuitBreakerService).get('orders');
  const one = (): TestRequest => {
    const [request, ...rest] = made.open();
    if (!request || rest.length > 0) throw new Error('There is not one request.');
    return request;
  };
  const call = (version?: string) => made.see(made.caller.call({ service: 'orders', version }));
  return { ...made, breaker, call, one };
}

const later = (request: TestRequest, seconds = '3', status = 503): string => {
  request.flush('busy', { status, statusText: 'no', headers: { 'Retry-After': seconds } });
  return new URL(request.request.url).host;
};
const hostOf = ({ request }: TestRequest): string => new URL(request.url).host;

describe(`${ServiceCaller.name} and Retry-After`, () => {
  it('goes to another instance without waiting, and leaves the one alone that asked for it', () => {
    const { breaker, call, clock, one } = world();
    const seen = call();
    const asked = later(one());
    clock.advance(10);
    const second = one();

    expect(hostOf(second)).not.toBe(asked);

    second.flush('found');

    expect(seen).toMatchObject({ values: ['found'], errors: [], completed: true });
    expect(breaker.phase).toBe('closed');

    const hosts = Array.from({ length: 10 }, () => {
      call();
      const request = one();
      request.flush('found');
      return hostOf(request);
    });

    expect(hosts).not.toContain(asked);
    expect(clock.pending).toBe(0);
  });

  it('calls it again when its time is over', () => {
    const { call, clock, one } = world();
    call();
    const asked = later(one(), '1');
    clock.advance(10);
    one().flush('found');
    clock.advance(990);
    const hosts = new Set(
      Array.from({ length: 40 }, () => {
        call();
        const request = one();
        request.flush('found');
        return hostOf(request);
      }),
    );

    expect([...hosts]).toContain(asked);
  });

  it('waits when all have asked for it, and opens the circuit until the first may be called', () => {
    const { breaker, call, clock, events, one, open } = world();
    call();
    later(one(), '5');
    clock.advance(10);
    later(one(), '3');

    expect([breaker.phase, breaker.retryAfter]).toEqual(['open', 3000]);

    clock.advance(2999);

    expect(open()).toHaveLength(0);

    clock.advance(1);
    one().flush('found');

    expect(events.at(-1)).toMatchObject({ type: 'call-settled', outcome: 'success' });
  });

  it('has tried whoever did not ask before it waits', () => {
    const { breaker, call, clock, one } = world();
    const seen = call();
    later(one(), '60000');
    clock.advance(10);
    later(one(), '60000');

    expect(seen.errors).toMatchObject([{ code: 'RXM203' }]);
    expect(breaker.phase).toBe('open');
    expect(clock.pending).toBe(0);
  });

  it('takes 429 for the word of all: it is said of the caller', () => {
    const { breaker, call, clock, one, open } = world();
    call();
    later(one(), '3', 429);

    expect([breaker.phase, breaker.retryAfter]).toEqual(['open', 3000]);

    clock.advance(2999);

    expect(open()).toHaveLength(0);

    clock.advance(1);

    expect(open()).toHaveLength(1);
  });

  it('hears an instance that asks in its own way', () => {
    const { breaker, call, clock, one } = world({
      retryAfter: (error) => (error as { error?: { wait?: number } }).error?.wait,
    });
    call();
    const first = one();
    first.flush({ wait: 4000 }, { status: 503, statusText: 'no' });
    clock.advance(10);
    const second = one();

    expect(hostOf(second)).not.toBe(hostOf(first));

    second.flush({ wait: 4000 }, { status: 503, statusText: 'no' });

    expect(breaker.retryAfter).toBe(3990);
  });

  it('waits for the only instance of the version that a call is for, and lets calls of others pass', () => {
    const { caller, clock, one, open, see } = world();
    const registry = TestBed.inject(ServiceRegistry);
    for (const version of ['1', '2']) {
      registry.register(
        anInstance('stock', version, { url: `https://v${version}.example`, version }),
      );
    }
    see(caller.call({ service: 'stock', version: '2' }));
    later(one());
    see(caller.call({ service: 'stock', version: '1' }));

    expect(hostOf(one())).toBe('v1.example');

    clock.advance(2999);

    expect(open()).toHaveLength(0);

    clock.advance(1);

    expect(hostOf(one())).toBe('v2.example');
    expect(TestBed.inject(CircuitBreakerService).get('stock').phase).toBe('closed');
  });
});
