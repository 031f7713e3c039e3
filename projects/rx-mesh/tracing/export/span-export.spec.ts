import { TestBed } from '@angular/core/testing';
import { ExportWorld, type Sent, spansIn } from '../../spec-support/export-world';
import { settled } from '../../spec-support/settled';
import type { ExportStatus } from './export-ledger';
import { SPAN_EXPORTERS, TRACE_FETCH } from './span-exporter';
import { SPAN_FLOW, SpanExport } from './span-export';

const counts = (sent: readonly Sent[]) => sent.map(({ body }) => spansIn(body));
const wide = { text: 'x'.repeat(2000), more: 'y'.repeat(2000) };

const hide = (state: string) => {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(state as 'hidden');
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
};

afterEach(() => jest.restoreAllMocks());

describe(SpanExport.name, () => {
  it('does nothing without exporters', async () => {
    const states: (readonly ExportStatus[])[] = [];
    const spans = TestBed.inject(SpanExport);
    spans.status$.subscribe((state) => states.push(state));

    await expect(spans.flush()).resolves.toBeUndefined();
    expect(TestBed.inject(SPAN_EXPORTERS)).toEqual([]);
    expect([spans.status(), states]).toEqual([[], [[]]]);
  });

  it('tells by stream and signal what each exporter does', async () => {
    const world = new ExportWorld();
    const states: string[] = [];
    world.spans.status$.subscribe(([status]) =>
      states.push(`${status?.state ?? ''} ${status?.sent ?? ''}`),
    );
    world.record(1);
    await world.advance(5000);

    expect(states).toEqual(['idle 0', 'sending 0', 'sending 1', 'idle 1']);
    expect(world.spans.status()).toEqual([
      { exporter: 'otlp', state: 'idle', sent: 1, dropped: 0, stored: 0, lastError: undefined },
    ]);
  });

  it('flushes what is there', async () => {
    const world = new ExportWorld();
    world.record(3);
    await world.spans.flush();

    expect(counts(world.sent)).toEqual([3]);
    expect(world.clock.pending).toBe(0);

    await world.spans.flush();

    expect(world.sent).toHaveLength(1);
  });

  it('tells the receiver what the page recorded, redacted as it was', async () => {
    const world = new ExportWorld();
    world.record(1, { 'url.full': 'https://a.example/?token=REDACTED' });
    await world.spans.flush();

    expect(JSON.stringify(world.sent[0]?.body)).toContain(
      '{"key":"url.full","value":{"stringValue":"https://a.example/?token=REDACTED"}}',
    );
  });

  it('sends by the fetch of the platform', async () => {
    const sent = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{}'));
    await TestBed.inject(TRACE_FETCH)('/v1/traces', { method: 'POST' });

    expect(sent).toHaveBeenCalledWith('/v1/traces', { method: 'POST' });
  });
});

