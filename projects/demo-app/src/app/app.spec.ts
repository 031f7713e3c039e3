import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { CircuitBreakerService } from 'rx-mesh/resilience';
import { App } from './app';
import { MockBackendStatus } from './backends/provide-mock-backends';
import { PREFERENCES, storedIn } from './theme/preferences';

@Component({ selector: 'app-a-page', template: '<h1>A page</h1>' })
class APage {}

@Component({ selector: 'app-another-page', template: '<h1>Another page</h1>' })
class AnotherPage {}

const setUp = async () => {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([
        { path: 'overview', component: APage },
        { path: 'communication', component: AnotherPage },
      ]),
      { provide: PREFERENCES, useFactory: () => storedIn(() => undefined) },
    ],
  });
  const fixture = TestBed.createComponent(App);
  const router = TestBed.inject(Router);
  const host = fixture.nativeElement as HTMLElement;
  document.body.append(host);
  const go = async (url: string) => {
    await router.navigateByUrl(url);
    await fixture.whenStable();
  };
  await go('/overview');
  return { fixture, go, host };
};

describe(App.name, () => {
  it('lists the pages and marks the present one', async () => {
    const { go, host } = await setUp();
    const links = () =>
      [...host.querySelectorAll('nav a')].map((link) => [
        link.textContent.trim(),
        link.getAttribute('aria-current'),
      ]);
    expect(links()).toEqual([
      ['Overview', 'page'],
      ['Shop', null],
      ['Communication', null],
      ['Mesh', null],
      ['Policies', null],
      ['Tracing', null],
      ['Metrics', null],
      ['Events', null],
      ['Sagas', null],
      ['Commands', null],
      ['Cache', null],
      ['Gateway', null],
      ['Tabs', null],
    ]);
    await go('/communication');
    expect(links()).toEqual([
      ['Overview', null],
      ['Shop', null],
      ['Communication', 'page'],
      ['Mesh', null],
      ['Policies', null],
      ['Tracing', null],
      ['Metrics', null],
      ['Events', null],
      ['Sagas', null],
      ['Commands', null],
      ['Cache', null],
      ['Gateway', null],
      ['Tabs', null],
    ]);
  });

  it('brings the present page into view, where not all of them fit', async () => {
    const { go, host } = await setUp();
    const list = host.querySelector('nav ul');
    const link = [...host.querySelectorAll('nav a')].at(2);
    for (const [element, sizes] of [
      [list, { clientWidth: 300, offsetLeft: 10 }],
      [link, { offsetLeft: 510, offsetWidth: 100 }],
    ] as const) {
      for (const [name, value] of Object.entries(sizes))
        Object.defineProperty(element, name, { value, configurable: true });
    }
    await go('/communication');
    // In the middle of what is seen.
    expect(list?.scrollLeft).toBe(400);
    Object.defineProperty(link, 'offsetLeft', { value: 410 });
    window.dispatchEvent(new Event('resize'));
    expect(list?.scrollLeft).toBe(300);
  });

  it('keeps the seed from page to page', async () => {
    const { go, host } = await setUp();
    await go('/overview?seed=7');
    const link = [...host.querySelectorAll('nav a')].at(2);
    expect(link?.getAttribute('href')).toBe('/communication?seed=7');
  });

  it('leaves the keyboard at the top of the first page, and takes it to the next ones', async () => {
    const { go, host } = await setUp();
    const main = host.querySelector('main');
    expect(document.activeElement).not.toBe(main);
    await go('/communication');
    expect(document.activeElement).toBe(main);
  });

  it('skips to the content', async () => {
    const { host } = await setUp();
    host.querySelector<HTMLAnchorElement>('.skip')?.click();
    expect(document.activeElement).toBe(host.querySelector('main'));
    expect(document.location.hash).toBe('');
  });

  it('goes through the colours', async () => {
    const { fixture, host } = await setUp();
    const button = host.querySelector<HTMLButtonElement>('.scheme');
    expect(button?.getAttribute('aria-label')).toBe('Colours: system. Switch to light.');
    button?.click();
    await fixture.whenStable();
    expect(button?.getAttribute('aria-label')).toBe('Colours: light. Switch to dark.');
    button?.click();
    button?.click();
  });

  it('says why there are no back ends', async () => {
    const { fixture, host } = await setUp();
    expect(host.querySelector('[role=alert]')).toBeNull();
    TestBed.inject(MockBackendStatus).set({ phase: 'unavailable', reason: 'Forbidden' });
    await fixture.whenStable();
    expect(host.querySelector('[role=alert]')?.textContent).toContain('(Forbidden)');
  });

  it('tells those who cannot see it what a breaker does', async () => {
    const { fixture, host } = await setUp();
    const news = () => host.querySelector('[role=status]')?.textContent;
    expect(news()).toBe('');
    const release = TestBed.inject(CircuitBreakerService).isolate('orders');
    await fixture.whenStable();
    expect(news()).toBe('The breaker of orders is isolated.');
    release();
    await fixture.whenStable();
    expect(news()).toBe('The breaker of orders is closed.');
  });
});
