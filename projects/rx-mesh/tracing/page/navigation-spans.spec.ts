import { TestBed } from '@angular/core/testing';
import {
  type Event as RouterEvent,
  GuardsCheckEnd,
  GuardsCheckStart,
  NavigationCancel,
  NavigationCancellationCode,
  NavigationEnd,
  NavigationError,
  NavigationSkipped,
  NavigationSkippedCode,
  NavigationStart,
  ResolveEnd,
  ResolveStart,
  type RouterStateSnapshot,
  RoutesRecognized,
} from '@angular/router';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import { type TraceSpan, contextOf } from '../trace-span';
import { Tracer } from '../tracer';
import type { TracingOptions } from '../tracing-options';
import { withTracing } from '../with-tracing';
import { type NavigationSpanOptions, navigationSpans } from './navigation-spans';

const CODE = NavigationCancellationCode;

const stateOf = (root: unknown) => {
  const state: unknown = { root };
  return state as RouterStateSnapshot;
};

class World {
  readonly #events = new Subject<unknown>();
  readonly finished: TraceSpan[] = [];

  constructor(options: NavigationSpanOptions = {}, tracing: TracingOptions = {}) {
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing(
          tracing,
          navigationSpans(() => ({ events: this.#events }), options),
        ).ɵproviders,
      ],
    });
    this.tracer.finished$.subscribe((span) => this.finished.push(span));
  }

  get tracer(): Tracer {
    return TestBed.inject(Tracer);
  }

  /** Sends events, one millisecond after the other. */
  send(...events: readonly RouterEvent[]): void {
    for (const event of events) {
      TestBed.inject(ManualClock).advance(1);
      this.hear(event);
    }
  }

  hear(event: unknown): void {
    this.#events.next(event);
  }

  get heard(): boolean {
    return this.#events.observed;
  }

  recognize(id: number, path: string): void {
    const root = {
      routeConfig: null,
      outlet: 'primary',
      children: [{ routeConfig: { path }, outlet: 'primary', children: [] }],
    };
    this.send(new RoutesRecognized(id, '/7', '/7', stateOf(root)));
  }

  visit(id: number, path: string): TraceSpan | undefined {
    this.send(new NavigationStart(id, '/7'));
    this.recognize(id, path);
    this.send(new NavigationEnd(id, '/7', '/7'));
    return this.finished.at(-1);
  }
}

const state = stateOf(null);