describe('the end of a page', () => {
  it('sends at once on pagehide, by a request that outlives the page', async () => {
    const world = new ExportWorld();
    world.record(2);
    window.dispatchEvent(new Event('pagehide'));
    const atOnce = world.web.requests.length;
    await settled();

    expect(atOnce).toBe(1);
    expect(world.sent.map(({ keepalive }) => keepalive)).toEqual([true]);
    expect(counts(world.sent)).toEqual([2]);
    expect(world.clock.pending).toBe(0);
  });

  it('sends when the page is hidden, and not when it is shown', async () => {
    const world = new ExportWorld();
    world.record(1);
    hide('visible');
    await settled();

    expect(world.sent).toEqual([]);

    hide('hidden');
    hide('hidden');
    await settled();

    expect(counts(world.sent)).toEqual([1]);
  });

  it('lets no more than 60 kB outlive the page; the rest goes out without', async () => {
    const world = new ExportWorld();
    world.answers = [() => new Promise<Response>(() => undefined)];
    world.record(40, wide);
    window.dispatchEvent(new Event('pagehide'));
    await settled();

    expect(counts(world.sent).reduce((sum, count) => sum + count)).toBe(40);
    expect(world.sent.map(({ keepalive }) => keepalive)).toEqual([true, false, false, false]);
    expect(world.sent.every(({ bytes }) => bytes <= 60_000)).toBe(true);
  });

  it('sends a span that is larger than any batch, by a request of the page', async () => {
    const world = new ExportWorld();
    const tags = Object.fromEntries(
      Array.from({ length: 128 }, (_, i) => [`tag ${i}`, 'x'.repeat(5000)]),
    );
    world.record(1, tags);
    await settled();
    world.record(1, tags);
    window.dispatchEvent(new Event('pagehide'));
    await settled();

    expect(counts(world.sent)).toEqual([1, 1]);
    expect(world.sent.map(({ keepalive }) => keepalive)).toEqual([false, false]);
    expect(world.sent.every(({ bytes }) => bytes > 260_000)).toBe(true);
    expect(world.status).toMatchObject({ state: 'idle', sent: 2, dropped: 0 });
  });

  it('gives the room back when an answer is read', async () => {
    const world = new ExportWorld();
    for (let i = 0; i < 3; i++) {
      world.record(12, wide);
      window.dispatchEvent(new Event('pagehide'));
      await settled();
    }

    expect(world.sent.map(({ keepalive }) => keepalive)).toEqual([true, true, true]);
    expect(world.web.open).toBe(0);
  });

  it('sends a batch that waits for its next try at once', async () => {
    const world = new ExportWorld();
    world.answers = [() => new Response('', { status: 503 }), () => new Response('{}')];
    world.record(1);
    await world.advance(5000);
    world.record(2);
    window.dispatchEvent(new Event('pagehide'));
    await settled();

    expect(counts(world.sent)).toEqual([1, 2, 1]);
    expect(world.status).toMatchObject({ state: 'idle', sent: 3 });
    expect(world.clock.pending).toBe(0);
  });

  it('lets a batch outlive the page, also when its last try got no answer', async () => {
    const world = new ExportWorld();
    world.web.down = true;
    world.record(1);
    await world.advance(5000);
    world.web.down = false;
    window.dispatchEvent(new Event('pagehide'));
    await settled();

    expect(world.sent.map(({ keepalive }) => keepalive)).toEqual([true]);
    expect(world.status).toMatchObject({ state: 'idle', sent: 1 });
  });

  it('tries again what failed, if the page goes on', async () => {
    const world = new ExportWorld();
    world.web.down = true;
    world.record(30, wide);
    hide('hidden');
    await settled();
    world.web.down = false;
    for (let i = 0; i < 3; i++) await world.advance(1200);

    expect(world.status).toMatchObject({ state: 'idle', sent: 30, dropped: 0 });
    expect(world.clock.pending).toBe(0);
  });

  it('lets a flush wait for what is under way', async () => {
    const world = new ExportWorld();
    world.answers = [() => new Response('', { status: 503 }), () => new Response('{}')];
    const done = jest.fn();
    world.record(1);
    hide('hidden');
    const flushed = world.spans.flush().then(done);
    await settled();

    expect(done).not.toHaveBeenCalled();

    await world.advance(1200);
    await flushed;

    expect(world.status).toMatchObject({ state: 'idle', sent: 1 });
    expect(world.clock.pending).toBe(0);
  });

  it('keeps a bound for what failed', async () => {
    const world = new ExportWorld();
    world.web.down = true;
    // Not as often as there are tries: then they would be given up.
    for (let i = 0; i < 4; i++) {
      world.record(600);
      hide('hidden');
      await settled();
    }
    const { dropped = 0 } = world.status ?? {};

    expect(world.diagnostics.codes).toEqual(['RXM804']);
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBeLessThanOrEqual(600);
  });
});

describe('the end of the application', () => {
  it('sends what is left, and leaves no timer behind', async () => {
    const world = new ExportWorld();
    const { clock } = world;
    const before = world.web;
    world.record(2);
    TestBed.resetTestingModule();
    await settled();
    window.dispatchEvent(new Event('pagehide'));
    await settled();

    expect(counts(world.sent)).toEqual([2]);
    expect([before.open, clock.pending]).toEqual([0, 0]);
  });

  it.each([{}, { 'Retry-After': '60' }])('waits for nothing (%p)', async (headers) => {
    const world = new ExportWorld();
    const { clock, diagnostics, spans } = world;
    world.answers = [() => new Response('', { status: 503, headers })];
    world.record(1);
    await world.advance(5000);
    world.record(2);
    TestBed.resetTestingModule();
    await settled();

    expect(spans.status()).toMatchObject([{ state: 'idle', sent: 0, dropped: 3 }]);
    expect(diagnostics.codes).toEqual(['RXM803']);
    expect([world.web.open, clock.pending]).toEqual([0, 0]);
  });

  it('leaves a request under way alone', async () => {
    const world = new ExportWorld();
    const { clock, spans } = world;
    let answer = (): void => undefined;
    world.answers = [
      () => new Promise<Response>((resolve) => (answer = () => resolve(new Response('{}')))),
    ];
    world.record(1);
    await world.advance(5000);
    TestBed.resetTestingModule();

    expect(clock.pending).toBe(0);

    answer();
    await settled();

    expect(spans.status()).toMatchObject([{ state: 'idle', sent: 1 }]);
    expect([world.web.open, clock.pending]).toEqual([0, 0]);
  });

  it('is once, however many exporters there are', () => {
    const world = new ExportWorld();

    expect(world.status?.exporter).toBe('otlp');
    expect(TestBed.inject(SPAN_FLOW)).toBe(true);
  });
});
