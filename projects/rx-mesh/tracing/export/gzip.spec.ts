import { CompressionStream, ReadableStream, WritableStream } from 'node:stream/web';
import { gunzipSync } from 'node:zlib';
import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { otlpExporter } from './exporters';
import { SPAN_EXPORTERS, TRACE_FETCH } from './span-exporter';
import { SpanExport } from './span-export';

interface Sent {
  readonly encoding: string | null;
  readonly keepalive: boolean;
  readonly bytes: Uint8Array;
}

const set = (value: unknown) => Object.assign(globalThis, { CompressionStream: value });

/** An application that packs, and what its receiver gets. */
const start = (gzip?: boolean) => {
  const web = new FakeWeb();
  const sent: Sent[] = [];
  web.host('http://collector.test', async (request) => {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const { headers, keepalive } = request;
    sent.push({ encoding: headers.get('Content-Encoding'), keepalive, bytes });
    return new Response('{}');
  });
  const bodies: unknown[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withTracing({}, otlpExporter({ url: 'http://collector.test', gzip })).ɵproviders,
      {
        provide: TRACE_FETCH,
        useValue: async (url: string, init: RequestInit) => {
          bodies.push(init.body);
          return web.fetch(url, init);
        },
      },
    ],
  });
  const tracer = TestBed.inject(Tracer);
  const record = (length: number) =>
    tracer.end(tracer.startSpan('work', { tags: { text: 'x'.repeat(length) } }).spanId);
  const flush = async () => TestBed.inject(SpanExport).flush();
  return { sent, bodies, record, flush, clock: TestBed.inject(ManualClock) };
};

const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as unknown;

afterEach(() => set(undefined));

describe('gzip', () => {
  it('packs a body above 1 kB, as a whole', async () => {
    set(CompressionStream);
    const { sent, bodies, record, flush, clock } = start(true);
    record(2000);
    await flush();
    const [request] = sent;

    expect(request).toMatchObject({ encoding: 'gzip', keepalive: true });
    expect(request?.bytes.length).toBeLessThan(600);
    expect(bodies.map((body) => Object.prototype.toString.call(body))).toEqual([
      '[object ArrayBuffer]',
    ]);
    expect(read(gunzipSync(request?.bytes ?? ''))).toMatchObject({
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'work' }] }] }],
    });
    expect(TestBed.inject(SpanExport).status()).toMatchObject([{ sent: 1, dropped: 0 }]);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, boolean | undefined, unknown, number]>([
    ['is not asked for', undefined, CompressionStream, 2000],
    ['is refused', false, CompressionStream, 2000],
    ['would not pay', true, CompressionStream, 10],
    ['is not to be had', true, undefined, 2000],
    [
      'fails',
      true,
      function broken() {
        throw new Error('no');
      },
      2000,
    ],
  ])('sends a body as it is when packing %s', async (_why, gzip, stream, length) => {
    set(stream);
    const { sent, record, flush } = start(gzip);
    record(length);
    await flush();

    expect(sent).toMatchObject([{ encoding: null }]);
    expect(read(sent[0]?.bytes ?? new Uint8Array())).toHaveProperty('resourceSpans');
  });

  it('packs nothing at the end of a page', async () => {
    set(CompressionStream);
    const { sent, bodies, record } = start(true);
    record(2000);
    window.dispatchEvent(new Event('pagehide'));

    expect(bodies).toHaveLength(1);

    await settled();

    expect(sent).toMatchObject([{ encoding: null, keepalive: true }]);
  });

  it('sends what is being packed when the page ends as it is, at once', async () => {
    class Stuck {
      readonly readable = new ReadableStream<Uint8Array>();
      readonly writable = new WritableStream<Uint8Array>();
    }
    set(Stuck);
    const { sent, bodies, record, flush, clock } = start(true);
    record(2000);
    const flushed = flush();
    await settled();

    expect(bodies).toEqual([]);

    window.dispatchEvent(new Event('pagehide'));
    await flushed;

    expect(sent).toMatchObject([{ encoding: null, keepalive: true }]);
    expect(TestBed.inject(SpanExport).status()).toMatchObject([{ state: 'idle', sent: 1 }]);
    expect(clock.pending).toBe(0);
  });

  it('is what an exporter says of itself', () => {
    start(true);

    expect(TestBed.inject(SPAN_EXPORTERS)).toMatchObject([{ compression: 'gzip' }]);
    expect(() => otlpExporter({ url: '/x', gzip: 'yes' as unknown as boolean })).toThrow(
      'ExporterOptions.gzip is "yes", but must be true or false.',
    );
    expect(() => otlpExporter({ url: '/x', headers: { 'content-encoding': 'gzip' } })).toThrow(
      'without Content-Type and Content-Encoding',
    );
  });
});
