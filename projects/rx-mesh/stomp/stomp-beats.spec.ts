import { ManualClock, ManualPage } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { type BeatTimes, agreedBeats, beats } from './stomp-beats';

const setUp = (times: BeatTimes) => {
  const clock = new ManualClock();
  const page = new ManualPage();
  const [heard, sent, seen] = [new Subject<void>(), new Subject<void>(), new Subject<void>()];
  const at: number[] = [];
  const beat = () => {
    at.push(clock.monotonic());
    sent.next();
  };
  const silent: number[] = [];
  const subscription = beats({
    ...times,
    clock,
    page,
    heard$: heard,
    sent$: sent,
    seen$: seen,
    beat,
  }).subscribe(() => silent.push(clock.monotonic()));
  return { clock, page, heard, sent, seen, at, silent, leave: () => subscription.unsubscribe() };
};

describe(agreedBeats.name, () => {
  const own = { outgoing: 60_000, incoming: 15_000 };

  it.each([
    ['15000,60000', { outgoing: 60_000, incoming: 15_000 }],
    ['20000,90000', { outgoing: 90_000, incoming: 20_000 }],
    ['0,0', { outgoing: 0, incoming: 0 }],
    ['0,70000', { outgoing: 70_000, incoming: 0 }],
    ['', { outgoing: 0, incoming: 0 }],
    [undefined, { outgoing: 0, incoming: 0 }],
    ['-1,5', { outgoing: 0, incoming: 0 }],
    ['1e9,NaN', { outgoing: 0, incoming: 0 }],
    ['9999999999,1', { outgoing: 0, incoming: 0 }],
  ])('with a broker that says %p', (header, expected) => {
    expect(agreedBeats(own, header)).toEqual(expected);
  });

  it('are none where this side wants none', () => {
    expect(agreedBeats({ outgoing: 0, incoming: 0 }, '10,10')).toEqual({
      outgoing: 0,
      incoming: 0,
    });
  });
});

describe(beats.name, () => {
  it('sends after half of the time, unless something else was sent', () => {
    const { clock, at, sent, leave } = setUp({ outgoing: 60_000, incoming: 0 });
    const start = clock.monotonic();
    clock.advance(20_000);
    sent.next();
    clock.advance(29_999);

    expect(at).toEqual([]);

    clock.advance(1);
    clock.advance(60_000);

    expect(at.map((time) => time - start)).toEqual([50_000, 80_000, 110_000]);

    leave();

    expect(clock.pending).toBe(0);
  });

  it('sends at once what is due when somebody looks at the page again, and nothing else', () => {
    const { clock, at, seen } = setUp({ outgoing: 60_000, incoming: 0 });
    clock.advance(29_999);
    seen.next();

    expect(at).toHaveLength(0);

    clock.advance(1);
    seen.next();

    expect([at.length, clock.pending]).toEqual([1, 1]);
  });

  it('tells a silence of twice the time, and no sooner', () => {
    const { clock, heard, silent } = setUp({ outgoing: 0, incoming: 15_000 });
    clock.advance(25_000);
    heard.next();
    clock.advance(29_999);

    expect(silent).toEqual([]);

    clock.advance(1);

    expect(silent).toHaveLength(1);
  });

  it('waits once more when the page slept meanwhile', () => {
    const { clock, page, silent } = setUp({ outgoing: 0, incoming: 15_000 });
    clock.advance(29_000);
    page.interrupt();
    clock.advance(15_000);

    expect(silent).toEqual([]);

    clock.advance(1000);

    expect(silent).toHaveLength(1);
  });

  it('does nothing when neither side wants it', () => {
    const { clock, seen } = setUp({ outgoing: 0, incoming: 0 });
    seen.next();

    expect([clock.pending, seen.observed]).toEqual([0, false]);
  });
});
