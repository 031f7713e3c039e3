import { DOCUMENT } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { FakeWeb, ManualClock, ManualPage, provideRxMeshTesting } from 'rx-mesh/testing';
import { fakeDatabases } from '../../spec-support/fake-indexed-db';
import { FakeLocks } from '../../spec-support/offline-page';
import { settled } from '../../spec-support/settled';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { otlpExporter } from './exporters';
import { IndexedDbSpanStore } from './indexed-db-span-store';
import { type OfflineSpansOptions, offlineSpans } from './offline-spans';
import { SpanExport } from './span-export';
import { TRACE_FETCH } from './span-exporter';
import { SPAN_LOCKS } from './span-locks';
import { SPAN_STORE } from './span-store';

const web = () => {
  const fake = new FakeWeb();
  const bodies: string[] = [];
  fake.host('http://collector.test', async (request) => {
    bodies.push(await request.text());
    return new Response('{}');
  });
  return { fake, bodies };
};

/** Loads a page anew. */
const load = (fake: FakeWeb, online = true) => {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withTracing({}, otlpExporter({ url: 'http://collector.test' }), offlineSpans()).ɵproviders,
      { provide: TRACE_FETCH, useValue: fake.fetch },
      { provide: SPAN_LOCKS, useValue: new FakeLocks() },
      {
        provide: ManualPage,
        useFactory: () => {
          const page = new ManualPage();
          if (!online) page.goOffline();
          return page;
        },
      },
    ],
  });
  const tracer = TestBed.inject(Tracer);
  return {
    clock: TestBed.inject(ManualClock),
    page: TestBed.inject(ManualPage),
    spans: TestBed.inject(SpanExport),
    record: (name: string) => tracer.end(tracer.startSpan(name).spanId),
  };
};

const databases = (value: unknown) => {
  Object.defineProperty(window, 'indexedDB', { configurable: true, value });
};

afterEach(() => databases(undefined));

describe(offlineSpans.name, () => {
  it('keeps spans in IndexedDB over a reload, and sends them once', async () => {
    databases(fakeDatabases());
    const { fake, bodies } = web();
    const first = load(fake, false);
    first.record('offline');
    await first.spans.flush();

    expect(TestBed.inject(SPAN_STORE)).toBeInstanceOf(IndexedDbSpanStore);
    expect(first.spans.status()).toMatchObject([{ state: 'idle', sent: 0, stored: 1 }]);

    const second = load(fake);
    await second.spans.flush();

    expect(bodies).toEqual([expect.stringContaining('"name":"offline"')]);
    expect(second.spans.status()).toMatchObject([{ state: 'idle', sent: 1, stored: 0 }]);

    await load(fake).spans.flush();

    expect(bodies).toHaveLength(1);
    expect([first.clock.pending, second.clock.pending]).toEqual([0, 0]);
  });

  it('sends what is kept when the page comes online, until the application ends', async () => {
    databases(fakeDatabases());
    const { fake, bodies } = web();
    const { page, record, spans } = load(fake, false);
    record('a');
    await spans.flush();
    page.goOnline();
    await spans.flush();

    expect(bodies).toHaveLength(1);

    page.goOffline();
    record('b');
    await spans.flush();
    TestBed.resetTestingModule();
    await settled();
    page.goOnline();
    await settled();

    expect(bodies).toHaveLength(1);
  });

  it('lets go of the database when the application ends', async () => {
    const factory = fakeDatabases();
    databases(factory);
    const { fake } = web();
    const { record, spans } = load(fake, false);
    record('a');
    await spans.flush();
    TestBed.resetTestingModule();
    await settled();
    const blocked = jest.fn();
    await new Promise((resolve) => {
      const request = factory.deleteDatabase('rx-mesh-spans');
      request.onblocked = blocked;
      request.onsuccess = resolve;
    });

    expect(blocked).not.toHaveBeenCalled();
  });

  it('tells once that there is no IndexedDB, and sends as without it', async () => {
    databases(undefined);
    const { fake, bodies } = web();
    const { record, spans } = load(fake, false);
    record('a');
    await spans.flush();
    record('b');
    await spans.flush();

    expect(bodies).toHaveLength(2);
    expect(spans.status()).toMatchObject([{ sent: 2, dropped: 0, stored: 0 }]);
  });

  it('keeps spans in the memory of the page where a test says so', () => {
    expect(TestBed.inject(SPAN_STORE)).toBe(TestBed.inject(SPAN_STORE));
    expect(TestBed.inject(SPAN_STORE)).not.toBeInstanceOf(IndexedDbSpanStore);
  });

  it('has no locks where a page may not look', () => {
    const view = {
      get navigator() {
        throw new DOMException('blocked', 'SecurityError');
      },
    };
    TestBed.configureTestingModule({
      providers: [{ provide: DOCUMENT, useValue: { defaultView: view } }],
    });

    expect(TestBed.inject(SPAN_LOCKS)).toBeUndefined();
  });

  it('has the locks of the window', () => {
    expect(TestBed.inject(SPAN_LOCKS)).toBe(window.navigator.locks);
  });

  it.each<OfflineSpansOptions>([
    { name: '' },
    { maxBatches: 0 },
    { maxBytes: 0.5 },
    { maxAge: 0 },
    { maxAge: NaN },
    { colour: 'red' } as OfflineSpansOptions,
  ])('refuses %p', (options) => {
    expect(() => offlineSpans(options)).toThrow(/^OfflineSpansOptions\./);
  });
});
