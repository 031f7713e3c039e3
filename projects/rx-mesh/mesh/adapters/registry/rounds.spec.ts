import { constantBackoff, exponentialBackoff, seededRandom } from 'rx-mesh/kernel';
import { ManualClock, ManualPage } from 'rx-mesh/testing';
import { EMPTY, type Observable, defer, of, throwError } from 'rxjs';
import { RegistryRequestError } from './registry-errors';
import { rounds } from './rounds';

const setUp = (round: (n: number) => Observable<number>, backoff = constantBackoff(1000)) => {
  const clock = new ManualClock();
  const page = new ManualPage();
  const failures: number[] = [];
  const begun: number[] = [];
  const seen: number[] = [];
  const start = () =>
    rounds(
      { clock, page, random: seededRandom(1) },
      { rest: () => 100, backoff, onFailure: (_error, wait) => failures.push(wait) },
      () =>
        defer(() => {
          begun.push(clock.monotonic());
          return round(begun.length);
        }),
    ).subscribe((value) => seen.push(value));
  return { clock, page, failures, begun, seen, start };
};
const refused = (retryAfter: number) =>
  new RegistryRequestError('fake', '/a', { status: 429, retryAfter });

describe('rounds', () => {
  it('does one after the other with a rest between them, and nothing after the last subscriber', () => {
    const { clock, begun, seen, start } = setUp((n) => of(n));
    const subscription = start();
    clock.advance(250);

    expect(begun).toEqual([0, 100, 200]);
    expect(seen).toEqual([1, 2, 3]);

    subscription.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('begins anew with its back-off after a value', () => {
    const bad = (n: number) => (n === 3 ? of(n) : throwError(() => new Error('no')));
    const backoff = exponentialBackoff({ initial: 1000, jitter: 'none' });
    const { clock, failures, start } = setUp(bad, backoff);
    start();
    clock.advance(6000);

    expect(failures).toEqual([1000, 2000, 1000, 2000]);
  });

  it('waits as long as the registry asks, up to five minutes', () => {
    const asked = [5000, 10, 10_000_000];
    const { clock, failures, begun, start } = setUp((n) =>
      n <= asked.length ? throwError(() => refused(asked[n - 1] ?? 0)) : EMPTY,
    );
    start();
    clock.advance(306_000);

    expect(failures).toEqual([5000, 1000, 300_000]);
    expect(begun.slice(0, 4)).toEqual([0, 5000, 6000, 306_000]);
  });

  it('begins none while the page is offline', () => {
    const { clock, page, begun, start } = setUp((n) => of(n));
    start();
    page.goOffline();
    clock.advance(1000);

    expect(begun).toEqual([0]);

    page.goOnline();

    expect(begun).toEqual([0, 1000]);
  });
});
