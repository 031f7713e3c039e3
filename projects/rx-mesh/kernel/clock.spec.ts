import { TestBed } from '@angular/core/testing';
import { VirtualTimeScheduler, asyncScheduler, timer } from 'rxjs';
import { runMarbles } from '../spec-support/marbles';
import { CLOCK, schedulerClock, systemClock } from './clock';

describe('systemClock', () => {
  it('reads the wall and the monotonic clock of the platform', () => {
    const [wall, monotonic] = [Date.now(), performance.now()];

    expect(systemClock.now()).toBeGreaterThanOrEqual(wall);
    expect(systemClock.now()).toBeLessThan(wall + 10_000);
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(monotonic);
    expect(systemClock.monotonic()).toBeLessThan(monotonic + 10_000);
    expect(systemClock.scheduler).toBe(asyncScheduler);
  });

  it('is virtual in both readings inside of a marble test, and real again after it', () => {
    const readings: [number, number][] = [];
    const read = () => readings.push([systemClock.now(), systemClock.monotonic()]);
    runMarbles(({ flush }) => {
      read();
      timer(5000, systemClock.scheduler).subscribe(read);
      flush();
    });

    expect(readings).toEqual([
      [0, 0],
      [5000, 5000],
    ]);
    expect(systemClock.now()).toBeGreaterThan(1_700_000_000_000);
  });

  it('stays monotonic on a machine whose wall clock starts in 1970', () => {
    const wall = jest.spyOn(Date, 'now').mockReturnValue(60_000);
    const before = systemClock.monotonic();
    wall.mockReturnValue(1_767_225_600_000); // the network has told the time
    const after = systemClock.monotonic();
    wall.mockRestore();

    expect(after - before).toBeGreaterThanOrEqual(0);
    expect(after - before).toBeLessThan(10_000);
  });
});

describe('schedulerClock', () => {
  it('takes readings and timers from one scheduler', () => {
    const scheduler = new VirtualTimeScheduler();
    const clock = schedulerClock(scheduler);
    const readings: number[] = [];
    timer(250, clock.scheduler).subscribe(() => readings.push(clock.now(), clock.monotonic()));
    scheduler.flush();

    expect(readings).toEqual([250, 250]);
    expect(clock.scheduler).toBe(scheduler);
  });
});

describe('CLOCK', () => {
  it('is the clock of the platform by default', () => {
    expect(TestBed.inject(CLOCK)).toBe(systemClock);
  });
});
