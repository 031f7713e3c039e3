import { effect } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  type Command,
  CommandBusService,
  type CommandHandler,
  type CommandHandlerOptions,
} from 'rx-mesh/cqrs';
import { EventStoreService } from 'rx-mesh/event-sourcing';
import { withMessageTracing } from 'rx-mesh/events';
import { MetricsService } from 'rx-mesh/metrics';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { type TraceSpan, Tracer, withTracing } from 'rx-mesh/tracing';
import { NEVER, map, of, timer } from 'rxjs';
import { settled } from '../spec-support/settled';
import { watched } from '../spec-support/messaging-world';
import { provideRxMesh } from './provide-rx-mesh';
import { withCommandTelemetry } from './with-command-telemetry';

/** An application whose commands are traced and measured. */
function world() {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideRxMesh(withTracing({ serviceName: 'shop' }), withMessageTracing(), withCommandTelemetry()), // prettier-ignore
    ],
  });
  const bus = TestBed.inject(CommandBusService);
  const [tracer, metrics] = [TestBed.inject(Tracer), TestBed.inject(MetricsService)];
  const spans: TraceSpan[] = [];
  tracer.finished$.subscribe((span) => spans.push(span));
  const send = (type: string, fields: Partial<Command> = {}) =>
    watched(bus.execute({ type, aggregateId: 'secret', payload: 'secret', ...fields }));
  return {
    bus,
    tracer,
    spans,
    send,
    clock: TestBed.inject(ManualClock),
    store: TestBed.inject(EventStoreService),
    on: (type: string, handler: CommandHandler, options?: CommandHandlerOptions) =>
      bus.register(type, handler, options),
    /** The series of a metric: value or count by tags. */
    measured: (name: string) =>
      metrics
        .collect()
        .filter((series) => series.name === name)
        .map(({ tags, type, count, value }): readonly unknown[] => [
          tags,
          type === 'timer' ? count : value,
        ]),
  };
}

