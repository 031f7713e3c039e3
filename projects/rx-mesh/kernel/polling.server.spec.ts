import { ManualClock } from 'rx-mesh/testing';
import { polling } from './polling';
import { InvalidOptionError } from './rx-mesh-error';

describe(`${polling.name} on a server`, () => {
  it('completes without a value, does no work and sets no timer', () => {
    const clock = new ManualClock();
    const heard: unknown[] = [];
    const work = jest.fn(() => [1]);
    polling({ period: 1000, clock }, work).subscribe({
      next: (value) => heard.push(value),
      complete: () => heard.push('end'),
    });
    clock.advance(10_000);

    expect(heard).toEqual(['end']);
    expect(work).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });

  it('does so for each subscriber', () => {
    const heard: unknown[] = [];
    const silent$ = polling({ period: 1000, clock: new ManualClock() }, () => [1]);
    silent$.subscribe({ complete: () => heard.push('end') });
    silent$.subscribe({ complete: () => heard.push('end') });

    expect(heard).toEqual(['end', 'end']);
  });

  it('still refuses a period that it cannot have', () => {
    const errors: unknown[] = [];
    polling({ period: 0, clock: new ManualClock() }, () => [1]).subscribe({
      error: (error: unknown) => errors.push(error),
    });

    expect(errors).toEqual([
      new InvalidOptionError('PollingOptions.period', 0, 'a number above 0'),
    ]);
  });
});
