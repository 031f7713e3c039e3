import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { setImmediate } from 'node:timers/promises';
import {
  provideRxMesh,
  withAlerting,
  withMetricsDashboard,
  withSlos,
  withStaticServices,
  withTracing,
} from 'rx-mesh';
import { EVENT_LOG, EventStoreService, memoryEventLog } from 'rx-mesh/event-sourcing';
import { MetricsService } from 'rx-mesh/metrics';
import { ManualClock, provideRxMeshTesting } from 'rx-mesh/testing';
import { DistributedTracingService } from 'rx-mesh/tracing';
import { firstValueFrom } from 'rxjs';
import { CATALOG } from '../backends/catalog';
import { provideMetricsWatch } from '../metrics/metrics-watch';
import { ALERT_RULES, OBJECTIVES } from '../metrics/objectives';
import { MiniWaterfall } from '../ui/mini-waterfall';
import { PLOT } from '../ui/plot-token';
import { AlertPanel } from './alert-panel';
import { EventPanel } from './event-panel';
import { RedPanel } from './red-panel';
import { SloPanel } from './slo-panel';
import { TracePanel } from './trace-panel';

const setUp = async <T>(type: new () => T) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting({ seed: 3 }),
      provideRouter([]),
      provideRxMesh(
        withStaticServices(CATALOG),
        withTracing({ serviceName: 'shop' }),
        withMetricsDashboard({ dashboardPeriod: 2000, history: 61, resourcePeriod: 5000 }),
        withSlos({ slos: OBJECTIVES, lookPeriod: 1000 }),
        withAlerting({ rules: ALERT_RULES, evaluationPeriod: 1000 }),
      ),
      { provide: EVENT_LOG, useValue: memoryEventLog() },
      {
        provide: PLOT,
        useValue: async () =>
          Promise.resolve(() => ({ draw: () => {}, repaint: () => {}, destroy: () => {} })),
      },
      provideMetricsWatch(),
    ],
  });
  const clock = TestBed.inject(ManualClock);
  // Alerts are looked after all the time; that is not the panel's.
  const before = clock.pending;
  const fixture = TestBed.createComponent(type);
  const host = fixture.nativeElement as HTMLElement;
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 500) clock.advance(Math.min(500, left));
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    TestBed.tick();
  };
  const texts = (selector: string) =>
    [...host.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());
  const calls = (count: number, outcome: 'success' | 'failure') => {
    const metrics = TestBed.inject(MetricsService);
    const tags = { service: 'payments', outcome };
    for (let i = 0; i < count; i++) metrics.recordTimer('rx_mesh.call.duration', 40, tags);
  };
  const leave = () => {
    fixture.destroy();
    return clock.pending - before;
  };
  await pass(0);
  return { calls, fixture, host, leave, pass, texts };
};

describe(RedPanel.name, () => {
  it('draws rate, errors and durations, and says them', async () => {
    const { calls, host, leave, pass, texts } = await setUp(RedPanel);
    const summaries = () =>
      [...host.querySelectorAll('[role=img]')].map((one) => one.getAttribute('aria-label') ?? '');
    expect(summaries()[0]).toContain('orders: no values yet');
    calls(10, 'success');
    await pass(4000);
    expect(summaries()[0]).toMatch(/payments: now \d/);
    expect(summaries()[1]).toContain('payments: now 0 %');
    expect(texts('figcaption')).toEqual([
      'Ratecalls a second',
      'Errorsshare that failed',
      'Durationof orders',
    ]);
    host.querySelectorAll<HTMLElement>('.choice button')[2]?.click();
    TestBed.tick();
    expect(texts('[aria-pressed=true]')).toEqual(['payments']);
    expect(summaries()[2]).toMatch(/p50: between 40 ms and 40 ms/);
    expect(leave()).toBe(0);
  });
});

describe(SloPanel.name, () => {
  it('shows what is left of each budget', async () => {
    const { calls, leave, pass, texts } = await setUp(SloPanel);
    await pass(1000);
    expect(texts('app-slo-card app-tone-badge')).toEqual(['No data', 'No data']);
    calls(40, 'success');
    await pass(2000);
    expect(texts('app-slo-card strong')[0]).toBe('100 %');
    calls(40, 'failure');
    await pass(2000);
    expect(texts('app-slo-card strong')[0]).toMatch(/^overdrawn/);
    expect(leave()).toBe(0);
  });
});

