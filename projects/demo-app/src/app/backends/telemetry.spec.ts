import { TestBed } from '@angular/core/testing';
import { TELEMETRY_URLS } from './addresses';
import { type ReceiverName, TelemetryReceivers } from './telemetry';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const span = { traceId: TRACE, name: 'GET' };
const bodies: Readonly<Record<ReceiverName, readonly [path: string, body: unknown]>> = {
  jaeger: [
    '/v1/traces',
    {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  ...span,
                  spanId: 'b7ad6b7169203331',
                  startTimeUnixNano: '1767225600000000000',
                  endTimeUnixNano: '1767225600012000000',
                },
              ],
            },
          ],
        },
      ],
    },
  ],
  zipkin: ['/api/v2/spans', [{ ...span, id: 'b7ad6b7169203331', duration: 12_000 }]],
};
const names: readonly ReceiverName[] = ['jaeger', 'zipkin'];

const setUp = () => {
  const receivers = TestBed.inject(TelemetryReceivers);
  const send = async (name: ReceiverName) => {
    const [path, body] = bodies[name];
    const backend = receivers.backends.find(({ id }) => id === name);
    const answer = await backend?.handle(
      new Request(`${backend.origin}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
    return answer?.status;
  };
  return { receivers, send };
};

describe(TelemetryReceivers.name, () => {
  it('listens where the application sends its traces', () => {
    expect(setUp().receivers.backends.map(({ id, origin }) => [id, origin])).toEqual([
      ['jaeger', TELEMETRY_URLS.jaeger],
      ['zipkin', TELEMETRY_URLS.zipkin],
    ]);
  });

  it.each(names)('shows what %s has received', async (name) => {
    const { receivers, send } = setUp();

    expect(receivers.traces[name]()).toEqual([]);

    await send(name);

    expect(receivers.traces[name]().map(({ traceId }) => traceId)).toEqual([TRACE]);
    expect(receivers.find(name, TRACE)?.spans).toMatchObject([{ duration: 12, status: 'unset' }]);
    expect(receivers.find(name, 'another')).toBeUndefined();

    receivers.clear();

    expect(receivers.traces[name]()).toEqual([]);
  });

  it.each(names)('stops %s, and starts it again', async (name) => {
    const { receivers, send } = setUp();
    receivers.setDown(name, true);
    receivers.setDown(name, true);

    expect([...receivers.down()]).toEqual([name]);
    expect(await send(name)).toBe(0);
    expect(receivers.traces[name]()).toEqual([]);

    receivers.setDown(name, false);

    expect(receivers.down().size).toBe(0);
    expect(await send(name)).toBeGreaterThanOrEqual(200);
    expect(receivers.traces[name]()).toHaveLength(1);
  });

  it.each(names)('lets %s refuse one delivery', async (name) => {
    const { receivers, send } = setUp();
    receivers.failNext(name, 503, 2);

    expect(await send(name)).toBe(503);
    expect(receivers.traces[name]()).toEqual([]);

    await send(name);

    expect(receivers.traces[name]()).toHaveLength(1);
  });

  it('can begin anew', async () => {
    const { receivers, send } = setUp();
    await send('zipkin');
    receivers.setDown('jaeger', true);
    receivers.reset();

    expect([receivers.down().size, receivers.traces.zipkin().length]).toEqual([0, 0]);
  });
});
