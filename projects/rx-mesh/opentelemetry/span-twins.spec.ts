import { TestBed } from '@angular/core/testing';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import type { SpanKind as OurKind, SpanStatus, SpanTagValue } from 'rx-mesh/tracing';
import { OtelWorld, anApplication } from '../spec-support/otel-world';
import { SpanTwins } from './span-twins';
import { withOpenTelemetry } from './with-open-telemetry';

const LINKED = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: false, random: true };
const NEW_YEAR = 1_767_225_600; // s

describe(SpanTwins.name, () => {
  let world: OtelWorld;

  beforeEach(() => (world = new OtelWorld()));
  afterEach(() => world.clear());

  const setUp = () => {
    world.trace();
    const { tracer, told } = anApplication({}, withOpenTelemetry());
    return { tracer, told, clock: TestBed.inject(ManualClock) };
  };

  describe('times', () => {
    it('has the start, the end and the moments of a span to the microsecond', async () => {
      const { tracer, clock } = setUp();
      clock.advance(250.125);
      const { spanId } = tracer.startSpan('load');
      clock.advance(1000);
      tracer.log(spanId, 'half');
      clock.advance(999.875);
      tracer.end(spanId);
      const [sent] = await world.spans();

      expect([sent?.startTime, sent?.endTime, sent?.duration]).toEqual([
        [NEW_YEAR, 250_125_000],
        [NEW_YEAR + 2, 250_000_000],
        [1, 999_875_000],
      ]);
      expect(sent?.events[0]?.time).toEqual([NEW_YEAR + 1, 250_125_000]);
    });

    it('has those of work that was noted afterwards', async () => {
      const { tracer, clock } = setUp();
      clock.advance(5000);
      const past = tracer.startSpan('past', { startedAt: 1000 });
      tracer.end(past.spanId, 'ok', 3500);
      tracer.end(tracer.startSpan('future', { startedAt: 9000 }).spanId);
      tracer.end(tracer.startSpan('never', { startedAt: -Infinity }).spanId);
      const sent = await world.spans();

      expect(sent.map(({ startTime, endTime }) => [startTime, endTime])).toEqual([
        [
          [NEW_YEAR + 1, 0],
          [NEW_YEAR + 3, 500_000_000],
        ],
        [
          [NEW_YEAR + 5, 0],
          [NEW_YEAR + 5, 0],
        ],
        [
          [NEW_YEAR + 5, 0],
          [NEW_YEAR + 5, 0],
        ],
      ]);
    });

    it('keeps no moment outside of the span, and the duration whatever the wall does', async () => {
      const { tracer, clock } = setUp();
      clock.advance(0.9);
      const { spanId } = tracer.startSpan('load');
      clock.jumpWall(-5000);
      clock.advance(0.2);
      tracer.log(spanId, 'soon');
      tracer.end(spanId);
      const [sent] = await world.spans();

      expect(sent?.duration).toEqual([0, 200_000]);
      expect(sent?.events[0]?.time).toEqual(sent?.endTime);
    });

    it('believes the wall again when it was set', async () => {
      const { tracer, clock } = setUp();
      tracer.end(tracer.startSpan('before').spanId);
      clock.jumpWall(60_000);
      tracer.end(tracer.startSpan('meanwhile').spanId);
      clock.advance(1000);
      tracer.end(tracer.startSpan('after').spanId);
      const sent = await world.spans();

      expect(sent.map(({ startTime }) => startTime)).toEqual([
        [NEW_YEAR, 0],
        [NEW_YEAR, 0],
        [NEW_YEAR + 61, 0],
      ]);
    });
  });

  it.each<[OurKind, SpanKind]>([
    ['internal', SpanKind.INTERNAL],
    ['server', SpanKind.SERVER],
    ['client', SpanKind.CLIENT],
    ['producer', SpanKind.PRODUCER],
    ['consumer', SpanKind.CONSUMER],
  ])('has the kind %s', async (kind, expected) => {
    const { tracer } = setUp();
    tracer.end(tracer.startSpan('load', { kind }).spanId);

    expect((await world.spans())[0]?.kind).toBe(expected);
  });

  it.each<[SpanStatus, object]>([
    ['ok', { code: SpanStatusCode.OK }],
    ['error', { code: SpanStatusCode.ERROR }],
    ['timeout', { code: SpanStatusCode.ERROR, message: 'timeout' }],
    ['cancelled', { code: SpanStatusCode.UNSET }],
    ['unset', { code: SpanStatusCode.UNSET }],
  ])('has the status %s', async (status, expected) => {
    const { tracer } = setUp();
    tracer.end(tracer.startSpan('load').spanId, status);
    const [sent] = await world.spans();

    expect(sent?.status).toEqual(expected);
    expect(sent?.attributes).toEqual(status === 'cancelled' ? { 'rx_mesh.cancelled': true } : {});
  });

  it('leaves the status of a request that was answered unset, as the conventions demand', async () => {
    const { tracer } = setUp();
    const { spanId } = tracer.startSpan('GET', { tags: { 'http.response.status_code': 200 } });
    tracer.end(spanId);

    expect((await world.spans())[0]?.status).toEqual({ code: SpanStatusCode.UNSET });
  });

  it('has the tags, logs and links of the start and those of later', async () => {
    const { tracer } = setUp();
    const { spanId } = tracer.startSpan('load', {
      tags: { a: 1, b: 'old' },
      links: [{ context: { ...LINKED, remote: true }, tags: { batch: 1 } }],
    });
    tracer.tag(spanId, 'b', 'new');
    tracer.tag(spanId, 'c', true);
    tracer.log(spanId, 'retry', { attempt: 2 });
    tracer.log(spanId, 'done');
    tracer.link(spanId, { context: { ...LINKED, traceState: 'acme=1' } });
    tracer.end(spanId);
    const [sent] = await world.spans();

    expect(sent?.attributes).toEqual({ a: 1, b: 'new', c: true });
    expect(sent?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['retry', { attempt: 2 }],
      ['done', {}],
    ]);
    expect(
      sent?.links.map(({ context, attributes }) => [
        context.spanId,
        context.traceFlags,
        context.isRemote,
        context.traceState?.serialize(),
        attributes,
      ]),
    ).toEqual([
      [LINKED.spanId, 2, true, undefined, { batch: 1 }],
      [LINKED.spanId, 2, false, 'acme=1', {}],
    ]);
  });

  it('has what came past the compiler as little as our spans have it', async () => {
    const { tracer, told } = setUp();
    const hostile = {
      fine: 1,
      '': 'no name',
      nan: NaN,
      list: [1],
      nothing: null,
      get thrown(): string {
        throw new Error('no');
      },
      ['__proto__']: 'polluted',
    } as unknown as Record<string, SpanTagValue>;
    const { spanId } = tracer.startSpan('x'.repeat(3000), {
      tags: hostile,
      links: [{ context: null }, { context: { traceId: 7, spanId: {} } }] as never,
    });
    tracer.tag(spanId, 'long', 'y'.repeat(3000));
    tracer.log(spanId, 'event', hostile);
    tracer.end(spanId);
    const [sent] = await world.spans();

    expect(sent?.name).toHaveLength(2048);
    expect(sent?.attributes).toMatchObject({ fine: 1, nan: NaN, long: 'y'.repeat(2048) });
    expect(Object.keys(sent?.attributes ?? {}).sort()).toEqual(['fine', 'long', 'nan']);
    expect(Object.keys(sent?.events[0]?.attributes ?? {}).sort()).toEqual(['fine', 'nan']);
    expect([sent?.links, ({} as { polluted?: unknown }).polluted]).toEqual([[], undefined]);
    expect(told.records).toEqual([]);
  });

  it('loses nothing and breaks nothing, whatever tags are', async () => {
    const { tracer } = setUp();
    const tags = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 20 }).filter((key) => key !== '__proto__'),
      fc.oneof(fc.string(), fc.double(), fc.boolean()),
      { maxKeys: 20 },
    );
    await fc.assert(
      fc.asyncProperty(tags, async (some) => {
        world.exporter.reset();
        tracer.end(tracer.startSpan('load', { tags: some }).spanId);
        const [sent] = await world.spans();

        expect({ ...sent?.attributes }).toEqual({ ...some });
      }),
      { numRuns: 50 },
    );
  });

  describe('an SDK that throws', () => {
    const cause = new Error('sampler');
    const throwing = {
      shouldSample: () => {
        throw cause;
      },
    };

    it('is told once when a span begins, which goes on without it', async () => {
      world.trace({ sampler: throwing });
      const { tracer, told } = anApplication({}, withOpenTelemetry());
      const spans = [tracer.startSpan('one'), tracer.startSpan('two')];

      expect(spans.map(({ sampled }) => sampled)).toEqual([true, true]);
      expect(spans.map(({ spanId }) => tracer.end(spanId))).toEqual([true, true]);
      expect(await world.spans()).toEqual([]);
      expect(told.records).toMatchObject([
        { code: 'RXM808', severity: 'error', source: 'opentelemetry', cause },
      ]);
    });

    it('is told when a span ends, which has ended all the same', () => {
      const onEnd = () => {
        throw cause;
      };
      const stop = async () => Promise.resolve();
      world.trace({
        spanProcessors: [{ onStart: () => undefined, onEnd, forceFlush: stop, shutdown: stop }],
      });
      const { tracer, told } = anApplication({}, withOpenTelemetry());

      expect(tracer.end(tracer.startSpan('one').spanId)).toBe(true);
      expect(told.records).toMatchObject([{ code: 'RXM808', cause }]);
    });
  });
});
