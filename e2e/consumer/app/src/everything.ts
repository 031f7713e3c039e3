import {
  DestroyRef,
  type EnvironmentProviders,
  InjectionToken,
  type ProviderToken,
  inject,
  isSignal,
  provideEnvironmentInitializer,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import * as rxMesh from 'rx-mesh';
import { isObservable } from 'rxjs';

/** What was injected and looked at, for the report. */
export const seen = {
  injected: new Set<string>(),
  streams: new Set<string>(),
  signals: new Set<string>(),
};

/**
 * Injects every public injectable of rx-mesh, subscribes to each of its streams for as long as the page lives, and
 * reads each of its signals: whatever ticks, ticks now.
 */
export function provideEverything(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => {
    const destroyRef = inject(DestroyRef);
    for (const [name, value] of Object.entries(rxMesh)) {
      if (!isInjectable(value)) continue;
      const instance = inject(value, { optional: true });
      seen.injected.add(name);
      for (const [key, member] of membersOf(instance)) {
        if (isSignal(member)) {
          member();
          seen.signals.add(`${name}.${key}`);
        } else if (isObservable(member)) {
          member.pipe(takeUntilDestroyed(destroyRef)).subscribe();
          seen.streams.add(`${name}.${key}`);
        }
      }
    }
  });
}

function isInjectable(value: unknown): value is ProviderToken<unknown> {
  return value instanceof InjectionToken || (typeof value === 'function' && 'ɵprov' in value);
}

function membersOf(instance: unknown): [string, unknown][] {
  if (typeof instance !== 'object' || instance === null) return [];
  const getters = Object.entries(
    Object.getOwnPropertyDescriptors(Object.getPrototypeOf(instance) as object),
  )
    .filter(([, { get }]) => get)
    .map(([key]) => key);
  return [...Object.keys(instance), ...getters].map((key) => [
    key,
    (instance as Record<string, unknown>)[key],
  ]);
}
