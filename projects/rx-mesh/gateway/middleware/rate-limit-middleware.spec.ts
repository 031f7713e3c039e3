import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock } from 'rx-mesh/testing';
import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import type { RateLimitConfig } from '../route-config';
import { rateLimit } from './rate-limit-middleware';

function setUp(config: Partial<RateLimitConfig> = {}) {
  const clock = new ManualClock();
  const world = stepWorld(rateLimit({ limit: 2, period: 1000, ...config }, { clock }));
  const send = (url = '/a') => world.send(contextOf(url));
  return { ...world, clock, send };
}

describe(rateLimit.name, () => {
  it('lets a burst through, and refuses what is above it with the time to wait', () => {
    const { arrivals, clock, send } = setUp();
    send();
    send();
    expect(send().error).toMatchObject({ status: 429, retryAfter: 500 });
    clock.advance(500);
    expect(send().error).toBeUndefined();
    expect(arrivals).toHaveLength(3);
  });

  it('counts in a sliding window where it is told so', () => {
    const { arrivals, clock, send } = setUp({ algorithm: 'sliding-window' });
    send();
    send();
    clock.advance(999);
    expect(send().error).toMatchObject({ status: 429, retryAfter: 1 });
    clock.advance(1);
    send();
    expect(arrivals).toHaveLength(3);
  });

  it('counts each key by itself', () => {
    const { send } = setUp({ key: ({ originalRequest: { url } }) => url, burst: 1 });
    send('/a');
    expect(send('/a').error).toMatchObject({ status: 429 });
    expect(send('/b').error).toBeUndefined();
  });

  it('makes what is above the limit wait for its turn, at most maxWait', () => {
    const { arrivals, clock, send } = setUp({ burst: 1, maxWait: 1000 });
    const all = [send(), send(), send(), send()];
    expect(all[3]?.error).toMatchObject({ status: 429, retryAfter: 1500 });
    expect(arrivals).toHaveLength(1);
    clock.advance(500);
    expect(arrivals).toHaveLength(2);
    clock.advance(500);
    expect(arrivals).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('gives the turn of one who leaves to the next, and leaves no timer', () => {
    const { arrivals, clock, send } = setUp({ burst: 1, maxWait: 500 });
    send();
    const waiting = send();
    expect(send().error).toMatchObject({ status: 429 });
    waiting.leave();
    expect(clock.pending).toBe(0);
    expect(send().error).toBeUndefined();
    clock.advance(500);
    expect(arrivals).toHaveLength(2);
  });

  it('does not take the word of another limit of the page for that of the service', () => {
    const { arrivals, send } = setUp();
    send();
    arrivals[0]?.answer('ok', { RateLimit: '"gateway";r=0;t=60' });
    expect(send().error).toBeUndefined();
    arrivals[1]?.answer('ok', { RateLimit: '"gateway";r=0;t=60, "day";r=0;t=9' });
    expect(send().error).toMatchObject({ status: 429, retryAfter: 9500 });
  });

  it('says on the answer what is left', () => {
    const { arrivals, clock, send } = setUp();
    const first = send();
    arrivals[0]?.answer('x', { RateLimit: '"server";r=9;t=1' });
    expect(first.values[0]?.headers.get('RateLimit')).toBe('"server";r=9;t=1, "gateway";r=1;t=1');
    expect(first.values[0]?.headers.get('RateLimit-Policy')).toBe('"gateway";q=2;w=1');
    const second = send();
    arrivals[1]?.answer();
    expect(second.values[0]?.headers.get('RateLimit')).toBe('"gateway";r=0;t=1');
    clock.advance(10_000);
    const later = send();
    arrivals[2]?.answer();
    expect(later.values[0]?.headers.get('RateLimit')).toBe('"gateway";r=1;t=1');
  });

  it.each([
    ['Retry-After in seconds', 429, { 'Retry-After': '3' }, 3000],
    ['Retry-After as a date', 503, { 'Retry-After': 'Thu, 01 Jan 2026 00:00:04 GMT' }, 4000],
    ['a limit that is used up', 200, { RateLimit: '"a";r=5;t=9, "b";r=0;t=2' }, 2000],
    ['the older fields', 200, { 'RateLimit-Remaining': '0', 'RateLimit-Reset': '7' }, 7000],
    ['a 429 that says nothing', 429, {}, 1000],
    ['a Retry-After of years', 429, { 'Retry-After': '99999999' }, 300_000],
  ])('holds back after %s', (_, status, headers, hold) => {
    const { arrivals, clock, send } = setUp({ limit: 100 });
    send();
    arrivals[0]?.[status === 200 ? 'answer' : 'fail'](
      ...((status === 200 ? ['x', headers] : [status, headers]) as [never, never]),
    );
    expect(send().error).toMatchObject({ status: 429, retryAfter: hold });
    clock.advance(hold);
    expect(send().error).toBeUndefined();
  });

  it('waits for the server within maxWait, and goes on at the usual rate', () => {
    const { arrivals, clock, send } = setUp({ burst: 1, maxWait: 5000 });
    send();
    arrivals[0]?.fail(429, { 'Retry-After': '2' });
    const all = [send(), send()];
    clock.advance(2499);
    expect(arrivals).toHaveLength(1);
    clock.advance(1);
    expect(arrivals).toHaveLength(2);
    clock.advance(499);
    expect(arrivals).toHaveLength(2);
    clock.advance(1);
    expect(arrivals).toHaveLength(3);
    expect(all.every(({ error }) => error === undefined)).toBe(true);
  });

  it('asks anew when the server has said in the meantime that it has had enough', () => {
    const { arrivals, clock, send } = setUp({ limit: 2, burst: 2, maxWait: 1000 });
    send();
    send();
    const waiting = send();
    arrivals[0]?.fail(429, { 'Retry-After': '60' });
    clock.advance(500);
    expect(waiting.error).toMatchObject({ status: 429, retryAfter: 59_500 });
    expect(arrivals).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('does not listen to the server where it is told so', () => {
    const { arrivals, send } = setUp({ followServer: false });
    send();
    arrivals[0]?.fail(429, { 'Retry-After': '60' });
    expect(send().error).toBeUndefined();
  });

  it('passes errors of the service on as they are', () => {
    const { arrivals, send } = setUp();
    const seen = send();
    const error = new Error('x');
    arrivals[0]?.break(error);
    expect(seen.error).toBe(error);
  });

  it('makes an error of the request of a key that throws', () => {
    const error = new Error('no key');
    const { send } = setUp({
      key: () => {
        throw error;
      },
    });
    expect(send().error).toBe(error);
  });

  it.each([
    [{ limit: 0 }],
    [{ period: -1 }],
    [{ burst: 0.5 }],
    [{ maxWait: NaN }],
    [{ maxWait: 2 ** 31 }],
    [{ algorithm: 'leaky' as never }],
  ])('refuses %j', (config) => {
    expect(() => setUp(config)).toThrow(InvalidOptionError);
  });
});
