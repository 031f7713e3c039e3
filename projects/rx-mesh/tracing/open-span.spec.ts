import { ManualClock } from 'rx-mesh/testing';
import { OpenSpan, type SpanLimits } from './open-span';
import type { SpanTagValue, TraceSpan } from './trace-span';

const startedAt = (startTime: number): TraceSpan => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  operationName: 'work',
  kind: 'internal',
  sampled: true,
  startTime: new Date(startTime),
  tags: {},
  logs: [],
  links: [],
  status: 'unset',
  droppedTags: 0,
  droppedLogs: 0,
  droppedLinks: 0,
});

const LIMITS: SpanLimits = { maxTags: 3, maxLogs: 2, maxLinks: 2, maxValueLength: 8 };

const open = (limits: Partial<SpanLimits> = {}) => {
  const clock = new ManualClock({ startAt: 1000 });
  const all = { ...LIMITS, ...limits };
  return { clock, span: new OpenSpan(startedAt(1000), clock, all, clock.monotonic(), 1000) };
};

describe(OpenSpan.name, () => {
  it('shows the same view until it changes', () => {
    const { span } = open();
    const before = span.view();

    expect(span.view()).toBe(before);

    span.tag('a', 1);

    expect(span.view()).not.toBe(before);
    expect([before.tags, span.view().tags]).toEqual([{}, { a: 1 }]);
  });

  it('starts when it started, whatever becomes of a date that was handed out', () => {
    const { span } = open();
    span.view().startTime.setFullYear(1999);
    span.end('ok');

    expect([span.view().startTime, span.view().endTime]).toEqual([new Date(1000), new Date(1000)]);
  });

  it('counts the tags that are too many, and still replaces those that it has', () => {
    const { span } = open();
    for (const key of ['a', 'b', 'c', 'd', 'e']) span.tag(key, key);
    span.tag('a', 'new');

    expect(span.view()).toMatchObject({
      tags: { a: 'new', b: 'b', c: 'c' },
      droppedTags: 2,
    });
  });

  it('counts the logs that are too many, and keeps the first', () => {
    const { span, clock } = open();
    for (const message of ['a', 'b', 'c', 'd', 'e']) {
      span.log(message);
      clock.advance(5);
    }

    expect(span.view().logs.map(({ message }) => message)).toEqual(['a', 'b']);
    expect(span.view().droppedLogs).toBe(3);
    expect(span.view().logs[1]?.timestamp).toEqual(new Date(1005));
  });

  it('may hold nothing at all', () => {
    const { span } = open({ maxTags: 0, maxLogs: 0 });
    span.tag('a', 1);
    span.log('a');

    expect(span.view()).toMatchObject({ tags: {}, logs: [], droppedTags: 1, droppedLogs: 1 });
  });

  it('cuts names, messages, keys and values that are too long, numbers not', () => {
    const { span } = open();
    span.tag('123456789', '123456789');
    span.tag('n', 1_234_567_890);
    span.log('123456789', { '123456789': '123456789' });

    expect(span.view()).toMatchObject({
      tags: { '12345678': '12345678', n: 1_234_567_890 },
      logs: [{ message: '12345678', fields: { '12345678': '12345678' } }],
    });
  });

  it('cuts no character in two', () => {
    const { span } = open({ maxValueLength: 2 });
    span.tag('a', 'x🙂');
    span.tag('b', '🙂x');

    expect(span.view().tags).toEqual({ a: 'x', b: '🙂' });
  });

  it('holds as many fields of a log as tags', () => {
    const { span } = open();
    span.log('a', { a: 1, b: 2, c: 3, d: 4 });

    expect(span.view().logs[0]?.fields).toEqual({ a: 1, b: 2, c: 3 });
  });

  it('takes __proto__ for a name like any other', () => {
    const { span } = open({ maxValueLength: 20 });
    span.tag('__proto__', 'x');
    span.tag('constructor', true);
    span.log('a', JSON.parse('{ "__proto__": "y" }') as Record<string, string>);
    const { tags, logs } = span.view();

    expect(Object.entries(tags)).toEqual([
      ['__proto__', 'x'],
      ['constructor', true],
    ]);
    expect(Object.entries(logs[0]?.fields ?? {})).toEqual([['__proto__', 'y']]);
    expect(Object.getPrototypeOf(tags)).toBe(Object.prototype);
  });

  it.each([undefined, null, {}, [], () => 1, Symbol('s'), 1n])(
    'counts %p as a tag that is dropped, since it is no value',
    (value) => {
      const { span } = open();
      span.tag('a', value as SpanTagValue);

      expect(span.view()).toMatchObject({ tags: {}, droppedTags: 1 });
    },
  );

  it('counts a tag without a name as dropped', () => {
    const { span } = open();
    span.tag('', 1);
    span.tag(undefined as unknown as string, 1);
    span.log(undefined as unknown as string);

    expect(span.view()).toMatchObject({ tags: {}, droppedTags: 2, logs: [{ message: '' }] });
  });

  it('takes zero, false and the empty text for values', () => {
    const { span } = open();
    span.tag('a', 0);
    span.tag('b', false);
    span.tag('c', '');

    expect(span.view()).toMatchObject({ tags: { a: 0, b: false, c: '' }, droppedTags: 0 });
  });

  it('ends with the time of the monotonic clock, however the wall jumps', () => {
    const { span, clock } = open();
    clock.jumpWall(-500);
    clock.advance(2.5);
    clock.jumpWall(100_000);
    span.end('timeout');

    expect(span.view()).toMatchObject({
      status: 'timeout',
      duration: 2.5,
      startTime: new Date(1000),
      endTime: new Date(1002),
    });
  });

  it('never takes less than no time', () => {
    const clock = Object.assign(new ManualClock({ startAt: 1000 }), { monotonic: () => 40 });
    const span = new OpenSpan(startedAt(1000), clock, LIMITS, 100, 1000);
    span.end('ok');

    expect(span.view()).toMatchObject({ duration: 0, endTime: new Date(1000) });
  });
});
