import { type EventEnvelope } from 'rx-mesh/event-sourcing';
import { Timeline } from './timeline';

const event = (position: number): EventEnvelope => ({
  id: `e-${position}`,
  type: 'Counted',
  stream: 'count-1',
  aggregateId: '1',
  aggregateType: 'count',
  version: position,
  position,
  schemaVersion: 1,
  timestamp: position,
  data: null,
  metadata: { serviceId: 'spec' },
});

const setUp = (events: number) => {
  const work = { applied: 0 };
  const timeline = new Timeline<{ sum: number }>({
    initial: () => ({ sum: 0 }),
    apply: (state, { position }) => {
      work.applied++;
      state.sum += position;
    },
    copy: (state) => ({ ...state }),
  });
  for (let i = 1; i <= events; i++) timeline.add(event(i));
  return { timeline, work };
};

describe(Timeline.name, () => {
  it('knows the state after any number of events', () => {
    const { timeline } = setUp(1001);
    for (const place of [0, 1, 199, 200, 201, 400, 999, 1000, 1001]) {
      expect(timeline.stateAt(place).sum).toBe((place * (place + 1)) / 2);
    }
  });

  it('takes at most two hundred steps, wherever it looks', () => {
    const { timeline, work } = setUp(10_000);
    for (const place of [10_000, 9999, 5000, 4999, 1]) {
      work.applied = 0;
      timeline.stateAt(place);
      expect(work.applied).toBeLessThan(200);
    }
  });

  it('gives states away, and keeps its own', () => {
    const { timeline } = setUp(250);
    timeline.stateAt(220).sum = -1;
    expect(timeline.stateAt(220).sum).toBe(24_310);
  });

  it('stays within its ends', () => {
    const { timeline } = setUp(3);
    expect([timeline.stateAt(-5).sum, timeline.stateAt(9).sum]).toEqual([0, 6]);
    expect([timeline.event(0), timeline.event(4)]).toEqual([undefined, undefined]);
    expect(timeline.event(3)?.position).toBe(3);
  });

  it('lists the last events before a place, that one first', () => {
    const { timeline } = setUp(5);
    expect(timeline.before(4, 2).map(({ position }) => position)).toEqual([4, 3]);
    expect(timeline.before(1, 9).map(({ position }) => position)).toEqual([1]);
    expect(timeline.before(0, 9)).toEqual([]);
  });
});
