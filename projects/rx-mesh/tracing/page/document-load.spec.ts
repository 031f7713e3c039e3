import { TestBed } from '@angular/core/testing';
import {
  NavigationCancel,
  NavigationCancellationCode,
  NavigationEnd,
  NavigationStart,
} from '@angular/router';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { Subject } from 'rxjs';
import type { TraceSpan } from '../trace-span';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { type NavigationSpanOptions, navigationSpans } from './navigation-spans';

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

const timing = {
  type: 'navigate',
  fetchStart: 2.5,
  responseStart: 40,
  domInteractive: 80,
  domContentLoadedEventEnd: 90,
  loadEventEnd: 120,
};

const begin = (options: NavigationSpanOptions = {}) => {
  const events = new Subject<unknown>();
  const finished: TraceSpan[] = [];
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withTracing(
        {},
        navigationSpans(() => ({ events }), options),
      ).ɵproviders,
    ],
  });
  const tracer = TestBed.inject(Tracer);
  tracer.finished$.subscribe((span) => finished.push(span));
  return { clock: TestBed.inject(ManualClock), events, finished, tracer };
};

const measure = (entries: readonly unknown[]) =>
  Object.defineProperty(performance, 'getEntriesByType', {
    configurable: true,
    value: (type: string) => (type === 'navigation' ? entries : []),
  });

const documentIs = (state: DocumentReadyState) =>
  jest.spyOn(document, 'readyState', 'get').mockReturnValue(state);

const renderMeta = () => {
  const meta = document.createElement('meta');
  meta.name = 'traceparent';
  meta.content = `00-${TRACE}-${SPAN}-01`;
  document.head.append(meta);
};

afterEach(() => {
  Reflect.deleteProperty(performance, 'getEntriesByType');
  document.head.querySelector('meta[name=traceparent]')?.remove();
  jest.restoreAllMocks();
});

describe('the load of the document', () => {
  it('is a span from its beginning to the end of the load event', () => {
    const unmeasured = { ...timing, loadEventEnd: 0 };
    measure([unmeasured]);
    documentIs('loading');
    const { clock, finished, tracer } = begin();
    clock.advance(118);
    window.dispatchEvent(new Event('load'));
    const active = tracer.activeSpans().size;
    unmeasured.loadEventEnd = 120;
    clock.advance(5);

    expect(active).toBe(1);
    expect(finished).toMatchObject([
      {
        operationName: 'documentLoad',
        status: 'ok',
        kind: 'internal',
        parentSpanId: undefined,
        duration: 120,
        tags: {
          'rx_mesh.document.navigation_type': 'navigate',
          'rx_mesh.document.fetch_start': 2.5,
          'rx_mesh.document.response_start': 40,
          'rx_mesh.document.dom_interactive': 80,
          'rx_mesh.document.dom_content_loaded': 90,
          'rx_mesh.document.load': 120,
        },
      },
    ]);
    expect(finished[0]?.startTime.getTime()).toBe(clock.now() - clock.monotonic());
    expect([tracer.activeSpans().size, clock.pending]).toEqual([0, 0]);
  });

  it('is one that is over when the application begins', () => {
    measure([timing]);
    documentIs('complete');
    const { clock, finished } = begin();
    clock.advance(500);

    expect(finished).toMatchObject([{ operationName: 'documentLoad', duration: 120 }]);
  });

  it('is none where nothing measures it, or nobody wants it', () => {
    const unable = begin();
    unable.clock.advance(10);
    TestBed.resetTestingModule();
    measure([]);
    const empty = begin();
    empty.clock.advance(10);
    TestBed.resetTestingModule();
    measure([timing]);
    const unwanted = begin({ documentLoad: false });
    unwanted.clock.advance(10);

    expect([unable.finished, empty.finished, unwanted.finished]).toEqual([[], [], []]);
    expect(unwanted.tracer.traceContext()).toBeNull();
  });

  it('leaves out what was not measured, and lasts until now then', () => {
    const odd = { fetchStart: NaN, responseStart: '7', domInteractive: -1, loadEventEnd: 0 };
    measure([odd]);
    documentIs('complete');
    const { clock, finished } = begin();
    clock.advance(7);

    expect(finished).toMatchObject([{ status: 'ok', duration: 0, tags: {} }]);
    expect(Object.keys(finished[0]?.tags ?? {})).toEqual([]);
  });

  it('is cancelled by the end of the application', () => {
    measure([timing]);
    documentIs('loading');
    const { clock, finished, tracer } = begin();
    TestBed.resetTestingModule();
    window.dispatchEvent(new Event('load'));

    expect(finished).toMatchObject([{ operationName: 'documentLoad', status: 'cancelled' }]);
    expect([tracer.activeSpans().size, clock.pending]).toEqual([0, 0]);
  });

  it('is what the first page is a part of, and the server’s trace is what both are', () => {
    renderMeta();
    measure([timing]);
    documentIs('loading');
    const { events, finished, tracer } = begin();
    const early = tracer.startSpan('GET');
    events.next(new NavigationStart(1, ''));
    events.next(new NavigationCancel(1, '', '', NavigationCancellationCode.Redirect));
    events.next(new NavigationStart(2, ''));
    events.next(new NavigationEnd(2, '', ''));
    events.next(new NavigationStart(3, ''));
    events.next(new NavigationEnd(3, '', ''));
    const [load] = [...tracer.activeSpans().values()];
    const [first, second, third] = finished;

    expect(load).toMatchObject({
      traceId: TRACE,
      parentSpanId: SPAN,
      operationName: 'documentLoad',
    });
    expect(early.parentSpanId).toBe(load?.spanId);
    expect(first).toMatchObject({ traceId: TRACE, parentSpanId: load?.spanId });
    expect(second).toMatchObject({ traceId: TRACE, parentSpanId: load?.spanId });
    expect(third?.traceId).not.toBe(TRACE);
    expect(third?.parentSpanId).toBeUndefined();
  });

  it('lets the first page be a part of the server’s trace by itself', () => {
    renderMeta();
    const { events, finished } = begin({ documentLoad: false, asPageContext: false });
    events.next(new NavigationStart(1, ''));
    events.next(new NavigationEnd(1, '', ''));

    expect(finished).toMatchObject([{ traceId: TRACE, parentSpanId: SPAN }]);
  });
});
