import { constantBackoff, seededRandom } from 'rx-mesh/kernel';
import { ManualClock, ManualPage } from 'rx-mesh/testing';
import { of, throwError } from 'rxjs';
import { rounds } from './rounds';

const clock = new ManualClock();
const ports = { clock, page: new ManualPage(), random: seededRandom(1) };
const options = { rest: () => 1, backoff: constantBackoff(1), onFailure: () => undefined };

describe('rounds on a server', () => {
  it('does one and completes', () => {
    const heard: unknown[] = [];
    rounds(ports, options, () => of(1)).subscribe({
      next: (value) => heard.push(value),
      complete: () => heard.push('completed'),
    });

    expect(heard).toEqual([1, 'completed']);
    expect(clock.pending).toBe(0);
  });

  it('errors with the error of the one', () => {
    const error = new Error('no');
    const errors: unknown[] = [];
    rounds(ports, options, () => throwError(() => error)).subscribe({
      error: (e: unknown) => errors.push(e),
    });

    expect(errors).toEqual([error]);
    expect(clock.pending).toBe(0);
  });
});
