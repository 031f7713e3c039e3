import { inject } from '@angular/core';
import { Router } from '@angular/router';
import type * as Vitals from 'web-vitals';
import type * as Attribution from 'web-vitals/attribution';
import type { TracingFeature } from '../tracing-feature';
import { navigationSpans } from './navigation-spans';
import type { EntryObserverConstructor } from './performance-observer';
import type { RouterLike } from './router-events';
import { type WebVitalsModule, webVitalSpans } from './web-vital-spans';

declare const router: Router;
declare const vitals: typeof Vitals;
declare const attribution: typeof Attribution;
declare const Observer: typeof PerformanceObserver;

export const isRouter: RouterLike = router;
export const isModule: WebVitalsModule = vitals;
export const isModuleToo: WebVitalsModule = attribution;
export const isObserver: EntryObserverConstructor = Observer;
export const features: readonly TracingFeature[] = [
  navigationSpans(() => inject(Router)),
  webVitalSpans(() => import('web-vitals')),
  webVitalSpans(() => import('web-vitals/attribution')),
];

// @ts-expect-error -- a router has events
navigationSpans(() => ({}));
// @ts-expect-error -- a module has all of the metrics
webVitalSpans(() => Promise.resolve({ onCLS: vitals.onCLS }));
