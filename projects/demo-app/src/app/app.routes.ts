import { type Routes } from '@angular/router';
import { type IconName } from './ui/icon';

/** A page of the demo, as the navigation shows it. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
}

/** The pages there are; the navigation lists exactly these. */
export const PAGES: readonly Page[] = [
  { path: 'overview', title: 'Overview', icon: 'grid' },
  { path: 'shop', title: 'Shop', icon: 'tag' },
  { path: 'communication', title: 'Communication', icon: 'exchange' },
  { path: 'mesh', title: 'Mesh', icon: 'route' },
  { path: 'policies', title: 'Policies', icon: 'bolt' },
  { path: 'tracing', title: 'Tracing', icon: 'spans' },
  { path: 'metrics', title: 'Metrics', icon: 'chart' },
  { path: 'events', title: 'Events', icon: 'stack' },
  { path: 'sagas', title: 'Sagas', icon: 'undo' },
  { path: 'cqrs', title: 'Commands', icon: 'outbox' },
  { path: 'caching', title: 'Cache', icon: 'database' },
  { path: 'gateway', title: 'Gateway', icon: 'gate' },
  { path: 'tabs', title: 'Tabs', icon: 'tabs' },
];

export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'overview' },
  {
    path: 'overview',
    title: 'Overview · rx-mesh demo',
    loadComponent: async () => (await import('./overview/overview')).Overview,
  },
  {
    path: 'shop',
    title: 'Shop · rx-mesh demo',
    loadChildren: async () => (await import('./shop/shop.routes')).SHOP_ROUTES,
  },
  {
    path: 'communication',
    title: 'Communication · rx-mesh demo',
    loadComponent: async () => (await import('./communication/communication')).Communication,
  },
  {
    path: 'mesh',
    title: 'Mesh · rx-mesh demo',
    loadComponent: async () => (await import('./mesh/mesh')).Mesh,
  },
  {
    path: 'policies',
    title: 'Policies · rx-mesh demo',
    loadComponent: async () => (await import('./policies/policies')).Policies,
  },
  {
    path: 'tracing',
    title: 'Tracing · rx-mesh demo',
    loadComponent: async () => (await import('./tracing/tracing')).Tracing,
  },
  {
    path: 'metrics',
    title: 'Metrics · rx-mesh demo',
    loadComponent: async () => (await import('./metrics/metrics')).Metrics,
  },
  {
    path: 'events',
    title: 'Events · rx-mesh demo',
    loadComponent: async () => (await import('./events/events')).Events,
  },
  {
    path: 'sagas',
    title: 'Sagas · rx-mesh demo',
    loadComponent: async () => (await import('./sagas/sagas')).Sagas,
  },
  {
    path: 'cqrs',
    title: 'Commands · rx-mesh demo',
    loadChildren: async () => (await import('./cqrs/cqrs.routes')).CQRS_ROUTES,
  },
  {
    path: 'caching',
    title: 'Cache · rx-mesh demo',
    loadChildren: async () => (await import('./caching/caching.routes')).CACHING_ROUTES,
  },
  {
    path: 'gateway',
    title: 'Gateway · rx-mesh demo',
    loadChildren: async () => (await import('./gateway/gateway.routes')).GATEWAY_ROUTES,
  },
  {
    path: 'tabs',
    title: 'Tabs · rx-mesh demo',
    loadComponent: async () => (await import('./tabs/tabs')).Tabs,
  },
  { path: '**', redirectTo: 'overview' },
];