describe(AlertPanel.name, () => {
  it('says that nothing is wrong, then what is', async () => {
    const { calls, leave, pass, texts } = await setUp(AlertPanel);
    expect(texts('[role=status]')).toEqual(['No alert is firing']);
    for (let second = 0; second < 10; second++) {
      calls(5, 'failure');
      await pass(1000);
    }
    expect(texts('[role=status]')[0]).toMatch(/^[1-9] alerts? (?:is|are) firing/);
    expect(texts('li')[0]).toMatch(/^Firing ?PaymentsErrorBudgetBurns/);
    expect(texts('button')).toEqual([]);
    expect(leave()).toBe(0);
  });
});

describe(TracePanel.name, () => {
  const trace = (name: string) => {
    const tracing = TestBed.inject(DistributedTracingService);
    const root = tracing.startSpan(name);
    tracing.finishSpan(tracing.startSpan('step', root).spanId);
    tracing.finishSpan(root.spanId);
    return root.traceId;
  };

  it('shows the latest traces as links to all of them', async () => {
    const { host, leave, pass, texts } = await setUp(TracePanel);
    expect(texts('li')).toEqual(['No trace is over yet. Each call of a visitor is one.']);
    const id = trace('checkout');
    await pass(2000);
    expect(texts('strong')).toEqual(['checkout']);
    expect(texts('.facts')).toEqual([`2 spans · ${id.slice(0, 8)}`]);
    expect(host.querySelectorAll('.bar')).toHaveLength(2);
    expect(host.querySelector('a')?.getAttribute('href')).toBe(`/tracing?trace=${id}`);
    for (let i = 0; i < 9; i++) trace(`call ${i}`);
    await pass(2000);
    expect(texts('strong')).toHaveLength(5);
    expect(leave()).toBe(0);
  });

  it('stands still while somebody points at it', async () => {
    const { host, pass, texts } = await setUp(TracePanel);
    trace('first');
    await pass(2000);
    const list = host.querySelector('ul');
    list?.dispatchEvent(new Event('pointerenter'));
    trace('second');
    await pass(4000);
    expect(texts('strong')).toEqual(['first']);
    list?.dispatchEvent(new Event('pointerleave'));
    await pass(2000);
    expect(texts('strong')).toHaveLength(2);
  });
});

describe(EventPanel.name, () => {
  it('says that there is nothing, then follows all streams', async () => {
    const { leave, pass, texts } = await setUp(EventPanel);
    expect(texts('td')).toEqual(['No event yet: place an order on the Shop page.']);
    const store = TestBed.inject(EventStoreService);
    const happen = async (stream: string, type: string) =>
      firstValueFrom(store.appendToStream(stream, { type }), { defaultValue: undefined });
    await happen('order-7', 'OrderPlaced');
    await happen('saga-1', 'SagaStarted');
    await pass(1000);
    expect(texts('tbody th')).toEqual(['SagaStarted', 'OrderPlaced']);
    expect(leave()).toBe(0);
  });
});

describe(MiniWaterfall.name, () => {
  it('draws four spans at most, each where it took place, and is skipped by screen readers', () => {
    const fixture = TestBed.createComponent(MiniWaterfall);
    const host = fixture.nativeElement as HTMLElement;
    const row = (i: number) => ({
      spanId: String(i),
      name: '',
      service: '',
      depth: 0,
      state: 'error' as const,
      offset: i * 25,
      duration: i === 3 ? 0 : 25,
      logs: [],
    });
    fixture.componentRef.setInput('rows', [0, 1, 2, 3, 4].map(row));
    fixture.componentRef.setInput('total', 75);
    TestBed.tick();
    const bars = [...host.querySelectorAll<HTMLElement>('.bar')];
    expect(bars.map(({ style }) => [style.insetInlineStart, style.inlineSize])).toEqual([
      ['0%', '33.3%'],
      ['33.3%', '33.4%'],
      ['66.7%', '33.3%'],
      ['99%', '1%'],
    ]);
    expect(bars[0]?.dataset['tone']).toBe('bad');
    expect(host.getAttribute('aria-hidden')).toBe('true');
  });
});
