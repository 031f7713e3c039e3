import type { SpanKind, SpanStatus, SpanTagValue, TraceResource, TraceSpan } from 'rx-mesh/tracing';

const KINDS: readonly SpanKind[] = ['internal', 'client', 'server', 'producer', 'consumer'];
const STATUSES: readonly SpanStatus[] = ['unset', 'ok', 'error', 'timeout', 'cancelled'];
const TRACE = '5b8efff798038103d269b633813fc60c';

const id = (number: number): string => number.toString(16).padStart(16, '0');

const ended = (number: number, changes: Partial<TraceSpan> = {}): TraceSpan => ({
  traceId: TRACE,
  spanId: id(number),
  sampled: true,
  operationName: 'GET /orders/:id',
  kind: 'client',
  startTime: new Date(1_767_225_600_123),
  endTime: new Date(1_767_225_600_135),
  duration: 12.3456,
  tags: {},
  logs: [],
  links: [],
  status: 'ok',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
  ...changes,
});

/** Tags of every sort that the wire has a word for, and those at which encoders break. */
export const richTags: Readonly<Record<string, SpanTagValue>> = {
  'http.request.method': 'GET',
  empty: '',
  'имя 名前 🧺': 'значение "\\\n\u2028\u0000 🧺',
  cached: false,
  zero: 0,
  negative: -7,
  'beyond doubles': 2 ** 60,
  'least integer': -(2 ** 62),
  'no integer of 64 bits': 2 ** 63,
  ratio: 0.1,
  tiny: 5e-324,
  nan: NaN,
  infinite: -Infinity,
};

/** Ended spans of every kind and status, with all that can be in one, and with nothing at all. */
export const richSpans: readonly TraceSpan[] = [
  ...KINDS.map((kind, i) => ended(0x10 + i, { kind })),
  ...STATUSES.map((status, i) => ended(0x20 + i, { status, parentSpanId: id(0x10) })),
  ended(0x30, {
    parentSpanId: id(0x10),
    random: true,
    traceState: 'rxmesh=1,other=2',
    operationName: 'Заказ 🧺 "x"\n',
    tags: richTags,
    logs: [
      { timestamp: new Date(1_767_225_600_124), message: 'sent 🧺', fields: { bytes: 2 ** 60 } },
      { timestamp: new Date(1_767_225_600_125), message: '' },
    ],
    links: [
      {
        context: { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceState: 'a=b' },
        tags: { reason: 'batch', rank: 1 },
      },
      { context: { traceId: TRACE, spanId: id(0x11), sampled: false } },
    ],
    droppedTags: 3,
    droppedLogs: 4,
    droppedLinks: 5,
  }),
  ended(0x40, { operationName: '', duration: 0, sampled: false }),
];

/** Who made them. */
export const richResource: TraceResource = {
  serviceName: 'Магазин 🧺',
  attributes: { 'service.version': '1.2', 'build number': 2 ** 53, beta: true },
};
