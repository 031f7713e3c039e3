import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { settled } from '../../spec-support/settled';
import { METRICS_FETCH } from '../metrics-fetch';
import { grafanaDashboard } from './grafana-dashboard';
import { type GrafanaError, isGrafanaError } from './grafana-error';
import { type GrafanaAnnotation, GrafanaService } from './grafana-service';
import { type GrafanaOptions, withGrafana } from './with-grafana';

const NOW = 1_767_225_600_000;

/** An application before a Grafana that answers what a test says. */
class World {
  readonly web = new FakeWeb();
  readonly bodies: unknown[] = [];
  answer: () => Response | Promise<Response> = () =>
    new Response('{"message":"Annotation added","id":7}');

  constructor(options?: GrafanaOptions) {
    for (const host of ['http://page.test', 'http://grafana.test']) {
      this.web.host(host, async (request) => {
        this.bodies.push(await request.json());
        return this.answer();
      });
    }
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        { provide: METRICS_FETCH, useValue: this.web.fetch },
        ...(options ? withGrafana(options).ɵproviders : []),
      ],
    });
  }

  get clock(): ManualClock {
    return TestBed.inject(ManualClock);
  }

  /** What an annotation comes to. */
  annotate(annotation: GrafanaAnnotation) {
    const events: unknown[] = [];
    const subscription = TestBed.inject(GrafanaService)
      .annotate(annotation)
      .subscribe({
        next: (value) => events.push(value),
        error: (error: unknown) => events.push(error),
        complete: () => events.push('complete'),
      });
    return { events, leave: () => subscription.unsubscribe() };
  }
}

describe(GrafanaService.name, () => {
  it('writes an annotation by way of the proxy, in milliseconds', async () => {
    const world = new World({ url: '/grafana/', headers: { 'X-Page': 'shop' } });
    const { events } = world.annotate({
      ...{ text: 'Release', tags: ['release', 'shop'], dashboardUid: 'shop', panelId: 3 },
      ...{ time: new Date(NOW - 1000), timeEnd: new Date(NOW) },
    });
    await settled();
    const [request] = world.web.requests;

    expect(events).toEqual([{ id: 7 }, 'complete']);
    expect(world.bodies).toEqual([
      {
        ...{ text: 'Release', tags: ['release', 'shop'], dashboardUID: 'shop', panelId: 3 },
        ...{ time: NOW - 1000, timeEnd: NOW },
      },
    ]);
    expect(request?.url).toBe('http://page.test/grafana/api/annotations');
    expect(request?.method).toBe('POST');
    expect(request?.headers.get('content-type')).toBe('application/json');
    expect(request?.headers.get('x-page')).toBe('shop');
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('says now where nothing is said, at each subscription', async () => {
    const world = new World({ url: 'http://grafana.test' });
    const annotation$ = TestBed.inject(GrafanaService).annotate({ text: 'Deployed' });
    const before = world.web.requests.length;
    annotation$.subscribe();
    world.clock.advance(500);
    annotation$.subscribe();
    await settled();

    expect(before).toBe(0);
    expect(world.bodies).toEqual([
      { text: 'Deployed', tags: [], time: NOW },
      { text: 'Deployed', tags: [], time: NOW + 500 },
    ]);
  });

  it.each(['ok', '{}', '[]', 'null', '{"id":"7"}'])('needs no number: %s', async (answer) => {
    const world = new World({ url: '/grafana' });
    world.answer = () => new Response(answer);
    const { events } = world.annotate({ text: 'a' });
    await settled();

    expect(events).toEqual([{ id: undefined }, 'complete']);
  });

  it.each<[number, string, RegExp]>([
    [400, '{"message":"bad time"}', /status 400: bad time\.$/],
    [401, '{"message":"Unauthorized."}', /status 401: Unauthorized\. Let the proxy add a token/],
    [500, '<html>', /status 500\.$/],
  ])('errors when Grafana answers %d', async (status, answer, message) => {
    const world = new World({ url: '/grafana' });
    world.answer = () => new Response(answer, { status });
    const [error] = await failureOf(world, { text: 'a' });

    expect(error?.message).toMatch(message);
    expect(error?.status).toBe(status);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('errors when Grafana is not reached', async () => {
    const world = new World({ url: '/grafana' });
    world.web.down = true;
    const [error] = await failureOf(world, { text: 'a' });

    expect(error).toMatchObject({ code: 'RXM872', status: undefined });
    expect(error?.message).toContain('put a proxy before it');
    expect(error?.cause).toBeInstanceOf(TypeError);
  });

  it('errors when no answer comes in time', async () => {
    const world = new World({ url: '/grafana', timeout: 500 });
    world.answer = () => new Promise(() => undefined);
    const { events } = world.annotate({ text: 'a' });
    await settled();
    world.clock.advance(500);
    await settled();

    expect(events).toMatchObject([{ code: 'RXM872' }]);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it('errors when nobody has said where Grafana is', async () => {
    const [error] = await failureOf(new World(), { text: 'a' });

    expect(error?.message).toContain('withGrafana({ url }) is missing');
  });

  it('is aborted by whoever leaves', async () => {
    const world = new World({ url: '/grafana' });
    world.answer = () => new Promise(() => undefined);
    const { events, leave } = world.annotate({ text: 'a' });
    await settled();
    leave();
    await settled();

    expect(events).toEqual([]);
    expect(world.web.requests[0]?.signal.aborted).toBe(true);
    expect([world.web.open, world.clock.pending]).toEqual([0, 0]);
  });

  it.each<[string, object]>([
    ['text', { text: '' }],
    ['tags', { tags: 'release' }],
    ['tags', { tags: [1] }],
    ['time', { time: new Date(NaN) }],
    ['timeEnd', { time: new Date(5), timeEnd: new Date(4) }],
    ['panelId', { panelId: 1 }],
    ['panelId', { dashboardUid: 'a', panelId: 1.5 }],
  ])('refuses %s as in %j', (option, annotation) => {
    const world = new World({ url: '/grafana' });
    const { events } = world.annotate({ text: 'a', ...annotation });

    expect(events).toMatchObject([{ option: `GrafanaAnnotation.${option}` }]);
    expect(world.web.requests).toEqual([]);
  });

  it('makes dashboards', () => {
    new World();

    expect(TestBed.inject(GrafanaService).dashboard({ title: 'Shop' })).toEqual(
      grafanaDashboard({ title: 'Shop' }),
    );
  });
});

describe(withGrafana.name, () => {
  it.each<[string, object]>([
    ['url', { url: '' }],
    ['url', { url: undefined }],
    ['url', { url: 'grafana' }],
    ['url', { url: '//grafana.test' }],
    ['url', { url: 'ftp://grafana.test' }],
    ['url', { url: '/grafana?token=a' }],
    ['headers', { headers: { 'content-type': 'a' } }],
    ['headers', { headers: [] }],
    ['headers', { headers: { 'a b': 'c' } }],
    ['timeout', { timeout: 0 }],
  ])('refuses %s as in %j', (option, options) => {
    expect(() => withGrafana({ url: '/grafana', ...options })).toThrow(`GrafanaOptions.${option}`);
  });

  it('does not repeat a password', () => {
    expect(() => withGrafana({ url: 'http://user:secret@grafana.test' })).toThrow(
      /\(credentials\)/,
    );
  });
});

async function failureOf(world: World, annotation: GrafanaAnnotation): Promise<GrafanaError[]> {
  const { events } = world.annotate(annotation);
  await settled();
  return events.filter(isGrafanaError);
}
