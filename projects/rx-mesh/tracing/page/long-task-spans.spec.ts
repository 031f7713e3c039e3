import { TestBed } from '@angular/core/testing';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { ExportWorld } from '../../spec-support/export-world';
import { settled } from '../../spec-support/settled';
import { otlpExporter } from '../export/exporters';
import type { TraceSpan } from '../trace-span';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { type LongTaskSpanOptions, longTaskSpans } from './long-task-spans';
import { type EntryObserver, PERFORMANCE_OBSERVER } from './performance-observer';

/** A browser that measures what a test says. */
class Measures {
  readonly observed: unknown[] = [];
  records: unknown[] = [];
  open = 0;
  tell: (entries: readonly unknown[]) => void = () => undefined;

  observer(supportedEntryTypes: readonly string[] | undefined) {
    const begin = (tell: Measures['tell']) => (this.tell = tell);
    const observe = (options: unknown) => {
      this.observed.push(options);
      this.open++;
    };
    const takeRecords = () => this.records.splice(0);
    const disconnect = () => {
      this.open--;
    };
    return class implements EntryObserver {
      static readonly supportedEntryTypes = supportedEntryTypes;
      readonly observe = observe;
      readonly takeRecords = takeRecords;
      readonly disconnect = disconnect;

      constructor(tell: (list: { getEntries(): readonly unknown[] }) => void) {
        begin((entries) => tell({ getEntries: () => entries }));
      }
    };
  }
}

const FRAMES = ['longtask', 'long-animation-frame', 'paint'];

const begin = (
  options: LongTaskSpanOptions = {},
  kinds: readonly string[] | null | undefined = FRAMES,
) => {
  const measures = new Measures();
  const finished: TraceSpan[] = [];
  const useValue = kinds === null ? undefined : measures.observer(kinds);
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withTracing({}, longTaskSpans(options)).ɵproviders,
      { provide: PERFORMANCE_OBSERVER, useValue },
    ],
  });
  const tracer = TestBed.inject(Tracer);
  const clock = TestBed.inject(ManualClock);
  tracer.finished$.subscribe((span) => finished.push(span));
  clock.advance(1000);
  return { clock, finished, measures, tracer };
};

const task = (startTime: number, duration = 150, rest: object = {}) => ({
  startTime,
  duration,
  ...rest,
});
const script = (sourceURL: unknown, rest: object = {}) =>
  task(10, 150, { scripts: [{ duration: 100, sourceURL, ...rest }] });
const skippedOf = (spans: readonly TraceSpan[]) =>
  spans.map(({ tags }) => tags['rx_mesh.long_task.skipped']);

