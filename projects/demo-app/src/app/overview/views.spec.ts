import { type EventEnvelope, type EventFeedItem } from 'rx-mesh/event-sourcing';
import { type Alert } from 'rx-mesh/metrics';
import { type TraceSpan } from 'rx-mesh/tracing';
import { NEVER, type Observable, concat, firstValueFrom, throwError, toArray } from 'rxjs';
import { CATALOG } from '../backends/catalog';
import { type CallPicture } from '../calls/call-stats';
import { tracesOf } from '../tracing/trace-view';
import { alertLines, alertSummary } from './alert-lines';
import { type EventTail, eventRows, eventTail, tailAfter } from './event-tail';
import { phasesOf, samePhases, serviceViews, tilesOf } from './overview-view';
import { traceTeasers } from './trace-teasers';

const CALM = {
  perSecond: 4,
  calls: 40,
  failureShare: 0.25,
  retried: 3,
  p50: 40,
  p95: 120,
} as const;
const PICTURE: CallPicture = {
  total: CALM,
  services: new Map([
    ['orders', { ...CALM, series: [1, 2], shares: new Map([['orders-1', 0.75]]) }],
  ]),
};

describe(serviceViews.name, () => {
  it('has each service of the catalog, quiet and well before the first call', () => {
    const views = serviceViews(PICTURE, new Map([['orders', 'open']]), new Set(['orders-2']));
    expect(views.map(({ name }) => name)).toEqual(CATALOG.map(({ name }) => name));
    expect(views[0]).toMatchObject({
      phase: 'open',
      perSecond: 4,
      failureShare: 0.25,
      series: [1, 2],
      instances: [
        { id: 'orders-1', alive: true, share: 0.75 },
        { id: 'orders-2', alive: false, share: 0 },
        { id: 'orders-3', alive: true, share: 0 },
      ],
    });
    expect(views[1]).toMatchObject({ phase: 'closed', perSecond: 0, p95: undefined });
    expect(views[1]?.series).toHaveLength(60);
  });
});

describe(tilesOf.name, () => {
  it('says who is shut, and of others only what they are', () => {
    const tiles = tilesOf(CALM, [
      { name: 'orders', phase: 'open' },
      { name: 'users', phase: 'half-open' },
      { name: 'rates', phase: 'closed' },
    ]);
    expect(tiles.map(({ hint, value }) => `${value}, ${hint}`)).toEqual([
      '4.0, 40 in the last minute',
      '75 %, 3 needed a retry',
      '120 ms, median 40 ms',
      '1, orders, users half-open',
    ]);
    expect(tilesOf(CALM, [{ name: 'rates', phase: 'closed' }])[3]?.hint).toBe('of 1');
  });
});

describe(samePhases.name, () => {
  it('is told a move, and nothing else', () => {
    const before = phasesOf(new Map([['orders', { state: 'closed' }]]));
    expect(samePhases(before, phasesOf(new Map([['orders', { state: 'closed' }]])))).toBe(true);
    expect(samePhases(before, phasesOf(new Map([['orders', { state: 'open' }]])))).toBe(false);
    expect(samePhases(before, new Map())).toBe(false);
    expect(samePhases(new Map([['users', 'closed']]), before)).toBe(false);
  });
});

describe(alertLines.name, () => {
  const alert = (state: Alert['state'], change: Partial<Alert> = {}): Alert => ({
    rule: state,
    fingerprint: state,
    state,
    labels: { service: 'payments' },
    annotations: {},
    activeAt: new Date(2026, 1, 1, 9),
    startsAt: undefined,
    endsAt: undefined,
    value: undefined,
    silencedBy: [],
    inhibitedBy: [],
    ...change,
  });

  it('has what fires above what is pending above what is over, none of it to be pressed', () => {
    const lines = alertLines([alert('pending'), alert('firing')], [alert('resolved')], []);
    expect(lines.map(({ look, open }) => [look.text, open])).toEqual([
      ['Firing', false],
      ['Pending', false],
      ['Resolved', false],
    ]);
    const many = new Array<Alert>(40).fill(alert('resolved'));
    expect(alertLines([], many, [])).toHaveLength(12);
  });

  it('says until when nobody is told', () => {
    const silence = {
      id: 's',
      state: 'active' as const,
      matchers: [],
      startsAt: new Date(2026, 1, 1, 9),
      endsAt: new Date(2026, 1, 1, 9, 30),
      createdBy: '',
      comment: '',
    };
    const [line] = alertLines([alert('firing', { silencedBy: ['s'] })], [], [silence]);
    expect(line?.time).toBe('since 09:00:00, silenced until 09:30:00');
  });

  it('is summed up', () => {
    expect(alertSummary([])).toBe('No alert is firing');
    expect(alertSummary([alert('firing')])).toBe('1 alert is firing');
    expect(alertSummary([alert('pending')])).toBe('0 alerts are firing, 1 pending');
  });
});