describe(navigationSpans.name, () => {
  it('makes a span of a navigation, named by its route', () => {
    const world = new World();
    world.send(new NavigationStart(1, '/orders/7?token=secret', 'popstate'));
    world.recognize(1, 'orders/:id');
    world.send(
      new GuardsCheckStart(1, '', '', state),
      new GuardsCheckEnd(1, '', '', state, true),
      new ResolveStart(1, '', '', state),
      new ResolveEnd(1, '', '', state),
      new NavigationEnd(1, '/orders/7', '/orders/7'),
    );
    const [span] = world.finished;
    const startedAt = span?.startTime.getTime() ?? 0;

    expect(world.finished).toHaveLength(1);
    expect(span).toMatchObject({
      operationName: 'navigation /orders/:id',
      kind: 'internal',
      status: 'ok',
      parentSpanId: undefined,
      duration: 6,
      tags: {
        'url.template': '/orders/:id',
        'rx_mesh.navigation.trigger': 'popstate',
        'rx_mesh.navigation.outcome': 'end',
      },
      links: [],
    });
    expect(
      span?.logs.map(({ message, timestamp }) => [message, timestamp.getTime() - startedAt]),
    ).toEqual([
      ['routes recognized', 1],
      ['guards started', 2],
      ['guards ended', 3],
      ['resolve started', 4],
      ['resolve ended', 5],
    ]);
    expect(JSON.stringify(span)).not.toContain('secret');
  });

  it.each([
    [CODE.GuardRejected, 'guard_rejected', 0],
    [CODE.NoDataFromResolver, 'no_data', 0],
    [CODE.Aborted, 'aborted', 0],
    [CODE.Redirect, 'redirect', 1],
    [CODE.SupersededByNewNavigation, 'superseded', 1],
  ])(
    'ends one that is cancelled (%p, %s), and links the next one to it %d times',
    (code, word, links) => {
      const world = new World();
      world.send(new NavigationStart(1, '/7'));
      world.recognize(1, 'admin');
      world.send(new NavigationCancel(1, '/7', 'token=secret', code));
      const first = world.finished[0];
      const next = world.visit(2, 'login');
      const third = world.visit(3, 'home');

      expect(first).toMatchObject({
        operationName: 'navigation /admin',
        status: 'cancelled',
        tags: { 'rx_mesh.navigation.outcome': 'cancelled', 'rx_mesh.navigation.code': word },
      });
      expect(next?.links).toEqual(
        [first]
          .flatMap((span) =>
            span ? [{ context: contextOf(span), tags: { 'rx_mesh.navigation.code': word } }] : [],
          )
          .slice(0, links),
      );
      expect(next?.traceId).not.toBe(first?.traceId);
      expect(third?.links).toEqual([]);
      expect(JSON.stringify(world.finished)).not.toContain('secret');
    },
  );

  it('has no route for one that ends before it was recognized', () => {
    const world = new World();
    world.send(new NavigationStart(1, '/7'), new NavigationCancel(1, '/7', '', CODE.Redirect));

    expect(world.finished).toMatchObject([
      { operationName: 'navigation', duration: 1, status: 'cancelled', logs: [] },
    ]);
    expect(world.finished[0]?.tags).not.toHaveProperty('url.template');
  });

  it.each([
    [new RangeError('id 7 is bad'), 'RangeError', 'error'],
    [new DOMException('id 7 is bad', 'TimeoutError'), 'TimeoutError', 'timeout'],
    ['id 7 is bad', '_OTHER', 'error'],
  ])('ends one that fails with %p', (error, type, status) => {
    const world = new World();
    world.send(new NavigationStart(1, '/7'));
    world.recognize(1, 'orders');
    world.send(new NavigationError(1, '/7', error));

    expect(world.finished).toMatchObject([
      {
        operationName: 'navigation /orders',
        status,
        tags: { 'rx_mesh.navigation.outcome': 'error', 'error.type': type },
      },
    ]);
    expect(JSON.stringify(world.finished)).not.toContain('is bad');
  });

  it('makes a span with no length of one that is skipped, on the page that stays', () => {
    const world = new World();
    const page = world.visit(1, 'orders');
    world.send(new NavigationSkipped(2, '/7', '', NavigationSkippedCode.IgnoredSameUrlNavigation));

    expect(world.finished[1]).toMatchObject({
      operationName: 'navigation',
      status: 'ok',
      duration: 0,
      traceId: page?.traceId,
      parentSpanId: page?.spanId,
      tags: { 'rx_mesh.navigation.outcome': 'skipped', 'rx_mesh.navigation.code': 'same_url' },
    });
    expect(world.tracer.traceContext()?.spanId).toBe(page?.spanId);
  });

  it('links one that is skipped to the one that it superseded', () => {
    const world = new World();
    world.send(
      new NavigationStart(1, '/7'),
      new NavigationCancel(1, '/7', '', CODE.SupersededByNewNavigation),
      new NavigationSkipped(2, '/7', ''),
    );

    expect(world.finished[1]?.links.map(({ context }) => context.spanId)).toEqual([
      world.finished[0]?.spanId,
    ]);
    expect(world.visit(3, 'a')?.links).toEqual([]);
  });

  it('ends the one before when nobody said that it ended', () => {
    const world = new World();
    world.send(new NavigationStart(1, '/7'));
    world.recognize(1, 'a');
    const second = world.visit(2, 'b');

    expect(world.finished).toMatchObject([
      { status: 'cancelled', tags: { 'rx_mesh.navigation.code': 'superseded' } },
      { operationName: 'navigation /b', status: 'ok' },
    ]);
    expect(second?.links).toHaveLength(1);
    expect(world.tracer.activeSpans().size).toBe(0);
  });

  it('goes on with events that come out of order, or twice, or from elsewhere', () => {
    const world = new World();
    world.send(new NavigationCancel(1, '/7', '', CODE.SupersededByNewNavigation));
    world.send(new NavigationStart(2, '/7'), new NavigationStart(1, '/7'));
    world.recognize(1, 'old');
    world.recognize(2, 'a');
    world.recognize(2, 'b');
    world.hear(null);
    world.hear({ id: 2 });
    world.send(new NavigationEnd(2, '', ''), new NavigationEnd(2, '', ''));
    world.send(new GuardsCheckStart(2, '', '', state));

    expect(world.finished).toMatchObject([{ operationName: 'navigation /a', status: 'ok' }]);
    expect(world.finished[0]?.logs.map(({ message }) => message)).toEqual([
      'routes recognized',
      'routes recognized',
    ]);
  });

  it('hears a phase before the route is known, and makes nothing of it', () => {
    const world = new World();
    world.send(
      new NavigationStart(1, '/7'),
      new GuardsCheckStart(1, '', '', state),
      new NavigationEnd(1, '', ''),
    );

    expect(world.finished).toMatchObject([{ operationName: 'navigation', status: 'ok', logs: [] }]);
  });

  it('says nothing of traces that are not recorded, but hands on their ids', () => {
    const world = new World({}, { sampleRatio: 0 });
    world.visit(1, 'a');

    expect(world.finished).toEqual([]);
    expect(world.tracer.traceContext()).toMatchObject({ sampled: false });
  });

  it('leaves nothing open at the end of the application', () => {
    const world = new World();
    const { tracer } = world;
    const clock = TestBed.inject(ManualClock);
    world.send(new NavigationStart(1, '/7'));
    world.recognize(1, 'a');
    TestBed.resetTestingModule();

    expect(world.finished).toMatchObject([
      {
        operationName: 'navigation /a',
        status: 'cancelled',
        tags: { 'rx_mesh.navigation.code': 'destroyed' },
      },
    ]);
    expect([tracer.activeSpans().size, clock.pending, world.heard]).toEqual([0, 0, false]);
  });

  it.each([{ asPageContext: null }, { documentLoad: 'yes' }, { other: true }])(
    'refuses %p',
    (options) => {
      expect(() =>
        navigationSpans(() => ({ events: new Subject() }), options as NavigationSpanOptions),
      ).toThrow(InvalidOptionError);
    },
  );
});

