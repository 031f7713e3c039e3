import { TestBed } from '@angular/core/testing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { ExportWorld } from '../../spec-support/export-world';
import { settled } from '../../spec-support/settled';
import { otlpExporter } from '../export/exporters';
import type { TraceSpan } from '../trace-span';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import {
  type OnWebVital,
  type WebVital,
  type WebVitalsModule,
  webVitalSpans,
} from './web-vital-spans';

const METRIC: WebVital = {
  name: 'LCP',
  value: 1234.5,
  delta: 34.5,
  rating: 'good',
  id: 'v5-1',
  navigationType: 'navigate',
};

class Vitals implements WebVitalsModule {
  readonly asked: string[] = [];
  report: (metric: WebVital) => void = () => undefined;
  readonly onCLS = this.#on('CLS');
  readonly onINP = this.#on('INP');
  readonly onLCP = this.#on('LCP');
  readonly onFCP = this.#on('FCP');
  readonly onTTFB = this.#on('TTFB');

  #on(name: string): OnWebVital {
    return (report) => {
      this.asked.push(name);
      this.report = report;
    };
  }
}

const begin = async (load: () => Promise<WebVitalsModule>) => {
  const finished: TraceSpan[] = [];
  TestBed.configureTestingModule({
    providers: [provideRxMeshTesting(), ...withTracing({}, webVitalSpans(load)).ɵproviders],
  });
  const tracer = TestBed.inject(Tracer);
  tracer.finished$.subscribe((span) => finished.push(span));
  await settled();
  const diagnostics = TestBed.inject(RecordingDiagnostics);
  return { clock: TestBed.inject(ManualClock), diagnostics, finished, tracer };
};

const beginWith = async (vitals: Vitals) => begin(() => Promise.resolve(vitals));

const hide = () => {
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
};

afterEach(() => jest.restoreAllMocks());

describe(webVitalSpans.name, () => {
  it('makes a span of each metric that is reported', async () => {
    const vitals = new Vitals();
    const { finished, tracer } = await beginWith(vitals);
    vitals.report(METRIC);

    expect([...vitals.asked].sort()).toEqual(['CLS', 'FCP', 'INP', 'LCP', 'TTFB']);
    expect(finished).toMatchObject([
      { operationName: 'web vital', kind: 'internal', status: 'ok', duration: 0 },
    ]);
    expect(finished[0]?.tags).toEqual({
      'rx_mesh.web_vital.name': 'LCP',
      'rx_mesh.web_vital.value': 1234.5,
      'rx_mesh.web_vital.delta': 34.5,
      'rx_mesh.web_vital.rating': 'good',
      'rx_mesh.web_vital.id': 'v5-1',
      'rx_mesh.web_vital.navigation_type': 'navigate',
    });
    expect(tracer.activeSpans().size).toBe(0);
  });

  it('takes 0, and no value that is none', async () => {
    const vitals = new Vitals();
    const { finished } = await beginWith(vitals);
    for (const value of [NaN, Infinity, undefined, '7']) {
      vitals.report({ ...METRIC, value: value as number });
    }
    vitals.report({ ...METRIC, value: 0, delta: NaN });

    expect(finished).toHaveLength(1);
    expect(finished[0]?.tags).toMatchObject({ 'rx_mesh.web_vital.value': 0 });
    expect(finished[0]?.tags).not.toHaveProperty('rx_mesh.web_vital.delta');
  });

  it('makes them a part of the page that was loaded, or came back', async () => {
    const vitals = new Vitals();
    const { finished, tracer } = await beginWith(vitals);
    vitals.report(METRIC);
    const [first, later] = [tracer.startSpan('first'), tracer.startSpan('later')];
    tracer.useTraceContext(first);
    tracer.useTraceContext(later);
    for (const navigationType of [
      'navigate',
      'prerender',
      'back-forward-cache',
      'soft-navigation',
    ]) {
      vitals.report({ ...METRIC, navigationType });
    }

    expect(finished.map(({ parentSpanId }) => parentSpanId)).toEqual([
      undefined,
      first.spanId,
      first.spanId,
      later.spanId,
      later.spanId,
    ]);
  });

  it.each<[string, () => Promise<WebVitalsModule>]>([
    ['is not there', () => Promise.reject(new Error('no chunk'))],
    [
      'cannot be asked for',
      () => {
        throw new Error('no chunk');
      },
    ],
    ['is another one', () => Promise.resolve({} as WebVitalsModule)],
    ['is nothing', () => Promise.resolve(null as unknown as WebVitalsModule)],
  ])('tells when the package %s', async (_, load) => {
    const { clock, diagnostics, finished } = await begin(load);

    expect(diagnostics.records).toEqual([
      {
        code: 'RXM807',
        severity: 'warning',
        source: 'tracing',
        message:
          'web-vitals could not be loaded, so there are no spans of web vitals. Install the package, 4 or newer, and look at the cause.',
        cause: expect.any(Error) as unknown,
      },
    ]);
    expect([finished, clock.pending]).toEqual([[], 0]);
  });

  it('hears nothing after the end of the application', async () => {
    const vitals = new Vitals();
    const { finished, diagnostics } = await beginWith(vitals);
    TestBed.resetTestingModule();
    vitals.report(METRIC);

    expect([finished, diagnostics.codes]).toEqual([[], []]);
  });

  it('asks for nothing when the application ended before the package came', async () => {
    const vitals = new Vitals();
    let come: (vitals: Vitals) => void = () => undefined;
    await begin(() => new Promise((resolve) => (come = resolve)));
    TestBed.resetTestingModule();
    come(vitals);
    await settled();

    expect(vitals.asked).toEqual([]);
  });
});

describe('a metric that is reported when the page is hidden', () => {
  // web-vitals listens to the window while the event is captured; exporters listen to the document.
  it('goes out with what is sent then', async () => {
    const vitals = new Vitals();
    const world = new ExportWorld(
      otlpExporter({ url: 'http://collector.test' }),
      webVitalSpans(() => Promise.resolve(vitals)),
    );
    world.record(1);
    await settled();
    const report = () => vitals.report({ ...METRIC, name: 'CLS', value: 0.25 });
    window.addEventListener('visibilitychange', report, { capture: true, once: true });
    hide();
    const atOnce = world.web.requests.length;
    await settled();

    expect(atOnce).toBe(1);
    expect(world.sent).toMatchObject([{ keepalive: true }]);
    expect(JSON.stringify(world.sent[0]?.body)).toContain(
      '{"key":"rx_mesh.web_vital.value","value":{"doubleValue":0.25}}',
    );
    expect(world.clock.pending).toBe(0);
  });
});
