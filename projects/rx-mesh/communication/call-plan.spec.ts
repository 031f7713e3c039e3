import { isInvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, SequentialIds } from 'rx-mesh/testing';
import { planCall } from './call-plan';
import { COMMUNICATION } from './with-communication';
import type { ServiceCall } from './service-call';

const clock = new ManualClock();
const ids = new SequentialIds();
const defaults = { ...COMMUNICATION.defaults, retries: 2 };
const plan = (call: Partial<ServiceCall>) =>
  planCall({ service: 'orders', ...call }, { clock, ids, defaults: () => defaults });

describe(planCall.name, () => {
  it('fills in the defaults', () => {
    clock.advance(500);
    expect(plan({ path: '/orders/42?full=1' })).toMatchObject({
      service: 'orders',
      method: 'GET',
      path: '/orders/42?full=1',
      route: '/orders/:id',
      name: 'orders GET /orders/:id',
      timeout: 5000,
      deadline: 30_000,
      retries: 2,
      idempotencyKey: undefined,
      idempotent: true,
      endsAt: clock.monotonic() + 30_000,
    });
  });

  it('keeps what was given, zero too', () => {
    expect(plan({ route: '/o/:n', timeout: 1, deadline: 2, retries: 0 })).toMatchObject({
      route: '/o/:n',
      timeout: 1,
      deadline: 2,
      retries: 0,
    });
  });

  it.each([
    ['GET', undefined, true],
    ['HEAD', undefined, true],
    ['OPTIONS', undefined, true],
    ['PUT', undefined, true],
    ['DELETE', undefined, true],
    ['POST', undefined, false],
    ['PATCH', undefined, false],
    ['POST', 'key-1', true],
    ['PATCH', true, true],
  ] as const)('knows that %s with the key %p may be repeated: %p', (method, key, idempotent) => {
    expect(plan({ method, idempotencyKey: key }).idempotent).toBe(idempotent);
  });

  it.each(['', '?limit=1', '/', '/a/../b', '/./a/..', '/a?next=/../../b', '/..a/b..'])(
    'takes the path %p',
    (path) => {
      expect(plan({ path }).path).toBe(path);
    },
  );

  it.each([
    [{ service: '' }, 'ServiceCall.service is "", but must be the name of a service.'],
    [
      { service: undefined },
      'ServiceCall.service is undefined, but must be the name of a service.',
    ],
    [
      { method: 'TRACE' },
      'ServiceCall.method is "TRACE", but must be one of GET, HEAD, OPTIONS, PUT, DELETE, POST, PATCH.',
    ],
    [
      { path: 'orders' },
      'ServiceCall.path is "orders", but must be empty, or a path with one slash in front.',
    ],
    [
      { path: '/orders#top' },
      'ServiceCall.path is "/orders#top", but must be empty, or a path with one slash in front.',
    ],
    [
      { path: '//evil.example' },
      'ServiceCall.path is "//evil.example", but must be empty, or a path with one slash in front.',
    ],
    [
      { path: '/\\evil.example' },
      'ServiceCall.path is "/\\\\evil.example", but must be empty, or a path with one slash in front.',
    ],
    [
      { path: '/\t/evil.example' },
      'ServiceCall.path is "/\\t/evil.example", but must be empty, or a path with one slash in front.',
    ],
    [
      { path: '/../admin' },
      'ServiceCall.path is "/../admin", but must be a path that does not climb above where it starts.',
    ],
    [
      { path: '/a/.%2E/./%2e./b' },
      'ServiceCall.path is "/a/.%2E/./%2e./b", but must be a path that does not climb above where it starts.',
    ],
    [
      { path: '/a\\..\\..\\b' },
      'ServiceCall.path is "/a\\\\..\\\\..\\\\b", but must be a path that does not climb above where it starts.',
    ],
    [{ timeout: 0 }, 'ServiceCall.timeout is 0, but must be a number above 0.'],
    [{ timeout: NaN }, 'ServiceCall.timeout is NaN, but must be a number above 0.'],
    [{ deadline: -1 }, 'ServiceCall.deadline is -1, but must be a number above 0.'],
    [
      { deadline: 3e9 },
      'ServiceCall.deadline is 3000000000, but must be at most 2147483647 (24 days).',
    ],
    [{ retries: 1.5 }, 'ServiceCall.retries is 1.5, but must be a whole number of at least 0.'],
    [
      { idempotencyKey: '' },
      'ServiceCall.idempotencyKey is "", but must be true, or a text that is not empty.',
    ],
  ])('refuses %j', (call, message) => {
    let caught: unknown;
    try {
      plan(call as Partial<ServiceCall>);
    } catch (error) {
      caught = error;
    }
    expect(isInvalidOptionError(caught)).toBe(true);
    expect((caught as Error).message).toBe(message);
  });
});
