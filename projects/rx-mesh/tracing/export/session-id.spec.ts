import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeWeb, provideRxMeshTesting } from 'rx-mesh/testing';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { otlpExporter } from './exporters';
import { sessionId } from './session-id';
import { SpanExport } from './span-export';
import { TRACE_FETCH, TRACE_RESOURCE } from './span-exporter';

const idOf = (document?: unknown) => {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withTracing({}, sessionId()).ɵproviders,
      document === undefined ? [] : { provide: DOCUMENT, useValue: document },
    ],
  });
  return TestBed.inject(TRACE_RESOURCE)[0]?.['session.id'];
};
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

afterEach(() => window.sessionStorage.clear());

describe(sessionId.name, () => {
  it('is off by default', () => {
    expect(TestBed.inject(TRACE_RESOURCE)).toEqual([]);
  });

  it('is a random UUID, which a tab keeps over a reload', () => {
    const first = idOf();

    expect(first).toMatch(UUID);
    expect(idOf()).toBe(first);

    window.sessionStorage.clear();
    window.sessionStorage.setItem('rx-mesh.session.id', '<b>not an id</b>');

    expect(idOf()).toMatch(UUID);
  });

  it.each<[string, unknown]>([
    ['there is no window', { defaultView: null }],
    ['there is no storage', { defaultView: {} }],
    [
      'a page may not look',
      {
        defaultView: {
          get sessionStorage() {
            throw new DOMException('blocked', 'SecurityError');
          },
        },
      },
    ],
  ])('lives as long as the page where %s', (_why, document) => {
    expect(idOf(document)).toMatch(UUID);
    expect(window.sessionStorage).toHaveLength(0);
  });

  it('goes to all exporters as an attribute of the resource, after their own', async () => {
    const web = new FakeWeb();
    const bodies: string[] = [];
    web.host('http://collector.test', async (request) => {
      bodies.push(await request.text());
      return new Response('{}');
    });
    TestBed.configureTestingModule({
      providers: [
        provideRxMeshTesting(),
        ...withTracing(
          {},
          otlpExporter({ url: 'http://collector.test' }),
          otlpExporter({ url: 'http://collector.test', attributes: { 'session.id': 'own' } }),
          sessionId(),
        ).ɵproviders,
        { provide: TRACE_FETCH, useValue: web.fetch },
      ],
    });
    const tracer = TestBed.inject(Tracer);
    tracer.end(tracer.startSpan('work').spanId);
    await TestBed.inject(SpanExport).flush();
    const id = String(TestBed.inject(TRACE_RESOURCE)[0]?.['session.id']);

    expect(bodies[0]).toContain(`{"key":"session.id","value":{"stringValue":"${id}"}}`);
    expect(bodies[1]).toContain('{"key":"session.id","value":{"stringValue":"own"}}');
    expect(bodies[1]).not.toContain(id);
  });
});
