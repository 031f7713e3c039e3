import { TestBed } from '@angular/core/testing';
import { WireLog } from './wire-log';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03';
const request = (headers: Readonly<Record<string, string>> = {}) =>
  new Request('https://orders-1.mesh.example/orders?limit=3', { headers });
const setUp = (answer: () => Response = () => new Response('{}')) => {
  const wire = TestBed.inject(WireLog);
  const backend = wire.listen({
    id: 'orders-1',
    origin: 'https://orders-1.mesh.example',
    handle: async () => Promise.resolve(answer()),
  });
  return { backend, wire };
};

describe(WireLog.name, () => {
  it('writes down what an instance has read, newest first', async () => {
    const { backend, wire } = setUp();
    await backend.handle(request({ traceparent: TRACEPARENT, baggage: 'demo.user=ada' }));
    const response = await backend.handle(request());

    expect(await response.text()).toBe('{}');
    expect(wire.seen()).toEqual([
      { instance: 'orders-1', method: 'GET', path: '/orders' },
      {
        instance: 'orders-1',
        method: 'GET',
        path: '/orders',
        traceparent: TRACEPARENT,
        baggage: 'demo.user=ada',
      },
    ]);
  });

  it('knows nothing of what nobody answered', async () => {
    const { backend, wire } = setUp(() => Response.error());
    await backend.handle(request());

    expect(wire.seen()).toEqual([]);
  });

  it('forgets what is old', async () => {
    const { backend, wire } = setUp();
    for (let i = 0; i < 120; i++) await backend.handle(request());

    expect(wire.seen()).toHaveLength(100);
  });
});