describe(withCommandTelemetry.name, () => {
  it('makes a span of a command, with its outcome', () => {
    const { on, send, spans, clock, tracer } = world();
    on('Place', () => timer(250, clock.scheduler));
    send('Place', { id: 'c', metadata: { timestamp: new Date(1), correlationId: 'f' } });
    clock.advance(250);

    expect(spans).toEqual([
      expect.objectContaining({
        operationName: 'command Place',
        kind: 'internal',
        status: 'ok',
        duration: 250,
        parentSpanId: undefined,
        links: [],
        tags: {
          'rx_mesh.command.type': 'Place',
          'rx_mesh.command.id': 'c',
          'rx_mesh.command.correlation_id': 'f',
          'rx_mesh.command.outcome': 'success',
        },
      }),
    ]);
    expect(JSON.stringify(spans)).not.toContain('secret');
    expect([tracer.activeSpans().size, clock.pending]).toEqual([0, 0]);
  });

  it('tells, counts and times every outcome', () => {
    const { on, send, spans, clock, measured } = world();
    on('Good', () => of(1));
    on('Bad', () => {
      throw new RangeError('no');
    });
    on('Slow', () => NEVER, { timeout: 100 });
    on('Left', () => NEVER);
    send('Good', { id: 'g' });
    send('Good', { id: 'g' });
    send('Bad');
    send('None');
    send('Slow');
    clock.advance(100);
    send('Left').stop();

    expect(
      spans.map(({ operationName, status, tags }) => [
        operationName,
        status,
        tags['rx_mesh.command.outcome'],
        tags['error.type'],
      ]),
    ).toEqual([
      ['command Good', 'ok', 'success', undefined],
      ['command Good', 'ok', 'duplicate', undefined],
      ['command Bad', 'error', 'failure', 'RangeError'],
      ['command _OTHER', 'error', 'rejected', 'RXM542'],
      ['command Slow', 'timeout', 'timeout', 'RXM543'],
      ['command Left', 'cancelled', 'cancelled', undefined],
    ]);
    expect(measured('rx_mesh.commands')).toEqual([
      [{ type: 'Good', outcome: 'success' }, 1],
      [{ type: 'Good', outcome: 'duplicate' }, 1],
      [{ type: 'Bad', outcome: 'failure' }, 1],
      [{ type: '_OTHER', outcome: 'rejected' }, 1],
      [{ type: 'Slow', outcome: 'timeout' }, 1],
      [{ type: 'Left', outcome: 'cancelled' }, 1],
    ]);
    expect(measured('rx_mesh.command.duration')).toHaveLength(5);
    expect(clock.pending).toBe(0);
  });

  it('makes one series of all types that nobody handles, whatever they are called', () => {
    const { send, spans, measured } = world();
    for (let at = 0; at < 200; at++) send(`made up ${at}`);

    expect(measured('rx_mesh.commands')).toEqual([[{ type: '_OTHER', outcome: 'rejected' }, 200]]);
    expect(new Set(spans.map(({ operationName }) => operationName))).toEqual(new Set(['command _OTHER'])); // prettier-ignore
    expect(spans[7]?.tags['rx_mesh.command.type']).toBe('made up 7');
  });

  it('takes the span along as exemplar', () => {
    const { on, send, spans } = world();
    on('Good', () => of(1));
    send('Good');
    const [counted] = TestBed.inject(MetricsService)
      .collect()
      .filter(({ name }) => name === 'rx_mesh.command.duration');
    const [span] = spans;

    expect(counted?.exemplars).toMatchObject([{ traceId: span?.traceId, spanId: span?.spanId }]);
  });

  it('makes what the handler does at once a part of the span, and nothing else', async () => {
    const { on, send, spans, tracer, store, bus } = world();
    const page = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    tracer.useTraceContext(page);
    on('Inner', () => of(1));
    on('Outer', ({ metadata }, { append, correlationId }) => {
      watched(bus.send({ type: 'Inner', aggregateId: 'i', payload: 1, metadata: { ...metadata, correlationId } })); // prettier-ignore
      return append('s-1', { type: 'Done' }).pipe(map(({ count }) => count));
    });
    send('Outer', { id: 'o' });
    await settled();
    const [inner, outer] = spans;
    const read = watched(store.readAll());
    await settled();

    expect([outer?.operationName, outer?.parentSpanId]).toEqual(['command Outer', page.spanId]);
    expect([inner?.operationName, inner?.parentSpanId]).toEqual(['command Inner', outer?.spanId]);
    // The first of its flow.
    expect(inner?.links).toMatchObject([{ context: { spanId: outer?.spanId } }]);
    expect(read.values[0]?.metadata['trace']).toMatchObject({
      traceparent: expect.stringContaining(outer?.spanId ?? 'none') as string,
    });
    expect(tracer.traceContext()).toBe(page);
  });

  it('leaves the context alone that the handler has set, and puts back the one before when it throws', () => {
    const { on, send, tracer } = world();
    const next = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) };
    on('Navigate', () => {
      tracer.useTraceContext(next);
      return of(1);
    });
    on('Throw', () => {
      throw new Error('no');
    });
    send('Throw');

    expect(tracer.traceContext()).toBeNull();

    send('Navigate');

    expect(tracer.traceContext()).toBe(next);
  });

  it('may be used where signals are watched', () => {
    const { on, send } = world();
    let runs = 0;
    on('Good', () => of(1));
    TestBed.runInInjectionContext(() =>
      effect(() => {
        runs++;
        send('Good');
      }),
    );
    TestBed.tick();
    TestBed.tick();

    expect(runs).toBe(1);
  });

  it.each([
    [{ traceparent: `00-${'e'.repeat(32)}-${'f'.repeat(16)}-01` }, 1],
    [{ traceparent: 'nonsense' }, 0],
    ['text', 0],
    [[1], 0],
    [null, 0],
  ])('links what caused a command: %j', (trace, links) => {
    const { on, send, spans } = world();
    on('Good', () => of(1));
    send('Good', { metadata: { timestamp: new Date(1), trace } });

    expect(spans[0]?.links).toHaveLength(links);
  });

  it('knows of the last thousand flows alone', () => {
    const { on, send, spans } = world();
    on('Good', () => of(1));
    const part = (correlationId: string) => send('Good', { metadata: { timestamp: new Date(1), correlationId } }); // prettier-ignore
    for (let at = 0; at <= 1000; at++) part(`${at}`);
    part('0');
    part('1000');

    expect(spans.slice(-2).map(({ links }) => links.length)).toEqual([0, 1]);
  });
});
