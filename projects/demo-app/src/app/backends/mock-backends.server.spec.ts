import { ManualClock } from 'rx-mesh/testing';
import { CATALOG, INSTANCES } from './catalog';
import { FaultControls } from './fault-controls';
import { createMockBackends, withFaults } from './mock-backends';

const setUp = () => {
  const clock = new ManualClock();
  const faults = new FaultControls(INSTANCES, { seed: 42 });
  faults.set('orders', { latency: { median: 100, p99: 100 } });
  const handled: string[] = [];
  const handle = withFaults(
    'orders-1',
    async (request) => {
      handled.push(request.url);
      return Promise.resolve(new Response('fine'));
    },
    faults,
    clock,
  );
  return { clock, faults, handle, handled };
};
const request = (signal?: AbortSignal) =>
  new Request('https://orders-1.mesh.example/orders', signal ? { signal } : {});
const isNetworkError = (response: Response) => response.type === 'error';

describe(withFaults.name, () => {
  it('answers when the latency is over', async () => {
    const { clock, handle, handled } = setUp();
    const answer = handle(request());
    clock.advance(99);
    expect(handled).toEqual([]);
    clock.advance(1);
    expect(await (await answer).text()).toBe('fine');
    expect(handled).toEqual(['https://orders-1.mesh.example/orders']);
  });

  it('answers 503 when the weather says so, and does no work', async () => {
    const { clock, faults, handle, handled } = setUp();
    faults.set('orders', { errorRate: 1 });
    const answer = handle(request());
    clock.advance(100);
    expect((await answer).status).toBe(503);
    expect(await (await answer).json()).toMatchObject({ title: 'Service unavailable' });
    expect(handled).toEqual([]);
  });

  it('is a network error when the instance is dead', async () => {
    const { clock, faults, handle, handled } = setUp();
    faults.kill('orders-1');
    const answer = handle(request());
    clock.advance(6);
    expect(isNetworkError(await answer)).toBe(true);
    expect(handled).toEqual([]);
  });

  it('is a network error when the instance dies while it works', async () => {
    const { clock, faults, handle, handled } = setUp();
    const answer = handle(request());
    faults.kill('orders-1');
    clock.advance(100);
    expect(isNetworkError(await answer)).toBe(true);
    expect(handled).toEqual([]);
  });

  it('stops waiting when the caller leaves', async () => {
    const { clock, handle, handled } = setUp();
    const leaving = new AbortController();
    const answer = handle(request(leaving.signal));
    expect(clock.pending).toBe(1);
    leaving.abort();
    expect(isNetworkError(await answer)).toBe(true);
    expect(handled).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('does not wait at all when the caller has left before', async () => {
    const { clock, handle } = setUp();
    expect(isNetworkError(await handle(request(AbortSignal.abort())))).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

describe(createMockBackends.name, () => {
  it('hosts every instance of the catalog on an origin of its own', () => {
    const { clock, faults } = setUp();
    const backends = createMockBackends(faults, clock);
    expect(backends.map(({ id }) => id)).toEqual(INSTANCES.map(({ id }) => id));
    expect(new Set(backends.map(({ origin }) => origin)).size).toBe(10);
    expect(backends.at(-1)?.origin).toBe('https://rates.partner.example');
  });

  it.each(
    CATALOG.flatMap(({ instances, operations }) =>
      instances.flatMap(({ id }) => operations.map((operation) => ({ id, operation }))),
    ).map(({ id, operation }) => [id, operation.label, operation] as const),
  )('%s answers %s', async (id, _label, operation) => {
    const { clock, faults } = setUp();
    const backend = createMockBackends(faults, clock).find((one) => one.id === id);
    const answer = backend?.handle(
      new Request(`${backend.origin}${operation.path}`, {
        method: operation.method,
        ...(operation.payload === undefined
          ? {}
          : {
              body: JSON.stringify(operation.payload),
              headers: { 'content-type': 'application/json' },
            }),
      }),
    );
    clock.advance(10_000);
    const response = await answer;
    expect(response?.status).toBe(operation.method === 'POST' ? 201 : 200);
    expect(response?.headers.get('x-served-by')).toBe(id);
  });

  it('shares the data of a service between its instances', async () => {
    const { clock, faults } = setUp();
    const [first, second] = createMockBackends(faults, clock);
    const made = first?.handle(
      new Request(`${first.origin}/orders`, {
        method: 'POST',
        body: JSON.stringify({ customerId: 1, lines: [{ sku: 'MUG-003', quantity: 1 }] }),
        headers: { 'content-type': 'application/json' },
      }),
    );
    clock.advance(10_000);
    const location = (await made)?.headers.get('location') ?? '';
    const found = second?.handle(new Request(`${second.origin}${location}`));
    clock.advance(10_000);
    expect((await found)?.status).toBe(200);
  });
});
