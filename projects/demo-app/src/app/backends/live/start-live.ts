import {
  ApplicationRef,
  DOCUMENT,
  DestroyRef,
  type EnvironmentInjector,
  createComponent,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { EMPTY, merge } from 'rxjs';
import { type RealWorld } from '../real-world';
import { LiveAlerts } from './live-alerts';
import { dropOldDatabases } from './live-databases';
import { LiveMirror } from './live-mirror';
import { LiveStrip } from './live-strip';

/** Begins to hold the page and the real world together, and says so below the page. Nothing is done without a runner. */
export function startLive(injector: EnvironmentInjector, real: RealWorld): void {
  const destroyRef = injector.get(DestroyRef);
  if (destroyRef.destroyed || real.instances.size === 0) return;
  merge(
    injector.get(LiveMirror).working$,
    real.alertmanager === undefined ? EMPTY : injector.get(LiveAlerts).follow(real.alertmanager),
  )
    .pipe(takeUntilDestroyed(destroyRef))
    .subscribe();
  const factory = injector.get(DOCUMENT).defaultView?.indexedDB;
  if (factory) dropOldDatabases(factory, real.run).catch(() => undefined);
  const strip = createComponent(LiveStrip, { environmentInjector: injector });
  strip.setInput('real', real);
  injector.get(ApplicationRef).attachView(strip.hostView);
  injector.get(DOCUMENT).body.append(strip.location.nativeElement as Node);
}
