import { AsyncLocalStorage } from 'node:async_hooks';
import { TestBed } from '@angular/core/testing';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';
import { MetricsService } from 'rx-mesh/metrics';
import { ManualClock } from 'rx-mesh/testing';
import { OtelWorld, anApplication } from '../spec-support/otel-world';
import { settled } from '../spec-support/settled';
import { withOpenTelemetry } from './with-open-telemetry';

/** As the SDK for Node has it: what is active stays so across an `await`. */
class NodeContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with: ContextManager['with'] = (context, work, self, ...args) =>
    this.#storage.run(context, () => work.apply(self, args));

  bind<T>(_context: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

describe('rx-mesh/opentelemetry on a server', () => {
  let world: OtelWorld;

  beforeEach(() => (world = new OtelWorld()));
  afterEach(() => world.clear());

  it('hangs the spans of a page under the request that it is rendered for', async () => {
    const app = world.trace({}, new NodeContextManager());
    const { tracer } = anApplication({}, withOpenTelemetry());
    const render = async (name: string) =>
      app.startActiveSpan(name, async (request) => {
        await settled();
        tracer.end(tracer.startSpan(`load for ${name}`).spanId);
        request.end();
      });
    await Promise.all([render('one'), render('two')]);
    const sent = await world.spans();
    const byId = new Map(sent.map((span) => [span.spanContext().spanId, span.name]));

    expect(
      sent
        .filter(({ name }) => name.startsWith('load'))
        .map(({ name, parentSpanContext }) => [name, byId.get(parentSpanContext?.spanId ?? '')]),
    ).toEqual([
      ['load for one', 'one'],
      ['load for two', 'two'],
    ]);
  });

  it('mirrors no metrics, and keeps no page waiting', async () => {
    const reader = world.meter();
    anApplication({}, withOpenTelemetry());
    TestBed.inject(MetricsService).incrementCounter('orders');
    const clock = TestBed.inject(ManualClock);
    clock.advance(20_000);

    expect([await reader.read(), clock.pending]).toEqual([{}, 0]);
  });

  it('changes nothing without an SDK', () => {
    const { tracer } = anApplication({}, withOpenTelemetry());
    const span = tracer.startSpan('render');

    expect([span.spanId, tracer.end(span.spanId)]).toEqual([`${'0'.repeat(15)}1`, true]);
  });
});