describe('the context of the page', () => {
  it('is the navigation that brought the page, until the next one', () => {
    const world = new World();
    const first = world.visit(1, 'a');
    const request = world.tracer.startSpan('GET');
    world.send(new NavigationStart(2, '/7'));
    const before = world.tracer.startSpan('GET');
    world.recognize(2, 'b');
    const during = world.tracer.startSpan('GET');
    world.send(new NavigationEnd(2, '', ''));
    const second = world.finished[1];
    const after = world.tracer.startSpan('GET');

    expect([request.parentSpanId, before.parentSpanId]).toEqual([first?.spanId, first?.spanId]);
    expect([during.parentSpanId, after.parentSpanId]).toEqual([second?.spanId, second?.spanId]);
    expect(second?.traceId).not.toBe(first?.traceId);
    expect(second?.parentSpanId).toBeUndefined();
  });

  it.each([
    new NavigationCancel(2, '', '', CODE.GuardRejected),
    new NavigationError(2, '', new Error('no')),
  ])('is the page that stays after %p', (event) => {
    const world = new World();
    const first = world.visit(1, 'a');
    world.send(new NavigationStart(2, '/7'));
    world.recognize(2, 'b');
    world.send(event);

    expect(world.tracer.traceContext()?.spanId).toBe(first?.spanId);
  });

  it('is left alone on demand; then a navigation is a part of it', () => {
    const world = new World({ asPageContext: false });
    const own = world.tracer.startSpan('own', { parent: null });
    world.tracer.useTraceContext(own);
    const span = world.visit(1, 'a');
    world.send(new NavigationStart(2, ''), new NavigationError(2, '', null));

    expect([span?.traceId, span?.parentSpanId]).toEqual([own.traceId, own.spanId]);
    expect(world.tracer.traceContext()?.spanId).toBe(own.spanId);
  });
});
