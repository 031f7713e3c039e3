import { ManualClock } from 'rx-mesh/testing';
import { AnchoredWall } from './anchored-wall';

const START = 1_700_000_000_000;

function setUp() {
  const clock = new ManualClock({ startAt: START });
  const wall = new AnchoredWall(clock);
  return { clock, now: () => wall.at(clock.monotonic()) - START };
}

describe(AnchoredWall.name, () => {
  it('goes with the monotonic clock, to the part of a millisecond', () => {
    const { clock, now } = setUp();
    const before = now();
    clock.advance(0.25);

    expect([before, now()]).toEqual([0, 0.25]);
  });

  it('takes no notice of small steps of the wall, which would mix up the order of spans', () => {
    const { clock, now } = setUp();
    now();
    clock.jumpWall(-40);
    clock.advance(5000);

    expect(now()).toBe(5000);
  });

  it('believes the wall again within a second, when that was set', () => {
    const { clock, now } = setUp();
    now();
    clock.jumpWall(60_000);
    clock.advance(999);
    const before = now();
    clock.advance(1);

    expect([before, now()]).toEqual([999, 61_000]);
  });

  it('reads the wall once a second at most', () => {
    const { clock, now } = setUp();
    const read = jest.spyOn(clock, 'now');
    for (let i = 0; i < 100; i++) {
      now();
      clock.advance(20);
    }

    expect(read).toHaveBeenCalledTimes(2);
  });
});
