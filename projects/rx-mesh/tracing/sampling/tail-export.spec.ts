import { TestBed } from '@angular/core/testing';
import { SpanExport, Tracer, otlpExporter, tailSampling } from 'rx-mesh/tracing';
import { ExportWorld } from '../../spec-support/export-world';
import { settled } from '../../spec-support/settled';

interface Body {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly name: string; readonly flags: number }[];
    }[];
  }[];
}

const spansOf = (world: ExportWorld) =>
  world.sent.flatMap(({ body }) =>
    (body as Body).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ name, flags }) => [name, flags])),
    ),
  );

async function setUp() {
  const world = new ExportWorld(otlpExporter({ url: 'http://collector.test' }), tailSampling());
  await settled();
  return { world, tracer: TestBed.inject(Tracer) };
}

const UNSAMPLED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };

describe('traces that are not sampled, with tail sampling', () => {
  it('sends the trace in which something failed, and tells the servers nothing else', async () => {
    const { world, tracer } = await setUp();
    const root = tracer.startSpan('check out', { parent: UNSAMPLED });
    const child = tracer.startSpan('pay', { parent: root, kind: 'client' });
    tracer.end(tracer.startSpan('reserve', { parent: root }).spanId);
    tracer.end(child.spanId, 'error');
    tracer.end(root.spanId, 'error');
    await TestBed.inject(SpanExport).flush();

    expect(root.sampled).toBe(false);
    expect(spansOf(world)).toEqual([
      ['reserve', 0],
      ['pay', 0],
      ['check out', 0],
    ]);
    expect(tracer.recentSpans().map((span) => span.sampled)).toEqual([false, false, false]);
  });

  it('sends no trace in which all went well', async () => {
    const { world, tracer } = await setUp();
    tracer.end(tracer.startSpan('look', { parent: UNSAMPLED }).spanId);
    await TestBed.inject(SpanExport).flush();

    expect(world.sent).toEqual([]);
  });
});
