import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock } from 'rx-mesh/testing';
import { settled } from '../../../spec-support/settled';
import {
  REGISTRY_FETCH,
  type RegistryRequest,
  askRegistry,
  sendToRegistry,
} from './registry-request';

const URL_OF_A = 'https://a.test/v1/x';

const setUp = (answer: (request: Request) => Promise<Response>) => {
  const clock = new ManualClock();
  const web = new FakeWeb();
  web.host('https://a.test', answer);
  const heard: unknown[] = [];
  const ask = (request: Partial<RegistryRequest> = {}) =>
    askRegistry(
      { clock, fetch: web.fetch },
      { registry: 'consul', url: URL_OF_A, timeout: 1000, ...request },
    ).subscribe({
      next: ({ status, text }) => heard.push([status, text]),
      error: (error: unknown) => heard.push(error),
      complete: () => heard.push('completed'),
    });
  return { clock, web, heard, ask };
};
const never = async () => new Promise<Response>(() => undefined);

describe('askRegistry', () => {
  it.each([200, 404, 500])('gives the answer of status %p as text', async (status) => {
    const { ask, heard, clock, web } = setUp(async () =>
      Promise.resolve(new Response('é', { status })),
    );
    ask();
    await settled();

    expect(heard).toEqual([[status, 'é'], 'completed']);
    expect([clock.pending, web.open]).toEqual([0, 0]);
  });

  it('sends method, headers and body, and keeps to the rules of secrets', async () => {
    const { ask, web } = setUp(async () => Promise.resolve(new Response(null, { status: 204 })));
    ask({ method: 'PUT', headers: { 'X-Consul-Token': 't' }, body: '{}' });
    await settled();
    const [request] = web.requests;

    expect(request).toMatchObject({
      method: 'PUT',
      redirect: 'error',
      credentials: 'same-origin',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    });
    expect(request?.headers.get('X-Consul-Token')).toBe('t');
    expect(await request?.text()).toBe('{}');
  });

  it('fails when no head comes in time, and aborts', async () => {
    const { ask, heard, clock, web } = setUp(never);
    ask();
    await settled();
    clock.advance(1000);
    await settled();

    expect(heard).toMatchObject([{ code: 'RXM306', failure: { timeout: 1000 } }]);
    expect([clock.pending, web.open]).toEqual([0, 0]);
  });

  it('gives the body as much time again', async () => {
    const { ask, heard, clock, web } = setUp(async () =>
      Promise.resolve(new Response(new ReadableStream<Uint8Array>())),
    );
    ask();
    await settled();
    clock.advance(999);
    await settled();

    expect(heard).toEqual([]);

    clock.advance(1);
    await settled();

    expect(heard).toMatchObject([{ failure: { timeout: 1000 } }]);
    expect([clock.pending, web.open]).toEqual([0, 0]);
  });

  it('fails when nobody is there', async () => {
    const { ask, heard, clock } = setUp(never);
    ask({ url: 'https://b.test' });
    await settled();

    expect(heard).toMatchObject([{ code: 'RXM306', failure: { cause: {} }, status: undefined }]);
    expect(clock.pending).toBe(0);
  });

  it('aborts when it is unsubscribed, and asks nobody before it is subscribed', async () => {
    const { ask, heard, clock, web } = setUp(never);

    expect(web.requests).toEqual([]);

    const subscription = ask();
    await settled();

    expect(web.open).toBe(1);

    subscription.unsubscribe();
    await settled();

    expect([heard, clock.pending, web.open]).toEqual([[], 0, 0]);
  });

  it('gives up on a body that no registry can have', async () => {
    const chunk = new Uint8Array(16 * 1024 * 1024);
    const { ask, heard, web } = setUp(async () =>
      Promise.resolve(
        new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) })),
      ),
    );
    ask();
    await settled();
    await settled();

    expect(String((heard[0] as Error).cause)).toContain('more than 67108864 bytes');
    expect(web.open).toBe(0);
  });
});

describe('sendToRegistry', () => {
  it('lets whoever reads stop the time', async () => {
    const clock = new ManualClock();
    const web = new FakeWeb();
    web.host('https://a.test', async () => Promise.resolve(new Response('a')));
    const request = { registry: 'consul', url: URL_OF_A, timeout: 1000 };
    const subscription = sendToRegistry(
      { clock, fetch: web.fetch },
      request,
      async (_response, limit) => {
        limit.stop();
        return never();
      },
    ).subscribe();
    await settled();

    expect(clock.pending).toBe(0);

    subscription.unsubscribe();
    await settled();

    expect(web.open).toBe(0);
  });
});

describe('REGISTRY_FETCH', () => {
  it('is the fetch of the platform as it is at the time', async () => {
    const fetch = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('a'));
    const answer = await TestBed.inject(REGISTRY_FETCH)(URL_OF_A, { method: 'PUT' });

    expect(await answer.text()).toBe('a');
    expect(fetch).toHaveBeenCalledWith(URL_OF_A, { method: 'PUT' });

    fetch.mockRestore();
  });
});
