import { type TraceSpan } from 'rx-mesh/tracing';
import { spanView, traceparentOf } from './span-view';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER = '4bf92f3577b34da6a3ce929d0e0e4736';
const ID = 'b7ad6b7169203331';
const span: TraceSpan = {
  traceId: TRACE,
  spanId: ID,
  sampled: true,
  random: true,
  parentSpanId: '00f067aa0ba902b7',
  operationName: 'pay',
  kind: 'client',
  startTime: new Date(1_767_225_600_000),
  endTime: new Date(1_767_225_600_120),
  duration: 120,
  tags: { 'http.response.status_code': 201, fresh: true },
  logs: [
    {
      timestamp: new Date(1_767_225_600_080),
      message: 'declined',
      fields: { amount: 6000 },
    },
  ],
  links: [
    { context: { traceId: OTHER, spanId: ID }, tags: { relation: 'made from' } },
    { context: { traceId: TRACE, spanId: ID } },
  ],
  baggage: { 'demo.user': 'ada' },
  status: 'ok',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
};

describe(traceparentOf.name, () => {
  it('is the header of the span, and nothing for ids that are none', () => {
    expect(traceparentOf(span)).toBe(`00-${TRACE}-${ID}-03`);
    expect(traceparentOf({ traceId: 'x', spanId: 'y' })).toBe('');
  });
});

describe(spanView.name, () => {
  it('says all of a span', () => {
    const traceparent = `00-${TRACE}-${ID}-03`;
    const request = { instance: 'orders-2', method: 'GET', path: '/', traceparent };
    const view = spanView(span, new Set([OTHER]), [
      { ...request, traceparent: undefined },
      { ...request, baggage: 'demo.user=ada' },
    ]);

    expect(view).toEqual({
      name: 'pay',
      state: 'ok',
      facts: [
        { name: 'Trace', value: TRACE },
        { name: 'Span', value: ID },
        { name: 'Parent', value: '00f067aa0ba902b7' },
        { name: 'Kind', value: 'client' },
        { name: 'Began', value: '2026-01-01T00:00:00.000Z' },
        { name: 'Took', value: '120 ms' },
      ],
      tags: [
        { name: 'http.response.status_code', value: '201' },
        { name: 'fresh', value: 'true' },
      ],
      logs: [{ at: '80 ms', text: 'declined · amount=6000' }],
      links: [
        { traceId: OTHER, text: `made from · ${OTHER} · ${ID}`, known: true },
        { traceId: TRACE, text: `${TRACE} · ${ID}`, known: false },
      ],
      baggage: [{ name: 'demo.user', value: 'ada' }],
      wire: [
        { name: 'By', value: 'orders-2' },
        { name: 'traceparent', value: traceparent },
        { name: 'baggage', value: 'demo.user=ada' },
      ],
    });
  });

  it('says what is not known', () => {
    const view = spanView(
      {
        ...span,
        parentSpanId: undefined,
        baggage: undefined,
        endTime: undefined,
        duration: undefined,
      },
      new Set(),
      [],
    );

    expect(view).toMatchObject({ state: 'running', baggage: [], wire: [] });
    expect(view.facts).toContainEqual({ name: 'Parent', value: 'none, a trace begins here' });
    expect(view.facts).toContainEqual({ name: 'Took', value: 'still running' });
  });
});
