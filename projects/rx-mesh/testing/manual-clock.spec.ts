import fc from 'fast-check';
import { interval, timer } from 'rxjs';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock } from './manual-clock';

describe(ManualClock.name, () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock({ startAt: 5000 });

    expect([clock.now(), clock.now(), clock.monotonic()]).toEqual([5000, 5000, 0]);
  });

  it('starts on the first of January 2026 by default, and at zero if told so', () => {
    expect(new Date(new ManualClock().now()).toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(new ManualClock({ startAt: 0 }).now()).toBe(0);
    expect(new ManualClock({ startAt: undefined }).now()).toBe(new ManualClock().now());
  });

  it('moves both readings on', () => {
    const clock = new ManualClock({ startAt: 5000 });
    clock.advance(250);
    clock.advance(0.5);

    expect([clock.now(), clock.monotonic()]).toEqual([5250.5, 250.5]);
  });

  it('moves the wall alone, in either direction', () => {
    const clock = new ManualClock({ startAt: 5000 });
    clock.advance(100);
    clock.jumpWall(-4000);

    expect([clock.now(), clock.monotonic()]).toEqual([1100, 100]);

    clock.jumpWall(10_000);

    expect([clock.now(), clock.monotonic()]).toEqual([11_100, 100]);
  });

  it('runs no timer when the wall jumps', () => {
    const clock = new ManualClock();
    let ran = false;
    timer(100, clock.scheduler).subscribe(() => (ran = true));
    clock.jumpWall(1000);

    expect(ran).toBe(false);

    clock.advance(100);

    expect(ran).toBe(true);
  });

  it('answers the scheduler with the reading of the wall, as the platform does', () => {
    const clock = new ManualClock({ startAt: 5000 });
    let ran = false;
    clock.advance(10);
    clock.jumpWall(1000);
    timer(new Date(6110), clock.scheduler).subscribe(() => (ran = true));

    expect(clock.scheduler.now()).toBe(6010);

    clock.advance(99);

    expect(ran).toBe(false);

    clock.advance(1);

    expect(ran).toBe(true);
  });

  it('runs due timers in order, each at its own time', () => {
    const clock = new ManualClock({ startAt: 0 });
    const ran: [string, number][] = [];
    timer(30, clock.scheduler).subscribe(() => ran.push(['c', clock.now()]));
    timer(10, clock.scheduler).subscribe(() => ran.push(['a', clock.now()]));
    timer(10, clock.scheduler).subscribe(() => ran.push(['b', clock.now()]));
    timer(31, clock.scheduler).subscribe(() => ran.push(['late', clock.now()]));
    clock.advance(30);

    expect(ran).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 30],
    ]);
    expect(clock.now()).toBe(30);
  });

  it('runs timers that are set meanwhile, in their place', () => {
    const clock = new ManualClock({ startAt: 0 });
    const ran: [string, number][] = [];
    const note = (name = ''): unknown => ran.push([name, clock.monotonic()]);
    timer(10, clock.scheduler).subscribe(() => {
      note('first');
      clock.scheduler.schedule(note, 5, 'second');
    });
    timer(20, clock.scheduler).subscribe(() => note('third'));
    clock.advance(20);

    expect(ran).toEqual([
      ['first', 10],
      ['second', 15],
      ['third', 20],
    ]);
  });

  it('keeps the time right when a timer advances the clock itself', () => {
    const clock = new ManualClock({ startAt: 0 });
    const ran: number[] = [];
    timer(10, clock.scheduler).subscribe(() => clock.advance(100));
    timer(50, clock.scheduler).subscribe(() => ran.push(clock.monotonic()));
    timer(111, clock.scheduler).subscribe(() => ran.push(clock.monotonic()));
    clock.advance(20);

    expect(ran).toEqual([50]);
    expect(clock.monotonic()).toBe(110);
  });

  it('counts the timers that wait', () => {
    const clock = new ManualClock();
    const subscription = interval(10, clock.scheduler).subscribe();
    clock.advance(35);

    expect(clock.pending).toBe(1);

    subscription.unsubscribe();

    expect(clock.pending).toBe(0);
  });

  it('runs what is due now when it is advanced by nothing', () => {
    const clock = new ManualClock();
    let ran = false;
    clock.scheduler.schedule(() => (ran = true));
    clock.advance(0);

    expect(ran).toBe(true);
  });

  it('ticks an interval as often as its period fits, however the way is cut', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), (way, period) => {
        const clock = new ManualClock();
        let ticks = 0;
        interval(period, clock.scheduler).subscribe(() => ticks++);
        for (const step of way) clock.advance(step);
        expect(ticks).toBe(Math.floor(clock.monotonic() / period));
      }),
    );
  });

  it.each([-1, NaN, Infinity])('refuses to advance by %p', (ms) => {
    const clock = new ManualClock();

    expect(() => clock.advance(ms)).toThrow(InvalidOptionError);
    expect(clock.monotonic()).toBe(0);
  });

  it.each([NaN, -Infinity])('refuses to jump by %p and to start there', (ms) => {
    expect(() => new ManualClock().jumpWall(ms)).toThrow(
      `ManualClock.jumpWall is ${ms}, but must be a finite number.`,
    );
    expect(() => new ManualClock({ startAt: ms })).toThrow(
      `ManualClockOptions.startAt is ${ms}, but must be a finite number.`,
    );
  });
});
