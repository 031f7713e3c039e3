import fc from 'fast-check';
import { seededRandom } from 'rx-mesh/kernel';
import { FakeWeb, ManualClock, RecordingDiagnostics } from 'rx-mesh/testing';
import {
  ExportWorld,
  type Sent,
  aSpan,
  bothExporters,
  spansIn,
} from '../../spec-support/export-world';
import { settled } from '../../spec-support/settled';
import { KeepaliveBudget, MOST_BODY } from './export-request';
import { otlpExporter } from './exporters';
import { otlpJson } from './otlp-json';
import { SpanBatcher } from './span-batcher';

const counts = (sent: readonly Sent[]) => sent.map(({ body }) => spansIn(body));

describe(SpanBatcher.name, () => {
  it('sends what came within five seconds, once', async () => {
    const world = new ExportWorld();
    world.record(1);
    await world.advance(4000);
    world.record(2);
    await world.advance(999);

    expect(world.sent).toEqual([]);

    await world.advance(1);

    expect(counts(world.sent)).toEqual([3]);
    expect(world.sent[0]?.url).toBe('http://collector.test/v1/traces');
    expect(world.status).toEqual({
      exporter: 'otlp',
      state: 'idle',
      sent: 3,
      dropped: 0,
      stored: 0,
      lastError: undefined,
    });

    await world.advance(60_000);

    expect(world.sent).toHaveLength(1);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
    expect(world.diagnostics.records).toEqual([]);
  });

  it('does nothing before the first span', async () => {
    const world = new ExportWorld();

    expect(world.tracer.serviceName).toBe('Shop');

    await world.advance(60_000);

    expect([world.sent.length, world.clock.pending]).toEqual([0, 0]);
  });

  it('sends at once when there are 512 spans', async () => {
    const world = new ExportWorld();
    world.answers = [() => new Response('')];
    const exporter = { format: { ...otlpJson, encodeSpan: () => '{}' } };
    const ports = {
      clock: new ManualClock(),
      random: seededRandom(1),
      diagnostics: new RecordingDiagnostics(),
      fetch: world.web.fetch,
      budget: new KeepaliveBudget(),
    };
    const batcher = new SpanBatcher(
      { name: 'own', url: 'http://collector.test/', headers: {}, attributes: {}, ...exporter },
      { serviceName: 'Shop', attributes: {} },
      ports,
    );
    for (let i = 0; i < 511; i++) batcher.add(aSpan());
    await settled();

    expect(world.sent).toEqual([]);

    batcher.add(aSpan());
    await settled();

    expect(counts(world.sent)).toEqual([512]);
    expect(ports.clock.pending).toBe(0);
  });

  it('sends at once when there is a body full of spans', async () => {
    const world = new ExportWorld();
    world.record(4, { text: 'x'.repeat(2000), more: 'y'.repeat(2000) });
    await settled();

    expect(world.sent).toEqual([]);

    world.record(5, { text: 'ü'.repeat(2000), more: '€'.repeat(2000) });
    await settled();

    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.bytes).toBeLessThanOrEqual(MOST_BODY);
    expect(world.sent[0]?.bytes).toBeGreaterThan(MOST_BODY - 11_000);
  });

  it('never makes a body of more than 60 kB, except for a single span', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 20 }),
        async (sizes) => {
          const web = new FakeWeb();
          const bodies: string[] = [];
          web.host('http://collector.test', async (request) => {
            bodies.push(await request.text());
            return new Response('{}');
          });
          const clock = new ManualClock();
          const batcher = new SpanBatcher(
            {
              name: 'otlp',
              url: 'http://collector.test/',
              headers: {},
              attributes: {},
              format: otlpJson,
            },
            { serviceName: 'Shop', attributes: {} },
            {
              clock,
              random: seededRandom(1),
              diagnostics: new RecordingDiagnostics(),
              fetch: web.fetch,
              budget: new KeepaliveBudget(),
            },
          );
          for (const size of sizes) batcher.add(aSpan({ tags: { text: 'é'.repeat(size / 2) } }));
          await batcher.flush();
          const tooBig = bodies.filter((body) => new TextEncoder().encode(body).length > MOST_BODY);

          expect(tooBig.map((body) => spansIn(JSON.parse(body)))).toEqual(tooBig.map(() => 1));
          expect(
            bodies.map((body) => spansIn(JSON.parse(body))).reduce((sum, count) => sum + count, 0),
          ).toBe(sizes.length);
          expect(batcher.status.signal().sent).toBe(sizes.length);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('sends one request at a time to each receiver', async () => {
    const world = new ExportWorld(...bothExporters());
    const open: (() => void)[] = [];
    const slow = () =>
      new Promise<Response>((resolve) => open.push(() => resolve(new Response('{}'))));
    world.answers = [slow];
    world.record(1);
    await world.advance(5000);
    world.record(1);
    await world.advance(5000);

    expect(world.sent.map(({ url }) => url)).toEqual([
      'http://collector.test/v1/traces',
      'http://zipkin.test/api/v2/spans',
    ]);
    expect(world.spans.status().map(({ state }) => state)).toEqual(['sending', 'sending']);

    for (const answer of open.splice(0)) answer();
    await world.advance(5000);

    expect(world.sent).toHaveLength(4);

    for (const answer of open.splice(0)) answer();
    await settled();

    expect(world.spans.status().map(({ state, sent }) => [state, sent])).toEqual([
      ['idle', 2],
      ['idle', 2],
    ]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('keeps 2048 spans, and tells once that older ones were dropped', async () => {
    const world = new ExportWorld();
    world.answers = [() => new Promise<Response>(() => undefined)];
    world.record(1);
    await world.advance(5000);
    world.record(2060);

    expect(world.status).toMatchObject({ state: 'sending', sent: 0, dropped: 12 });
    expect(world.diagnostics.records).toEqual([
      {
        code: 'RXM804',
        severity: 'error',
        source: 'tracing',
        message:
          'Spans for "otlp" were dropped: there were too many for the queue. Record fewer by sampleRatio, or look at the receiver.',
      },
    ]);
  });

  it('drops a span that has no room even by itself, and no other for it', async () => {
    const world = new ExportWorld();
    const batcher = new SpanBatcher(
      { name: 'own', url: 'http://collector.test/', headers: {}, attributes: {}, format: otlpJson },
      { serviceName: 'Shop', attributes: {} },
      {
        clock: world.clock,
        random: seededRandom(1),
        diagnostics: world.diagnostics,
        fetch: world.web.fetch,
        budget: new KeepaliveBudget(),
      },
    );
    batcher.add(aSpan());
    batcher.add(aSpan({ tags: { text: 'x'.repeat(4_000_000) } }));
    await batcher.flush();

    expect(batcher.status.signal()).toMatchObject({ sent: 1, dropped: 1 });
    expect(world.diagnostics.codes).toEqual(['RXM804']);
  });

  it('takes back no more bytes than it lets wait', async () => {
    const world = new ExportWorld();
    world.web.down = true;
    for (let i = 0; i < 2; i++) {
      for (let at = 0; at < 19; at++) {
        const tags = Array.from({ length: 100 }, (_, key) => [key, 'x'.repeat(2000)] as const);
        world.record(1, Object.fromEntries(tags));
      }
      window.dispatchEvent(new Event('pagehide'));
      await settled();
    }

    expect(world.status).toMatchObject({ state: 'waiting', sent: 0, dropped: 18 });
    expect(world.diagnostics.codes).toEqual(['RXM804']);
  });

  it('comes to rest with a resource that fills a body by itself', async () => {
    const world = new ExportWorld();
    let looks = 0;
    const batcher = new SpanBatcher(
      { name: 'own', url: 'http://collector.test/', headers: {}, attributes: {}, format: otlpJson },
      { serviceName: 'Shop', attributes: { text: 'x'.repeat(70_000) } },
      {
        clock: world.clock,
        random: seededRandom(1),
        diagnostics: world.diagnostics,
        fetch: world.web.fetch,
        budget: new KeepaliveBudget(),
        keeper: () => ({
          cutOff: false,
          keep: async () => Promise.resolve(false),
          wake: () => undefined,
          sent: () => undefined,
          sendNext: async () =>
            ++looks > 100 ? Promise.reject(new Error('It never rests.')) : Promise.resolve(false),
        }),
      },
    );
    batcher.add(aSpan());
    await batcher.flush();

    expect(batcher.status.signal()).toMatchObject({ state: 'idle', sent: 1, dropped: 0 });
    expect(looks).toBeLessThan(5);
  });

  it('drops what a format cannot write, and breaks nothing', async () => {
    const web = new FakeWeb();
    const diagnostics = new RecordingDiagnostics();
    const clock = new ManualClock();
    const fail = () => {
      throw new Error('no');
    };
    const make = (format: object) =>
      new SpanBatcher(
        {
          name: 'own',
          url: '/x',
          headers: {},
          attributes: {},
          format: { ...otlpJson, ...format },
        },
        { serviceName: 'Shop', attributes: {} },
        {
          clock,
          random: seededRandom(1),
          diagnostics,
          fetch: web.fetch,
          budget: new KeepaliveBudget(),
        },
      );
    const batchers = [make({ encodeSpan: fail }), make({ wrap: fail })];
    for (const batcher of batchers) batcher.add(aSpan());
    await Promise.all(batchers.map((batcher) => batcher.flush()));

    expect(batchers.map(({ status }) => status.signal().dropped)).toEqual([1, 1]);
    expect(diagnostics.codes).toEqual(['RXM804', 'RXM804']);
    expect([web.requests.length, clock.pending]).toEqual([0, 0]);
  });

  it('sends nothing but its own headers, no cookies, and follows nowhere', async () => {
    const world = new ExportWorld(
      otlpExporter({ url: 'http://collector.test', headers: { 'X-Key': 'public' } }),
    );
    world.record(1);
    await world.advance(5000);
    const [request] = world.web.requests;

    expect(request).toMatchObject({
      method: 'POST',
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
    expect([...(request?.headers ?? [])]).toEqual([
      ['content-type', 'application/json'],
      ['x-key', 'public'],
    ]);
  });
});
