import { TestBed } from '@angular/core/testing';
import { type CircuitBreakerState } from 'rx-mesh/resilience';
import { BreakerCard } from './breaker-card';
import { type InstanceView, ServiceCard, type ServiceView } from './service-card';

const VIEW: ServiceView = {
  name: 'orders',
  summary: 'What customers bought',
  phase: 'half-open',
  perSecond: 4.24,
  p95: 118.4,
  failureShare: 0.02,
  series: [100, 118],
  instances: [
    { id: 'orders-1', alive: true, share: 0.5 },
    { id: 'orders-2', alive: false, share: 0 },
  ],
};

const BREAKER: CircuitBreakerState = {
  name: 'orders',
  state: 'closed',
  calls: 12,
  failureCount: 3,
  successCount: 9,
  failureRate: 0.25,
  slowRate: 0,
  consecutiveFailures: 0,
  rejectedCount: 0,
};

describe(ServiceCard.name, () => {
  const setUp = async () => {
    const fixture = TestBed.createComponent(ServiceCard);
    fixture.componentRef.setInput('view', VIEW);
    await fixture.whenStable();
    return { fixture, host: fixture.nativeElement as HTMLElement };
  };

  it('shows breaker, rate, latency and failures', async () => {
    const { host } = await setUp();
    expect(host.querySelector('h2')?.textContent).toBe('orders');
    expect(host.querySelector('app-state-badge')?.textContent).toBe('Half-open');
    expect([...host.querySelectorAll('dd')].map((dd) => dd.textContent)).toEqual([
      '4.2',
      '118 ms',
      '2 %',
    ]);
    expect(host.querySelector('svg[role=img]')?.getAttribute('aria-label')).toBe(
      'p95 latency of orders over the last minute: now 118 ms, between 100 ms and 118 ms',
    );
  });

  it('has dashes where nothing was measured', async () => {
    const { fixture, host } = await setUp();
    const idle = { ...VIEW, perSecond: 0, p95: undefined, failureShare: undefined };
    fixture.componentRef.setInput('view', idle);
    await fixture.whenStable();
    expect([...host.querySelectorAll('dd')].map((dd) => dd.textContent)).toEqual(['0.0', '–', '–']);
    expect(host.querySelector('dd.bad')).toBeNull();
  });

  it('tells which instance is to die or to live', async () => {
    const { fixture, host } = await setUp();
    const toggled: InstanceView[] = [];
    fixture.componentInstance.instanceToggled.subscribe((instance) => toggled.push(instance));
    host.querySelectorAll('button').forEach((button) => button.click());
    expect(toggled).toEqual(VIEW.instances);
  });
});

describe(BreakerCard.name, () => {
  const setUp = async (state?: Partial<CircuitBreakerState>, retryIn?: number) => {
    const fixture = TestBed.createComponent(BreakerCard);
    fixture.componentRef.setInput('name', 'orders');
    if (state) fixture.componentRef.setInput('state', { ...BREAKER, ...state });
    fixture.componentRef.setInput('retryIn', retryIn);
    await fixture.whenStable();
    const host = fixture.nativeElement as HTMLElement;
    return {
      fixture,
      badge: host.querySelector('app-state-badge')?.textContent,
      sentence: host.querySelector('.sentence')?.textContent,
      counted: [...host.querySelectorAll('footer p span')].map((span) => span.textContent),
      button: host.querySelector('button'),
    };
  };

  it('is closed before the first call', async () => {
    const { badge, counted, sentence } = await setUp();
    expect(badge).toBe('Closed');
    expect(counted).toEqual(['no calls yet']);
    expect(sentence).toBe('Lets every call through.');
  });

  it('shows what the window holds', async () => {
    expect((await setUp({})).counted).toEqual(['12 calls', '25 % failed']);
    expect((await setUp({ calls: 1, failureRate: 1 })).counted).toEqual(['1 call', '100 % failed']);
    expect((await setUp({ calls: 0, failureRate: 0 })).counted).toEqual(['no recent calls']);
  });

  it.each([
    [3210, 'Turns calls away at once. Lets a probe in after 3.3 s.'],
    [1, 'Turns calls away at once. Lets a probe in after 0.1 s.'],
    [0, 'Turns calls away no more: the next call is a probe.'],
    [undefined, 'Turns calls away no more: the next call is a probe.'],
  ])('counts %p ms down while it is open', async (retryIn, sentence) => {
    const card = await setUp({ state: 'open' }, retryIn);
    expect(card.badge).toBe('Open');
    expect(card.sentence).toBe(sentence);
  });

  it('explains the probes', async () => {
    const { badge, sentence } = await setUp({ state: 'half-open' });
    expect(badge).toBe('Half-open');
    expect(sentence).toContain('probes');
  });

  it('offers to isolate and to release', async () => {
    const closed = await setUp({});
    expect(closed.button?.getAttribute('aria-label')).toBe('Isolate orders');
    const held = await setUp({ state: 'isolated' });
    expect(held.sentence).toBe('Held open by hand. No call gets through.');
    expect(held.button?.getAttribute('aria-label')).toBe('Release orders');
    let pressed = 0;
    held.fixture.componentInstance.toggled.subscribe(() => pressed++);
    held.button?.click();
    expect(pressed).toBe(1);
  });
});
