import { provideLocationMocks } from '@angular/common/testing';
import { Component, inject, provideEnvironmentInitializer } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { RedirectCommand, Router, type Routes, provideRouter } from '@angular/router';
import { provideRxMeshTesting } from 'rx-mesh/testing';
import { EMPTY, NEVER } from 'rxjs';
import { settled } from '../../spec-support/settled';
import type { TraceSpan } from '../trace-span';
import { Tracer } from '../tracer';
import { withTracing } from '../with-tracing';
import { navigationSpans } from './navigation-spans';

@Component({ template: '' })
class Page {}

const routes: Routes = [
  { path: '', pathMatch: 'full', component: Page },
  { path: 'old', redirectTo: 'orders' },
  {
    path: 'orders',
    children: [
      { path: '', component: Page },
      { path: ':id', component: Page, resolve: { name: () => 'x' } },
      { path: ':id/lines/:line', component: Page },
    ],
  },
  { path: 'lazy', loadChildren: () => Promise.resolve<Routes>([{ path: ':x', component: Page }]) },
  { path: 'admin', component: Page, canActivate: [() => false] },
  { path: 'members', component: Page, canActivate: [() => inject(Router).parseUrl('/login')] },
  {
    path: 'hidden',
    component: Page,
    canMatch: [() => new RedirectCommand(inject(Router).parseUrl('/login'))],
  },
  { path: 'slow', component: Page, canActivate: [() => NEVER] },
  { path: 'empty', component: Page, resolve: { name: () => EMPTY } },
  {
    path: 'broken/:id',
    component: Page,
    resolve: { name: () => Promise.reject(new RangeError('7 is secret')) },
  },
  { path: 'login', component: Page },
  { path: 'help', outlet: 'aside', component: Page },
  { matcher: (all) => (all[0]?.path === 'any' ? { consumed: all } : null), component: Page },
];

const begin = (before: () => void = () => undefined) => {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      provideRouter(routes),
      provideLocationMocks(),
      provideEnvironmentInitializer(before),
      ...withTracing(
        {},
        navigationSpans(() => inject(Router)),
      ).ɵproviders,
    ],
  });
  const finished: TraceSpan[] = [];
  const tracer = TestBed.inject(Tracer);
  tracer.finished$.subscribe((span) => finished.push(span));
  const router = TestBed.inject(Router);
  const told = () =>
    finished.map(({ operationName, status, tags }) => [
      operationName,
      status,
      tags['rx_mesh.navigation.code'] ?? tags['rx_mesh.navigation.outcome'],
    ]);
  return { finished, router, told, tracer };
};

describe('navigations of the router of Angular', () => {
  it.each([
    ['/?q=secret', 'navigation /'],
    ['/orders', 'navigation /orders'],
    ['/old', 'navigation /orders'],
    ['/orders/secret?q=secret#secret', 'navigation /orders/:id'],
    ['/orders/secret/lines/8', 'navigation /orders/:id/lines/:line'],
    ['/lazy/secret', 'navigation /lazy/:x'],
    ['/any/secret/8', 'navigation /{matcher}'],
    ['/login(aside:help)', 'navigation /login'],
  ])('to %s are named %s', async (url, name) => {
    const { finished, router, told, tracer } = begin();
    await router.navigateByUrl(url);

    expect(told()).toEqual([[name, 'ok', 'end']]);
    expect(finished[0]?.tags).toEqual({
      'url.template': name.slice('navigation '.length),
      'rx_mesh.navigation.trigger': 'imperative',
      'rx_mesh.navigation.outcome': 'end',
    });
    expect(tracer.activeSpans().size).toBe(0);
    expect(JSON.stringify(finished)).not.toContain('secret');
  });

  it('have the phases of the router as logs', async () => {
    const { finished, router } = begin();
    await router.navigateByUrl('/orders/7');

    expect(finished[0]?.logs.map(({ message }) => message)).toEqual([
      'routes recognized',
      'guards started',
      'guards ended',
      'resolve started',
      'resolve ended',
    ]);
  });

  it.each([
    ['/members', 'navigation /members'],
    ['/hidden', 'navigation'],
  ])('that a guard redirects are linked (%s)', async (url, name) => {
    const { finished, router, told } = begin();
    await router.navigateByUrl(url);
    const [from, to] = finished;

    expect(told()).toEqual([
      [name, 'cancelled', 'redirect'],
      ['navigation /login', 'ok', 'end'],
    ]);
    expect(to?.links.map(({ context }) => context.spanId)).toEqual([from?.spanId]);
    expect(from?.links).toEqual([]);
  });

  it('that a guard forbids leave the page as it is', async () => {
    const { finished, router, told, tracer } = begin();
    await router.navigateByUrl('/orders');
    await router.navigateByUrl('/admin');
    await router.navigateByUrl('/empty');

    expect(told().slice(1)).toEqual([
      ['navigation /admin', 'cancelled', 'guard_rejected'],
      ['navigation /empty', 'cancelled', 'no_data'],
    ]);
    expect(tracer.traceContext()?.spanId).toBe(finished[0]?.spanId);
  });

  it('that are superseded are linked, and those that are aborted are not', async () => {
    const { finished, router, told } = begin();
    void router.navigateByUrl('/slow');
    await settled();
    await router.navigateByUrl('/orders/7');
    const slow = router.navigateByUrl('/slow');
    await settled();
    router.currentNavigation()?.abort();
    await slow;
    await router.navigateByUrl('/login');

    expect(told()).toEqual([
      ['navigation /slow', 'cancelled', 'superseded'],
      ['navigation /orders/:id', 'ok', 'end'],
      ['navigation /slow', 'cancelled', 'aborted'],
      ['navigation /login', 'ok', 'end'],
    ]);
    expect(finished.map(({ links }) => links.length)).toEqual([0, 1, 0, 0]);
  });

  it('that fail tell of the kind of error', async () => {
    const { finished, router, told } = begin();
    await expect(router.navigateByUrl('/broken/7')).rejects.toThrow('7 is secret');
    await expect(router.navigateByUrl('/nowhere/7')).rejects.toThrow('NG04002');

    expect(told()).toEqual([
      ['navigation /broken/:id', 'error', 'error'],
      ['navigation', 'error', 'error'],
    ]);
    expect(finished.map(({ tags }) => tags['error.type'])).toEqual(['RangeError', 'Error']);
    expect(JSON.stringify(finished)).not.toContain('secret');
  });

  it('that lead nowhere are skipped', async () => {
    const { router, told } = begin();
    await router.navigateByUrl('/orders/7');
    await router.navigateByUrl('/orders/7');

    expect(told()).toEqual([
      ['navigation /orders/:id', 'ok', 'end'],
      ['navigation', 'ok', 'same_url'],
    ]);
  });

  it('that a listener of the router begins are told apart, though their starts come the wrong way round', async () => {
    const { router, told, tracer } = begin(() => {
      const own = inject(Router);
      const listening = own.events.subscribe(() => {
        listening.unsubscribe();
        void own.navigateByUrl('/login');
      });
    });
    void router.navigateByUrl('/orders/7');
    await settled();

    expect(told()).toEqual([['navigation /login', 'ok', 'end']]);
    expect(tracer.activeSpans().size).toBe(0);
  });

  it('end with the application', async () => {
    const { finished, router, told, tracer } = begin();
    void router.navigateByUrl('/slow');
    await settled();
    TestBed.resetTestingModule();

    expect(told()).toEqual([['navigation /slow', 'cancelled', 'destroyed']]);
    expect([finished.length, tracer.activeSpans().size]).toEqual([1, 0]);
  });
});
