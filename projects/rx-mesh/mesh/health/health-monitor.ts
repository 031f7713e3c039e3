import { Injectable, inject } from '@angular/core';
import { CLOCK, PAGE_STATE, RANDOM, isServer } from 'rx-mesh/kernel';
import {
  EMPTY,
  Observable,
  type Subscription,
  catchError,
  defer,
  filter,
  ignoreElements,
  map,
  of,
  repeat,
  share,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { REGISTRY_FETCH, sendToRegistry, textOf } from '../adapters/registry/registry-request';
import type { RegistrySnapshot } from '../adapters/registry-source';
import { type ServiceInstance, instanceKey } from '../service-instance';
import { ServiceRegistry } from '../service-registry';
import { HEALTH_CHECKS } from './health-options';
import { ProbeRecord, type ProbeResult } from './probe-record';
import { Slots } from '../slots';
import { ProbeVerdicts } from './probe-verdicts';

/** The probes of one instance. */
interface Probing {
  readonly instance: ServiceInstance;
  readonly probes: Subscription;
}

/**
 * Asks instances whether they are well, as long as somebody is subscribed, and writes what it finds to
 * {@link ProbeVerdicts}: an unhealthy instance gets no calls, and an ejected one is let back by a good probe instead of by
 * a call of a user.
 *
 * A status of 200 to 299 within the time is well; everything else is not. The first probe of an instance comes after a
 * random part of the period. Nobody is asked while the page is hidden or offline, which says nothing of the instance, nor
 * on the server. Probes carry no trace headers, and no cookies to other origins.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withHealthChecks({ path: '/health', period: 5000 }));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class HealthMonitor {
  private readonly registry = inject(ServiceRegistry);
  private readonly verdicts = inject(ProbeVerdicts);
  private readonly options = inject(HEALTH_CHECKS.token);
  private readonly clock = inject(CLOCK);
  private readonly random = inject(RANDOM);
  private readonly page = inject(PAGE_STATE);
  private readonly fetch = inject(REGISTRY_FETCH);
  private readonly slots = new Slots(this.options.concurrency);

  /** Probes for as long as somebody is subscribed, once for all subscribers. Emits nothing and never ends. */
  readonly probing$: Observable<never> = defer(() => (isServer() ? EMPTY : this.probeAll())).pipe(
    ignoreElements(),
    share(),
  );

  private probeAll(): Observable<never> {
    return new Observable<never>((subscriber) => {
      const running = new Map<string, Probing>();
      const stop = (key: string): void => {
        const probing = running.get(key);
        probing?.probes.unsubscribe();
        running.delete(key);
        if (probing) this.verdicts.delete(probing.instance);
      };
      subscriber.add(() => {
        for (const key of [...running.keys()]) stop(key);
        this.verdicts.coverNone();
      });
      const reconcile = (services: RegistrySnapshot): void => {
        const wanted = this.probed(services);
        for (const [key, { instance }] of running) {
          if (wanted.get(key)?.url !== instance.url) stop(key);
        }
        for (const [key, instance] of wanted) {
          if (running.has(key)) continue;
          running.set(key, { instance, probes: this.probe(instance).subscribe() });
        }
      };
      subscriber.add(this.registry.services$.pipe(tap(reconcile)).subscribe());
    });
  }

  private probed(services: RegistrySnapshot): ReadonlyMap<string, ServiceInstance> {
    const wanted = this.options.services;
    // Services that are gone are probed no more.
    this.verdicts.coverNone();
    const instances = new Map<string, ServiceInstance>();
    for (const [service, list] of services) {
      const isProbed = wanted.length === 0 || wanted.includes(service);
      this.verdicts.cover(service, isProbed);
      if (isProbed) for (const each of list) instances.set(instanceKey(each), each);
    }
    return instances;
  }

  private probe(instance: ServiceInstance): Observable<unknown> {
    const { period } = this.options;
    const record = new ProbeRecord(this.options);
    const rest = (): number => period * (0.9 + 0.2 * this.random.next());
    const round = defer(() =>
      this.page.hidden || !this.page.online
        ? EMPTY
        : this.slots.hold(defer(() => this.ask(instance))),
    ).pipe(tap((result) => this.judge(instance, record, result)));
    return timer(this.random.next() * period, this.clock.scheduler).pipe(
      switchMap(() => round.pipe(repeat({ delay: () => timer(rest(), this.clock.scheduler) }))),
    );
  }

  private ask(instance: ServiceInstance): Observable<ProbeResult> {
    const { path, timeout } = this.options;
    const startedAt = this.clock.monotonic();
    const interruptions = this.page.interruptions;
    const request = { registry: 'probe', url: instance.url + path, timeout };
    const result = (ok: boolean): ProbeResult => {
      const at = this.clock.monotonic();
      return { ok, took: at - startedAt, at };
    };
    return sendToRegistry(this.ports(), request, async (response) => {
      // To its end, or a browser shows a request that was broken off, and opens another connection for the next one.
      await textOf(response);
      return response.ok;
    }).pipe(
      map(result),
      catchError(() => of(result(false))),
      // A page that slept, or is cut off, has measured itself.
      filter(() => this.page.online && this.page.interruptions === interruptions),
    );
  }

  private judge(instance: ServiceInstance, record: ProbeRecord, result: ProbeResult): void {
    const others = this.registry
      .instancesOf(instance.name)
      .filter((other) => other.id !== instance.id)
      .map((other) => this.verdicts.of(other))
      // How long a refusal takes says nothing of how long an answer should.
      .filter((verdict) => verdict?.ok === true)
      .map((verdict) => verdict?.took ?? 0);
    this.verdicts.set(instance, record.take(result, others));
  }

  private ports(): Parameters<typeof sendToRegistry>[0] {
    return { clock: this.clock, fetch: this.fetch };
  }
}
