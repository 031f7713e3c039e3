import { ExportWorld, type Sent, spansIn } from '../../spec-support/export-world';
import { settled } from '../../spec-support/settled';
import { SpanBatcher } from './span-batcher';

const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('', { status: code, headers });
const counts = (sent: readonly Sent[]) => sent.map(({ body }) => spansIn(body));

const started = () => {
  const world = new ExportWorld();
  world.record(2);
  return world;
};

describe(`${SpanBatcher.name} when a receiver fails`, () => {
  it.each([429, 502, 503, 504])('sends again after status %i', async (code) => {
    const world = started();
    world.answers = [status(code), () => new Response('{}')];
    await world.advance(5000);

    expect(world.status).toMatchObject({
      state: 'waiting',
      sent: 0,
      lastError: { message: `The receiver answered with status ${code}.` },
    });

    await world.advance(799);

    expect(world.sent).toHaveLength(1);

    await world.advance(401);

    expect(counts(world.sent)).toEqual([2, 2]);
    expect(world.status).toMatchObject({ state: 'idle', sent: 2, dropped: 0 });
    expect(world.status?.lastError).toBeUndefined();
    expect(world.diagnostics.records).toEqual([]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('waits longer each time, up to five tries, and tells once an outage', async () => {
    const world = started();
    world.web.down = true;
    const times: number[] = [];
    await world.advance(5000);
    for (let ms = 0; ms < 20_000; ms += 50) {
      const before = world.web.requests.length;
      await world.advance(50);
      if (world.web.requests.length > before) times.push(world.clock.monotonic());
    }
    const waits = times.map((at, i) => at - (times[i - 1] ?? 5000));

    expect(waits).toHaveLength(4);
    expect(waits.map((wait, i) => wait >= 800 * 1.5 ** i)).toEqual([true, true, true, true]);
    expect(waits.map((wait, i) => wait <= 1200 * 1.5 ** i + 50)).toEqual([true, true, true, true]);
    expect(world.status).toMatchObject({ state: 'idle', sent: 0, dropped: 2 });
    expect(world.diagnostics.records).toMatchObject([
      { code: 'RXM803', severity: 'error', source: 'tracing' },
    ]);
    expect(world.diagnostics.records[0]?.message).toMatch(
      /^Spans for "otlp" could not be sent, so they are lost: 2\. .* Look at the receiver/,
    );
    expect(world.clock.pending).toBe(0);
  }, 30_000);

  it.each([400, 401, 404, 413, 500, 501])('drops a batch after status %i', async (code) => {
    const world = started();
    world.answers = [status(code)];
    await world.advance(5000);
    world.record(1);
    await world.advance(5000);

    expect(world.sent).toHaveLength(2);
    expect(world.status).toMatchObject({ state: 'idle', sent: 0, dropped: 3 });
    expect(world.diagnostics.codes).toEqual(['RXM803']);
    expect(world.clock.pending).toBe(0);
  });

  it('tells of the next outage again', async () => {
    const world = started();
    world.answers = [status(400), () => new Response('{}'), status(400)];
    for (let i = 0; i < 3; i++) {
      await world.advance(5000);
      world.record(1);
    }

    expect(world.diagnostics.codes).toEqual(['RXM803', 'RXM803']);
    expect(world.status).toMatchObject({ sent: 1, dropped: 3 });
  });

  it.each([
    ['20', 20_000],
    ['Thu, 01 Jan 2026 00:00:25 GMT', 20_000],
  ])('leaves a receiver alone as it asks by Retry-After %s', async (header, wait) => {
    const world = started();
    world.answers = [status(503, { 'Retry-After': header }), () => new Response('{}')];
    await world.advance(5000);
    window.dispatchEvent(new Event('pagehide'));
    await world.advance(wait - 1);

    expect(world.sent).toHaveLength(1);

    await world.advance(1);

    expect(counts(world.sent)).toEqual([2, 2]);
  });

  it('leaves it alone with what comes after a batch that was given up, too', async () => {
    const world = started();
    const asks = status(503, { 'Retry-After': '20' });
    world.answers = [asks, asks, asks, asks, asks, () => new Response('{}')];
    await world.advance(5000);
    for (let i = 0; i < 4; i++) await world.advance(20_000);

    expect(world.status).toMatchObject({ state: 'idle', dropped: 2 });

    world.record(3);
    window.dispatchEvent(new Event('pagehide'));
    await world.advance(5000);
    window.dispatchEvent(new Event('pagehide'));
    await world.advance(14_999);

    expect(world.sent).toHaveLength(5);

    await world.advance(1);

    expect(counts(world.sent).slice(5)).toEqual([3]);
    expect(world.status).toMatchObject({ state: 'idle', sent: 3 });
    expect(world.clock.pending).toBe(0);
  });

  it('takes a Retry-After that no platform can wait', async () => {
    const world = started();
    world.answers = [status(503, { 'Retry-After': '99999999999' })];
    await world.advance(5000);
    await world.advance(1_000_000_000);

    expect(world.sent).toHaveLength(1);
    expect(world.status?.state).toBe('waiting');
  });

  it('takes silence of ten seconds for a failure', async () => {
    const world = started();
    world.answers = [() => new Promise<Response>(() => undefined), () => new Response('{}')];
    await world.advance(5000);
    await world.advance(9999);

    expect(world.status?.state).toBe('sending');

    await world.advance(1);

    expect(world.web.open).toBe(0);
    expect(world.status?.state).toBe('waiting');

    await world.advance(1200);

    expect(world.status).toMatchObject({ state: 'idle', sent: 2 });
    expect(world.sent.map(({ keepalive }) => keepalive)).toEqual([true, false]);
  });

  it('tells what a receiver did not take, and never sends it again', async () => {
    const world = started();
    const partial = '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}';
    world.answers = [() => new Response(partial)];
    await world.advance(5000);
    world.record(2);
    await world.advance(5000);

    expect(world.sent).toHaveLength(2);
    expect(world.status).toMatchObject({ state: 'idle', sent: 2, dropped: 2 });
    expect(world.diagnostics.records).toMatchObject([
      {
        code: 'RXM804',
        message:
          'Spans for "otlp" were dropped: the receiver did not take them (too old). Record fewer by sampleRatio, or look at the receiver.',
      },
    ]);
    expect(world.clock.pending).toBe(0);
  });

  it('believes the status when the answer breaks off', async () => {
    const world = started();
    const broken = () => new ReadableStream({ pull: (stream) => stream.error(new Error('cut')) });
    world.answers = [() => new Response(broken())];
    await world.advance(5000);
    await world.advance(60_000);

    expect(world.sent).toHaveLength(1);
    expect(world.status).toMatchObject({ state: 'idle', sent: 2, dropped: 0 });
  });

  it.each([
    ['{"partialSuccess":{}}', 2],
    ['<html>', 2],
    ['{"partialSuccess":{"rejectedSpans":"1e99"}}', 0],
  ])('counts by the answer %s', async (answer, sent) => {
    const world = started();
    world.answers = [() => new Response(answer)];
    await world.advance(5000);

    expect(world.status).toMatchObject({ sent, dropped: 2 - sent });
  });

  it('collects meanwhile, and sends the rest after it', async () => {
    const world = started();
    world.answers = [status(503), () => new Response('{}')];
    await world.advance(5000);
    world.record(3);
    await world.advance(1200);
    await world.advance(5000);

    expect(counts(world.sent)).toEqual([2, 2, 3]);
  });

  it('lets a flush wait for the tries', async () => {
    const world = started();
    world.answers = [status(503), () => new Response('{}')];
    const done = jest.fn();
    const flushed = world.spans.flush().then(done);
    await settled();

    expect(done).not.toHaveBeenCalled();

    await world.advance(1200);
    await flushed;

    expect(world.status).toMatchObject({ state: 'idle', sent: 2 });
    expect(world.clock.pending).toBe(0);
  });
});
