import {
  DestroyRef,
  InjectionToken,
  type Provider,
  type Signal,
  effect,
  inject,
  isSignal,
  provideEnvironmentInitializer,
  untracked,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  CLOCK,
  DIAGNOSTICS,
  PAGE_STATE,
  RANDOM,
  type RxMeshFeature,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { EMPTY, catchError, tap } from 'rxjs';
import { BalancingStrategies } from '../balancing/balancing-strategies';
import { parseTrafficPolicy } from './parse-traffic-policy';
import {
  PolicyRules,
  type TrafficPolicyFactory,
  type TrafficPolicySource,
  isFixed,
} from './policy-rules';
import { TRAFFIC_POLICIES } from './traffic-policies';

declare const ngDevMode: boolean;

const SOURCE = new InjectionToken<TrafficPolicySource>(ngDevMode ? 'rx-mesh TrafficPolicy' : '');
const RULES = new InjectionToken<PolicyRules>(ngDevMode ? 'rx-mesh PolicyRules' : '');

/**
 * Rules for calls as data: retries, time-outs, breakers, balancing, canary splits and faults by service. They may come from
 * a signal or an observable, of an HTTP request say, and change while the application runs. One that is not sound is
 * refused whole with the path of what is wrong, as a diagnostic RXM310, and the last good one stays. A function is called
 * in the injection context of the application: `() => inject(HttpClient).get('/policy.json')`.
 *
 * What a call says itself goes before the rules, and the rules before the options of the application.
 *
 * @throws InvalidOptionError when rules that stay as they are are not sound.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withTrafficPolicy({
 *     services: { orders: { timeout: 800, split: [{ version: '1', weight: 95 }, { version: '2', weight: 5 }] } },
 *   }),
 * );
 * ```
 */
export function withTrafficPolicy(
  from: TrafficPolicySource | TrafficPolicyFactory,
): RxMeshFeature<'traffic-policy'> {
  const make: TrafficPolicyFactory =
    typeof from === 'function' && !isSignal(from) ? from : () => from;
  // Read once for nothing: a mistake is told where it was made.
  if (typeof from !== 'function' && isFixed(from)) parseTrafficPolicy(from);
  const providers: Provider[] = [
    { provide: SOURCE, useFactory: make },
    {
      provide: RULES,
      useFactory: () => {
        const source = inject(SOURCE);
        const rules = new PolicyRules({
          clock: inject(CLOCK),
          random: inject(RANDOM),
          page: inject(PAGE_STATE),
          diagnostics: inject(DIAGNOSTICS),
          strategies: inject(BalancingStrategies).names,
        });
        if (isFixed(source)) rules.set(source);
        else if (isSignal(source)) offerFrom(source, rules);
        return rules;
      },
    },
    { provide: TRAFFIC_POLICIES, useExisting: RULES },
  ];
  return ɵmakeFeature('traffic-policy', [
    ...providers,
    provideEnvironmentInitializer(() => {
      const source = inject(SOURCE);
      if (isFixed(source)) return;
      const rules = inject(RULES);
      if (isSignal(source)) {
        // Not `toObservable`, which ends with the first value that cannot be read, of a resource that failed once say.
        effect(() => offerFrom(source, rules));
        return;
      }
      source
        .pipe(
          tap((policy) => rules.offer(policy)),
          catchError((error: unknown) => {
            rules.refuse(error);
            return EMPTY;
          }),
          takeUntilDestroyed(inject(DestroyRef)),
        )
        .subscribe();
    }),
  ]);
}

/** A signal may have nothing yet, or not be readable at present. */
function offerFrom(source: Signal<unknown>, rules: PolicyRules): void {
  try {
    const policy = source();
    untracked(() => {
      if (policy !== undefined) rules.offer(policy);
    });
  } catch (error) {
    untracked(() => rules.refuse(error));
  }
}