describe(traceTeasers.name, () => {
  const span = (traceId: string, start: number, end?: number): TraceSpan => ({
    traceId,
    spanId: `${traceId}-${start}`,
    operationName: `GET /${traceId}`,
    kind: 'client',
    startTime: new Date(start),
    endTime: end === undefined ? undefined : new Date(end),
    duration: end === undefined ? undefined : end - start,
    status: 'ok',
    tags: {},
    logs: [],
    links: [],
    sampled: true,
    droppedTags: 0,
    droppedLogs: 0,
    droppedLinks: 0,
  });

  it('has the latest that are over, newest first', () => {
    const traces = tracesOf([
      span('oldest', 0, 40),
      span('running', 300),
      span('older', 100, 140),
      span('newest', 200, 320),
    ]);
    expect(traceTeasers(traces, 2)).toMatchObject([
      { traceId: 'newest', duration: '120 ms', facts: '1 span · newest', total: 120 },
      { traceId: 'older', rows: [{ offset: 0, duration: 40 }] },
    ]);
  });
});

describe(eventTail.name, () => {
  const event = (position: number): EventEnvelope => ({
    id: `e${position}`,
    stream: 'order-1',
    aggregateType: 'order',
    aggregateId: '1',
    version: position,
    position,
    type: 'OrderPlaced',
    schemaVersion: 1,
    data: {},
    metadata: { serviceId: 'shop' },
    timestamp: new Date(2026, 1, 1, 9, 5, position).getTime(),
  });
  const item = (position: number): EventFeedItem => ({ type: 'event', event: event(position) });
  const EMPTY_TAIL: EventTail = { live: true, events: [] };
  const positions = (most: number, ...places: number[]) =>
    places
      .reduce<EventTail>((tail, place) => tailAfter(tail, item(place), most), EMPTY_TAIL)
      .events.map(({ position }) => position);
  const follow = (
    head: () => Promise<{ position: number; count: number }>,
    rest$: Observable<never> = NEVER,
  ) => {
    const asked: unknown[] = [];
    const store = {
      subscribeToAll: (options: unknown): Observable<EventFeedItem> => {
        asked.push(options);
        return concat([item(7), { type: 'caught-up' as const, after: 7 }], rest$);
      },
    };
    return { asked, tail$: eventTail({ head }, store, 3) };
  };

  it('begins shortly before the end, and says when it has got there', async () => {
    const failed$ = throwError(() => new Error('unreadable'));
    const { asked, tail$ } = follow(
      async () => Promise.resolve({ position: 7, count: 7 }),
      failed$,
    );
    const tails = await firstValueFrom(tail$.pipe(toArray()), { defaultValue: [] });
    expect(asked).toEqual([{ after: 4 }]);
    expect(tails.map(({ events, live }) => [events.length, live])).toEqual([
      [0, false],
      [1, false],
      [1, true],
    ]);
  });

  it('begins at the beginning of a log that cannot be read yet', async () => {
    const { asked, tail$ } = follow(
      async () => Promise.reject(new Error('blocked')),
      throwError(() => new Error('unreadable')),
    );
    await firstValueFrom(tail$.pipe(toArray()), { defaultValue: [] });
    expect(asked).toEqual([{ after: 0 }]);
  });

  it('keeps the last events only, and forgets a log that was cleared', () => {
    expect(positions(2, 1, 2, 3)).toEqual([3, 2]);
    expect(positions(3, 8, 9, 1)).toEqual([1]);
    expect(tailAfter(EMPTY_TAIL, { type: 'fell-behind', after: 1 }, 2).live).toBe(false);
  });

  it('is a table', () => {
    expect(eventRows([event(3)])).toEqual([
      {
        position: 3,
        stream: 'order-1',
        version: 3,
        type: 'OrderPlaced',
        time: '09:05:03',
        correlation: '–',
      },
    ]);
  });
});