describe(longTaskSpans.name, () => {
  it('makes a span of a long animation frame, where it was', () => {
    const { clock, finished, measures, tracer } = begin();
    const page = tracer.startSpan('page');
    tracer.useTraceContext(page);
    const scripts = [
      { duration: 20, sourceURL: `${location.origin}/small.js`, invokerType: 'user-callback' },
      {
        duration: 120,
        sourceURL: `${location.origin}/main.js?token=1#x`,
        invokerType: 'event-listener',
        invoker: 'BUTTON#pay-7.onclick',
      },
      { duration: 30, sourceURL: `${location.origin}/other.js` },
    ];
    measures.tell([task(200, 180.5, { blockingDuration: 90, scripts })]);

    expect(measures.observed).toEqual([{ type: 'long-animation-frame', buffered: true }]);
    expect(finished).toMatchObject([
      {
        operationName: 'long task',
        kind: 'internal',
        status: 'ok',
        duration: 180.5,
        parentSpanId: page.spanId,
      },
    ]);
    expect(finished[0]?.tags).toEqual({
      'rx_mesh.long_task.blocking_duration': 90,
      'rx_mesh.long_task.script': `${location.origin}/main.js`,
      'rx_mesh.long_task.invoker_type': 'event-listener',
    });
    expect(finished[0]?.startTime.getTime()).toBe(clock.now() - 800);
  });

  it('takes long tasks where a browser has no better', () => {
    const { finished, measures } = begin({}, ['paint', 'longtask']);
    measures.tell([task(200, 180, { name: 'self', attribution: [{ containerSrc: '/7' }] })]);

    expect(measures.observed).toEqual([{ type: 'longtask', buffered: true }]);
    expect(finished[0]?.tags).toEqual({ 'rx_mesh.long_task.blocking_duration': 130 });
  });

  it.each([[[]], [['paint']], [undefined], [null]])('is silent where a browser has %p', (kinds) => {
    const { finished, measures } = begin({}, kinds ?? null);

    expect([measures.observed, finished]).toEqual([[], []]);
  });

  it('is silent where the kinds are not told', () => {
    const measures = new Measures();
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing({}, longTaskSpans()).ɵproviders,
        { provide: PERFORMANCE_OBSERVER, useValue: measures.observer(undefined) },
      ],
    });
    TestBed.inject(Tracer);

    expect(measures.observed).toEqual([]);
  });

  it.each([
    [`${location.origin}/assets/main-X7.mjs?v=1`, `${location.origin}/assets/main-X7.mjs`],
    [`${location.origin}/orders/7`, location.origin],
    [`${location.origin}/`, location.origin],
    ['https://cdn.example/people/7/lib.js?key=1', 'https://cdn.example'],
    ['https://jo:secret@cdn.example/lib.js', 'https://cdn.example'],
    ['blob:https://a.example/5b8efff7', 'blob:'],
    ['data:text/javascript,secret()', 'data:'],
    ['chrome-extension://abc/content.js', 'chrome-extension:'],
    ['', undefined],
    ['not a url', undefined],
    [7, undefined],
  ])('tells of the script %p as %p', (url, shown) => {
    const { finished, measures } = begin();
    measures.tell([script(url)]);

    expect(finished[0]?.tags['rx_mesh.long_task.script']).toBe(shown);
  });

  it('leaves short ones alone', () => {
    const { finished, measures } = begin({ threshold: 150 });
    measures.tell([task(10, 149.9), task(20, 150), task(30, 151)]);

    expect(finished.map(({ duration }) => duration)).toEqual([150, 151]);
  });

  it('may have a threshold of 0', () => {
    const { finished, measures } = begin({ threshold: 0 });
    measures.tell([task(10, 0)]);

    expect(finished).toHaveLength(1);
    expect(finished[0]?.tags['rx_mesh.long_task.blocking_duration']).toBe(0);
  });

  it.each([null, 7, {}, task(NaN), task(-1), task(1, NaN), task(1, Infinity), { startTime: 1 }])(
    'leaves %p alone',
    (entry) => {
      const { finished, measures } = begin();
      measures.tell([entry, task(5)]);

      expect(finished).toHaveLength(1);
    },
  );

  it.each([null, 7, 'x', [null], [7], [{}], [{ duration: NaN, invokerType: 7 }]])(
    'makes nothing of the scripts %p',
    (scripts) => {
      const { finished, measures } = begin();
      measures.tell([task(10, 150, { blockingDuration: 'x', scripts })]);

      expect(finished[0]?.tags).toEqual({ 'rx_mesh.long_task.blocking_duration': 100 });
    },
  );

  it('makes no more than so many a minute, and counts the others', () => {
    const { clock, finished, measures } = begin({ maxPerMinute: 2 });
    measures.tell([1, 2, 3, 4, 5].map((at) => task(at)));
    clock.advance(59_999);
    measures.tell([task(6)]);
    clock.advance(1);
    measures.tell([task(7), task(8), task(9)]);
    clock.advance(60_000);
    measures.tell([task(10)]);

    expect(skippedOf(finished)).toEqual([undefined, undefined, 4, undefined, 1]);
  });

  it('makes 60 a minute unless told otherwise', () => {
    const { finished, measures } = begin();
    measures.tell(Array.from({ length: 100 }, (_, at) => task(at)));

    expect(finished).toHaveLength(60);
  });

  it('takes what is not told yet when the page ends', () => {
    const { finished, measures } = begin();
    measures.records = [task(1)];
    window.dispatchEvent(new Event('pagehide'));
    const atPagehide = finished.length;
    measures.records = [task(2)];
    document.dispatchEvent(new Event('visibilitychange'));

    expect([atPagehide, finished.length]).toEqual([1, 2]);
  });

  it('takes it before an exporter sends what there is', async () => {
    const measures = new Measures();
    const world = new ExportWorld(otlpExporter({ url: 'http://collector.test' }), longTaskSpans());
    TestBed.overrideProvider(PERFORMANCE_OBSERVER, { useValue: measures.observer(FRAMES) });
    world.clock.advance(200);
    measures.records = [task(1)];
    window.dispatchEvent(new Event('pagehide'));
    await settled();

    expect(world.sent).toMatchObject([{ keepalive: true }]);
    expect(JSON.stringify(world.sent[0]?.body)).toContain('"name":"long task"');
    expect(world.clock.pending).toBe(0);
  });

  it('ends with the application', () => {
    const { clock, finished, measures } = begin();
    TestBed.resetTestingModule();
    measures.records = [task(1)];
    window.dispatchEvent(new Event('pagehide'));
    measures.tell([task(2)]);

    expect([measures.open, finished.length, clock.pending]).toEqual([0, 0, 0]);
  });

  it.each<LongTaskSpanOptions>([
    { threshold: -1 },
    { threshold: NaN },
    { maxPerMinute: 0 },
    { maxPerMinute: 1.5 },
  ])('refuses %p', (options) => {
    expect(() => longTaskSpans(options)).toThrow(InvalidOptionError);
  });
});

describe('PERFORMANCE_OBSERVER', () => {
  it('is that of the page', () => {
    const own = new Measures().observer(FRAMES);
    Object.defineProperty(window, 'PerformanceObserver', { configurable: true, value: own });
    const found = TestBed.inject(PERFORMANCE_OBSERVER);
    Reflect.deleteProperty(window, 'PerformanceObserver');

    expect(found).toBe(own);
  });

  it('is missing where the page has none', () => {
    expect(TestBed.inject(PERFORMANCE_OBSERVER)).toBeUndefined();
  });
});
