import { EventStoreService, withEventSourcing } from 'rx-mesh/event-sourcing';
import { MessageBrokerService, type MessageHandler } from 'rx-mesh/messaging';
import { Tracer, withTracing } from 'rx-mesh/tracing';
import { EMPTY, NEVER, of, throwError } from 'rxjs';
import { lastOf } from '../spec-support/event-store-world';
import { MessageWire } from '../spec-support/message-wire';
import { settled } from '../spec-support/settled';
import { MessageTracer } from './message-tracer';
import { withMessageTracing } from './with-message-tracing';

function world(wire = new MessageWire(), serviceName = 'shop') {
  const features = [withTracing({ serviceName }), withEventSourcing(), withMessageTracing()];
  const app = wire.app([], features);
  const tracer = app.get(Tracer);
  return {
    ...app,
    wire,
    tracer,
    messages: app.get(MessageTracer),
    broker: app.get(MessageBrokerService),
    spans: () => tracer.recentSpans(),
    handle: (handler: MessageHandler) =>
      app.get(MessageBrokerService).consume('orders.*', handler, { maxDeliver: 2, backoff: () => 10 }).subscribe(), // prettier-ignore
  };
}

describe(MessageTracer.name, () => {
  it('makes one trace of who sends and who handles, over the wire', async () => {
    const shop = world();
    const stock = world(shop.wire, 'stock');
    const seen: unknown[] = [];
    stock.handle(
      stock.messages.handler((message, span) => {
        seen.push(message.payload, span.traceId);
        return of(1);
      }),
    );
    const click = shop.tracer.startSpan('click');
    const parent = shop.tracer.contextOf(click);
    await lastOf(shop.messages.publish('orders.created', { id: 42 }, { parent }));
    await settled();
    const [sent] = shop.spans();
    const [handled] = stock.spans();

    expect(seen).toEqual([{ id: 42 }, click.traceId]);
    expect(sent).toMatchObject({
      operationName: 'send orders.created',
      kind: 'producer',
      traceId: click.traceId,
      parentSpanId: click.spanId,
      status: 'ok',
      tags: {
        'messaging.system': 'wire',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': 'orders.created',
        'messaging.message.id': shop.wire.sent[0]?.id,
      },
    });
    expect(handled).toMatchObject({
      operationName: 'process orders.created',
      kind: 'consumer',
      traceId: click.traceId,
      parentSpanId: sent?.spanId,
      status: 'ok',
      tags: { 'messaging.operation.type': 'process' },
    });
  });

  it('sends the same message again, in another span, when it is tried again', async () => {
    const { wire, messages, spans } = world();
    const send$ = messages.publish('orders.created', 1);
    wire.failure = new Error('away');
    await expect(lastOf(send$)).rejects.toThrow('away');
    wire.failure = undefined;
    const receipt = await lastOf(send$);
    await lastOf(send$);
    const [failed, first, second] = spans();

    expect(wire.sent.map(({ id }) => id)).toEqual([receipt.id, receipt.id]);
    expect([failed, first, second].map((span) => span?.status)).toEqual(['error', 'ok', 'ok']);
    expect(wire.sent[0]?.headers['traceparent']).toContain(first?.spanId);
    expect(wire.sent[1]?.headers['traceparent']).toContain(second?.spanId);
  });

  it.each<[string, () => unknown, string]>([
    ['returns nothing', () => undefined, 'ok'],
    ['returns a promise', async () => Promise.resolve(1), 'ok'],
    ['returns nothing in a stream', () => EMPTY, 'ok'],
    ['rejects', async () => Promise.reject(new Error('no')), 'error'],
    ['errors', () => throwError(() => new Error('no')), 'error'],
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'error',
    ],
  ])('ends the span of a delivery as a handler does that %s', async (_how, work, status) => {
    const { messages, handle, broker, spans } = world();
    handle(messages.handler(work));
    await lastOf(broker.publish('orders.created', 1));
    await settled();

    expect(spans().map((span) => span.status)).toEqual([status]);
  });

  it('has a span for each delivery, and ends that of one nobody waits for', async () => {
    const { messages, handle, broker, spans, clock, tracer } = world();
    const consumer = handle(messages.handler(() => NEVER));
    await lastOf(broker.publish('orders.created', 1));
    clock.advance(30_000);
    clock.advance(10);
    await settled();

    expect(spans().map(({ status }) => status)).toEqual(['cancelled']);
    expect(tracer.activeSpans().size).toBe(1);

    consumer.unsubscribe();

    expect(tracer.activeSpans().size).toBe(0);
  });

  it('begins a trace for a message without one, whatever the page is doing', async () => {
    const { messages, handle, wire, tracer, spans } = world();
    tracer.useTraceContext(tracer.contextOf(tracer.startSpan('page')));
    handle(messages.handler(() => undefined));
    await lastOf(wire.app().get(MessageBrokerService).publish('orders.created', 1));
    const [handled] = spans();

    expect(handled?.parentSpanId).toBeUndefined();
    expect(handled?.traceId).not.toBe(tracer.traceContext()?.traceId);
  });
});

describe(withMessageTracing.name, () => {
  it('lets the trace of the page travel with messages that say nothing themselves', async () => {
    const { wire, broker, tracer } = world();
    const page = tracer.startSpan('page');
    await lastOf(broker.publish('a', 1));
    tracer.useTraceContext(tracer.contextOf(page));
    await lastOf(broker.publish('a', 1));
    const own = '00-11111111111111111111111111111111-2222222222222222-01';
    await lastOf(broker.publish('a', 1, { headers: { TraceParent: own } }));

    expect(wire.sent.map(({ headers }) => headers)).toEqual([
      {},
      { traceparent: `00-${page.traceId}-${page.spanId}-03` },
      { TraceParent: own },
    ]);
  });

  it('hands the trace of a message to whoever gets its deliveries', async () => {
    const { broker, tracer } = world();
    const told: unknown[] = [];
    broker.subscribe('a').subscribe((delivery) => {
      told.push(delivery.context);
      delivery.ack();
    });
    const page = tracer.startSpan('page');
    tracer.useTraceContext(tracer.contextOf(page));
    await lastOf(broker.publish('a', 1));

    expect(told).toMatchObject([{ traceId: page.traceId, spanId: page.spanId }]);
  });

  it('lets the trace of the page travel with events', async () => {
    const { get, tracer } = world();
    const store = get(EventStoreService);
    await lastOf(store.appendToStream('s', { type: 'A' }));
    const page = tracer.startSpan('page');
    tracer.useTraceContext(tracer.contextOf(page));
    await lastOf(store.appendToStream('s', { type: 'B' }));
    const traces: unknown[] = [];
    await store.readStream('s').forEach(({ metadata }) => traces.push(metadata['trace']));

    expect(traces).toEqual([undefined, { traceparent: `00-${page.traceId}-${page.spanId}-03` }]);
  });
});
