import { type TraceSpan } from 'rx-mesh/tracing';
import { searchTraces, servicesOf } from './trace-search';
import { rowsOf, stateOf, tracesOf } from './trace-view';

const START = 1_767_225_600_000;
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '4bf92f3577b34da6a3ce929d0e0e4736';

/** A span from one moment to another, in milliseconds; without an end it is active. */
const span = (
  spanId: string,
  [from, to]: readonly [number, number?],
  more: Partial<TraceSpan> = {},
): TraceSpan => ({
  traceId: TRACE,
  spanId,
  sampled: true,
  operationName: spanId,
  kind: 'internal',
  startTime: new Date(START + from),
  endTime: to === undefined ? undefined : new Date(START + to),
  duration: to === undefined ? undefined : to - from,
  tags: {},
  logs: [],
  links: [],
  status: to === undefined ? 'unset' : 'ok',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
  ...more,
});
const tags = (service: string) => ({ 'rx_mesh.service': service });

describe(tracesOf.name, () => {
  it('makes traces of spans, newest first', () => {
    const traces = tracesOf([
      span('old', [0, 100]),
      span('new', [50, 60], { traceId: OTHER }),
      span('child', [10, 90], { parentSpanId: 'old' }),
    ]);

    expect(traces).toMatchObject([
      { traceId: OTHER, name: 'new', startTime: START + 50, duration: 10, state: 'ok' },
      { traceId: TRACE, name: 'old', startTime: START, duration: 100, state: 'ok' },
    ]);
    expect(tracesOf([])).toEqual([]);
  });

  it('puts each parent before its children, whatever ended first', () => {
    const [trace] = tracesOf([
      span('b2', [41, 50], { parentSpanId: 'b' }),
      span('a', [1, 20], { parentSpanId: 'root' }),
      span('b', [40, 60], { parentSpanId: 'root' }),
      span('b1', [40, 45], { parentSpanId: 'b' }),
      span('root', [0, 70]),
    ]);

    expect(trace?.spans.map(({ depth, span: { spanId } }) => `${depth} ${spanId}`)).toEqual([
      '0 root',
      '1 a',
      '1 b',
      '2 b1',
      '2 b2',
    ]);
  });

  it('is running for as long as one of its spans is', () => {
    const traces = tracesOf([span('root', [0]), span('child', [5, 9], { parentSpanId: 'root' })]);

    expect(traces).toMatchObject([{ name: 'root', state: 'running', duration: undefined }]);
    expect(stateOf(span('root', [0]))).toBe('running');
  });

  it.each([
    ['ok', 'error', 'recovered'],
    ['ok', 'timeout', 'recovered'],
    ['ok', 'cancelled', 'ok'],
    ['error', 'ok', 'error'],
    ['timeout', 'error', 'timeout'],
    ['cancelled', 'error', 'cancelled'],
  ] as const)('ends well or not: %s with a part that is %s is %s', (status, part, state) => {
    const [trace] = tracesOf([
      span('root', [0, 9], { status }),
      span('child', [1, 2], { parentSpanId: 'root', status: part }),
    ]);

    expect(trace?.state).toBe(state);
  });

  it('shows what is left when the root was forgotten, and a span of both lists once', () => {
    const orphan = span('orphan', [20, 40], { parentSpanId: 'forgotten' });

    expect(tracesOf([orphan, orphan])).toMatchObject([
      { name: 'orphan', duration: 20, spans: [{ depth: 0 }] },
    ]);
  });
});

describe(rowsOf.name, () => {
  it('says where each span is, and who was asked', () => {
    const [trace] = tracesOf([
      span('root', [0, 100], {
        logs: [{ timestamp: new Date(START + 30), message: 'half of it' }],
      }),
      span('call', [20, 80], {
        parentSpanId: 'root',
        operationName: 'orders GET /orders',
        tags: tags('orders'),
      }),
      span('request', [21, 79], {
        parentSpanId: 'call',
        tags: { 'server.address': 'orders-2.mesh.example' },
      }),
    ]);
    if (!trace) throw new Error('There is no trace.');

    expect(rowsOf(trace, START)).toMatchObject({
      total: 100,
      rows: [
        { spanId: 'root', offset: 0, duration: 100, logs: [30], service: '', depth: 0 },
        { spanId: 'call', offset: 20, duration: 60, service: '', depth: 1 },
        { spanId: 'request', offset: 21, duration: 58, service: 'orders-2', depth: 2 },
      ],
    });
  });

  it('lets what is running reach to now', () => {
    const [trace] = tracesOf([span('root', [0])]);
    if (!trace) throw new Error('There is no trace.');

    expect(rowsOf(trace, START + 250)).toMatchObject({ total: 250, rows: [{ duration: 250 }] });
    expect(rowsOf(trace, START - 250)).toMatchObject({ total: 0, rows: [{ duration: 0 }] });
  });
});

describe(searchTraces.name, () => {
  const traces = tracesOf([
    span('root-span', [0, 100], { operationName: 'check out' }),
    span('pay', [10, 20], {
      parentSpanId: 'root-span',
      status: 'error',
      tags: { ...tags('payments'), 'http.response.status_code': 402 },
    }),
    span('visit', [50, 60], {
      traceId: OTHER,
      tags: { ...tags('users'), 'server.address': 'users-1.mesh.example' },
    }),
  ]);
  const find = (query: Partial<Parameters<typeof searchTraces>[1]>) =>
    searchTraces(traces, { text: '', service: '', state: '', ...query }).map(({ name }) => name);

  it.each([
    ['nothing', {}, ['visit', 'check out']],
    ['a name', { text: ' CHECK ' }, ['check out']],
    ['the value of a tag', { text: '402' }, ['check out']],
    ['an instance', { text: 'users-1' }, ['visit']],
    ['the id of a trace', { text: OTHER.slice(0, 6) }, ['visit']],
    ['the id of a span', { text: 'root-span' }, ['check out']],
    ['a service', { service: 'payments' }, ['check out']],
    ['a state', { state: 'recovered' }, ['check out']],
    ['all of them', { text: 'visit', service: 'users', state: 'ok' }, ['visit']],
    ['what is not there', { text: 'visit', service: 'payments' }, []],
  ] as const)('finds traces by %s', (_, query, names) => {
    expect(find(query)).toEqual(names);
  });

  it('knows the services that were asked', () => {
    expect(traces.map(servicesOf)).toEqual([['users'], ['', 'payments']]);
  });
});
