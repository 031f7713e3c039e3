import {
  HttpBackend,
  HttpErrorResponse,
  HttpResponse,
  provideHttpClient,
} from '@angular/common/http';
import { inject } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { setImmediate } from 'node:timers/promises';
import {
  PROPAGATOR,
  TRACE_FETCH,
  baggagePropagator,
  compositePropagator,
  jaegerExporter,
  provideRxMesh,
  w3cPropagator,
  withRxMeshInterceptors,
  withStaticServices,
  withTracing,
  zipkinExporter,
} from 'rx-mesh';
import { FakeWeb, ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { mergeMap, of, throwError, timer } from 'rxjs';
import { CATALOG, INSTANCES } from '../backends/catalog';
import { TELEMETRY_URLS } from '../backends/addresses';
import { TelemetryReceivers } from '../backends/telemetry';
import { WireLog } from '../backends/wire-log';
import { Tracing } from './tracing';

const DECLINED = 600_000;
const instanceOf = (url: string) =>
  INSTANCES.find((instance) => url.startsWith(instance.url))?.id ?? '';
const setUp = () => {
  const web = new FakeWeb();
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideHttpClient(withRxMeshInterceptors()),
      provideRxMesh(
        withStaticServices(CATALOG),
        withTracing(
          {
            serviceName: 'shop',
            allowedOrigins: INSTANCES.filter(({ service }) => service !== 'rates').map(
              ({ url }) => url,
            ),
          },
          jaegerExporter({ url: TELEMETRY_URLS.jaeger }),
          zipkinExporter({ url: TELEMETRY_URLS.zipkin }),
        ),
      ),
      { provide: TRACE_FETCH, useValue: web.fetch },
      {
        provide: PROPAGATOR,
        useFactory: () => compositePropagator(w3cPropagator, baggagePropagator()),
      },
      {
        provide: HttpBackend,
        useFactory: () => {
          const { scheduler } = inject(ManualClock);
          const wire = inject(WireLog);
          const handle: HttpBackend['handle'] = ({ body, headers, method, url }) =>
            timer(40, scheduler).pipe(
              mergeMap(() => {
                wire.note(instanceOf(url), { headers, method, url });
                const { amount } = (body ?? {}) as { readonly amount?: number };
                return amount === DECLINED
                  ? throwError(() => new HttpErrorResponse({ status: 402, url }))
                  : of(new HttpResponse({ status: 200, body: {} }));
              }),
            );
          return { handle };
        },
      },
    ],
  });
  for (const { handle, origin } of TestBed.inject(TelemetryReceivers).backends) {
    web.host(origin, async (request) => {
      const response = await handle(request);
      if (response.type === 'error') throw new TypeError('Failed to fetch');
      return response;
    });
  }
  const clock = TestBed.inject(ManualClock);
  const fixture = TestBed.createComponent(Tracing);
  const host = fixture.nativeElement as HTMLElement;
  TestBed.tick();
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) clock.advance(Math.min(50, left));
    for (let turn = 0; turn < 30; turn++) await setImmediate();
    TestBed.tick();
  };
  const press = async (label: string, ms = 0, inside = '') => {
    const button = [...host.querySelectorAll<HTMLButtonElement>(`${inside} button`)].find(
      (one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === label,
    );
    if (!button) throw new Error(`There is no button "${label}".`);
    button.click();
    TestBed.tick();
    await pass(ms);
  };
  const texts = (selector: string) =>
    [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  const spans = () => texts('[role=treeitem] .name');
  const pick = async (span: string) => {
    [...host.querySelectorAll<HTMLElement>('[role=treeitem]')]
      .find((item) => item.textContent.includes(span))
      ?.click();
    await pass(0);
  };
  const enter = async (selector: string, value: string) => {
    const field = host.querySelector<HTMLInputElement>(selector);
    if (!field) throw new Error(`There is no ${selector}.`);
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input'));
    await pass(0);
  };
  return { clock, enter, fixture, host, pass, pick, press, spans, texts, web };
};

describe(Tracing.name, () => {
  it('does nothing by itself', async () => {
    const { clock, pass, texts, web } = setUp();
    await pass(10_000);

    expect(texts('.traces .summary')).toEqual(['0 traces']);
    expect(texts('.trace > .none')).toEqual(['Here the spans of a trace are drawn.']);
    expect([clock.pending, web.requests.length]).toEqual([0, 0]);
  });

  it('draws calls side by side as parts of one trace, while they run and after', async () => {
    const { press, spans, texts, pass } = setUp();
    await press('Load the dashboard', 20);

    expect(spans()[0]).toBe('Running:load dashboard');
    expect(texts('.trace > header app-span-badge')).toEqual(['Running']);

    await pass(300);

    expect(spans()).toEqual([
      'OK:load dashboard',
      'OK:orders GET /orders',
      expect.stringMatching(/^OK:GET \/ordersorders-\d$/),
      'OK:inventory GET /stock',
      expect.stringMatching(/^OK:GET \/stockinventory-\d$/),
      'OK:users GET /users',
      expect.stringMatching(/^OK:GET \/usersusers-\d$/),
      'OK:rates GET /rates',
      'OK:GET /ratesrates',
    ]);
    expect(texts('[role=option]')).toEqual([
      expect.stringMatching(/^load dashboard40 ms 9 spans · [0-9a-f]{8}OK$/),
    ]);
  });

  it('goes on with another payment when the first one is declined', async () => {
    const { pick, press, spans, texts } = setUp();
    await press('Check out', 2000);

    expect(spans().filter((text) => text.startsWith('Failed'))).toEqual([
      'Failed:payments POST /payments',
      expect.stringMatching(/^Failed:POST \/paymentspayments-\d$/),
    ]);
    expect(spans()).toContain('OK:place order');
    expect(texts('.trace > header app-span-badge')).toEqual(['Recovered']);

    await pick('OK:pay');

    expect(texts('app-span-details ol li')).toEqual([
      '40 ms declined, so by instalments · amount=600000',
    ]);
  });

  it('links a report to the dashboard that it was made from', async () => {
    const { press, spans, texts } = setUp();
    await press('Load the dashboard', 100);
    await press('Slow report', 3000);

    expect(spans().at(-1)).toBe('OK:lay out pages');
    expect(texts('.link .mono')).toEqual([expect.stringContaining('made from · ')]);

    await press('Show its trace');

    expect(texts('#trace-heading')).toEqual(['load dashboard']);
  });

  it('finds traces by text, service and status', async () => {
    const { enter, press, texts } = setUp();
    await press('Storm of 20', 2000);
    await press('Check out', 2000);

    expect(texts('.traces .summary')).toEqual(['21 traces']);

    await enter('.text input', 'visit us');

    expect(texts('.traces .summary')).toEqual(['4 of 21 traces']);
    expect(texts('#trace-heading')).toEqual(['visit users']);

    await enter('.text input', '');
    await enter('.search select', 'payments');

    expect(texts('.traces .summary')).toEqual(['5 of 21 traces']);

    await enter('.search mat-form-field:last-child select', 'recovered');

    expect(texts('[role=option] strong')).toEqual(['check out']);

    await enter('.text input', 'nobody');

    expect(texts('.traces .none')).toEqual(['No trace is like that. Make one, or look for less.']);

    await press('Slow report', 50);

    expect(texts('.traces .summary')).toEqual(['22 traces']);
  });

  it('shows the latest thirty and forgets them when it is told to', async () => {
    const { press, texts } = setUp();
    await press('Storm of 20', 2000);
    await press('Storm of 20', 2000);

    expect(texts('.traces .summary')).toEqual(['40 traces, the latest 30 shown']);
    expect(texts('[role=option]')).toHaveLength(30);

    await press('Clear');

    expect(texts('.traces .summary')).toEqual(['0 traces']);
  });

  it('carries baggage to its own services, and never to the partner', async () => {
    const { pick, press, texts } = setUp();
    await press('Carry along');
    await press('Load the dashboard', 100);
    const seen = texts('.seen li');

    expect(seen.filter((text) => text.endsWith('demo.user=ada'))).toHaveLength(3);
    expect(seen.filter((text) => text.startsWith('rates-1'))).toEqual([
      'rates-1GET /rates neither trace nor baggage',
    ]);

    await pick('GET /users');
    await pick('OK:GET /users');

    expect(texts('.wide dd')).toEqual([
      expect.stringMatching(/^users-\d$/),
      expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/),
      'demo.user=ada',
    ]);

    await press('Remove demo.user');
    await press('Load the dashboard', 100);

    expect(texts('.seen li').filter((text) => text.endsWith('trace, no baggage'))).toHaveLength(3);
  });

  it('says what each receiver has, and sends at once when it is told to', async () => {
    const { press, texts } = setUp();
    await press('Load the dashboard', 100);

    expect(texts('.deliveries li')).toEqual(['Jaeger has 0 of 9 spans', 'Zipkin has 0 of 9 spans']);

    await press('Send now');

    expect(texts('.deliveries li')).toEqual(['Jaeger has 9 of 9 spans', 'Zipkin has 9 of 9 spans']);
    expect(texts('[aria-label=Jaeger] dl > div')).toEqual(['Traces1', 'Spans9', 'Sent9', 'Lost0']);
  });

  it('shows a receiver that is down, or that refuses once, and how it gets better', async () => {
    const { host, pass, press, texts } = setUp();
    host.querySelector<HTMLElement>('[aria-label=Jaeger] mat-slide-toggle button')?.click();
    await press('Fail next delivery', 0, '[aria-label=Zipkin]');
    await press('Load the dashboard', 100);
    await press('Send now');

    expect(texts('app-receiver-card .badge')).toEqual(['Waits to try again', 'Waits to try again']);
    expect(texts('[aria-label=Zipkin] .trouble')).toEqual([expect.stringContaining('503')]);

    host.querySelector<HTMLElement>('[aria-label=Jaeger] mat-slide-toggle button')?.click();
    await pass(5000);

    expect(texts('app-receiver-card .badge')).toEqual(['Idle', 'Idle']);
    expect(texts('.deliveries li')).toEqual(['Jaeger has 9 of 9 spans', 'Zipkin has 9 of 9 spans']);
  });

  it('leaves nothing running behind when the page is left', async () => {
    const { clock, fixture, pass, press } = setUp();
    await press('Storm of 20', 100);
    await press('Slow report', 500);
    fixture.destroy();
    await pass(10_000);

    expect(clock.pending).toBe(0);
  });
});
