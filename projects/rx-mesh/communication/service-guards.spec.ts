import { type EnvironmentProviders } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { PAGE_STATE } from 'rx-mesh/kernel';
import { type ResilienceOptions, busyClient } from 'rx-mesh/resilience';
import { ManualPage } from 'rx-mesh/testing';
import { provideRxMesh, withResilience, withStaticServices } from 'rx-mesh';
import { callWorld } from '../spec-support/call-world';

const world = (options?: ResilienceOptions) =>
  options ? callWorld(provideRxMesh(withResilience(options))) : callWorld();
const steady = { retry: { backoff: () => 10 }, throttle: false } as const;
const DOWN = { status: 503, statusText: 'down' };

describe('the guards of a service', () => {
  it('let all calls of it share one budget of retries', () => {
    const { caller, clock, open, see } = world({ ...steady, budget: { initial: 1 } });
    const [first, second] = [1, 2].map(() => see(caller.call({ service: 'orders' })));
    for (const request of open()) request.flush('', DOWN);
    clock.advance(10);
    for (const request of open()) request.flush('yes');

    expect([first?.values, second?.errors]).toMatchObject([['yes'], [{ status: 503 }]]);
  });

  it('spare calls of a service that does not answer, and tell so', () => {
    const { caller, clock, events, open, see } = world();
    see(caller.call({ service: 'orders', retries: 0, timeout: 100 }));
    clock.advance(100);
    open();
    const spared = Array.from({ length: 20 }, () => see(caller.call({ service: 'orders' })));
    const sent = open().length;

    expect(sent).toBeLessThan(8);
    expect(spared.filter(({ errors }) => errors.length > 0)).toHaveLength(20 - sent);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'attempt-rejected', attempt: 0 }),
    );
  });

  it('let requests wait for a slot, the more important first', () => {
    const { caller, open, see } = world({ ...steady, bulkhead: { limit: 1 } });
    for (const priority of [0, 0, 9]) {
      see(caller.call({ service: 'orders', path: `/${priority}`, priority }));
    }
    open()[0]?.flush('');

    expect(open().map(({ request }) => request.url)).toMatchObject([expect.stringMatching(/\/9$/)]);
  });

  it('limit a busy client by itself, for each service alone', () => {
    const { caller, open, see } = world({ ...busyClient(100), ...steady });
    for (let i = 0; i < 20; i++) see(caller.call({ service: 'orders' }));

    expect(open()).toHaveLength(10);
  });

  it('can all be left out', () => {
    const { caller, clock, open, see } = world({
      budget: false,
      bulkhead: false,
      retry: false,
      throttle: false,
    });
    const seen = see(caller.call({ service: 'orders', timeout: 100 }));
    clock.advance(100);
    see(caller.call({ service: 'orders' }));

    expect(seen.errors).toMatchObject([{ code: 'RXM202' }]);
    expect(open().at(-1)?.cancelled).toBe(false);
  });
});

describe('a call that times out', () => {
  it('is tried again in another place, and not where it hung', () => {
    const { caller, clock, open, see } = world({ retry: { retries: 5, backoff: () => 10 } });
    const seen = see(caller.call({ service: 'orders', timeout: 100 }));
    const urls: string[] = [];
    for (let i = 0; i < 5; i++) {
      urls.push(...open().map(({ request }) => request.url));
      clock.advance(110);
    }

    expect(new Set(urls).size).toBe(2);
    expect(urls).toHaveLength(2);
    expect(seen.errors).toMatchObject([{ code: 'RXM202', scope: 'attempt' }]);
  });
});

describe('a call without a network', () => {
  it('is not sent, and waits for the network until its deadline', () => {
    const { caller, clock, open, see } = world(steady);
    const page = TestBed.inject(ManualPage);
    page.goOffline();
    const seen = see(caller.call({ service: 'orders', deadline: 1000 }));
    clock.advance(999);

    expect([open().length, seen.errors.length]).toEqual([0, 0]);

    clock.advance(1);

    expect(seen.errors).toMatchObject([{ code: 'RXM207' }]);
  });

  it('goes out when it is back, and counts for nobody', () => {
    const { caller, clock, open, see } = world(steady);
    const page = TestBed.inject(ManualPage);
    page.goOffline();
    const seen = see(caller.call({ service: 'orders' }));
    const post = see(caller.call({ service: 'orders', method: 'POST' }));
    page.goOnline();
    clock.advance(10);
    open()[0]?.flush('yes');

    expect(seen.values).toEqual(['yes']);
    expect(post.errors).toMatchObject([{ code: 'RXM207' }]);
    expect(TestBed.inject(PAGE_STATE)).toBe(page);
  });
});

describe('a call of one version', () => {
  const versions: EnvironmentProviders = provideRxMesh(
    withStaticServices([
      { name: 'users', version: '2.1.0', instances: ['https://two.example'] },
      { name: 'files', version: '21.0', instances: ['https://files.example'] },
    ]),
  );

  it('goes to an instance of that version', () => {
    const { caller, open, see } = callWorld(versions);
    see(caller.call({ service: 'users', version: '2' }));
    see(caller.call({ service: 'users', version: '2.1.0' }));

    expect(open()).toHaveLength(2);
  });

  it('fails when there is none, and says so', () => {
    const { caller, see } = callWorld(versions);

    expect(see(caller.call({ service: 'files', version: '2' })).errors).toMatchObject([
      {
        code: 'RXM301',
        reason: { version: '2' },
        message: 'No instance of "files" has version "2". Ask for another one, or for none.',
      },
    ]);
  });
});
