import { Injectable, inject } from '@angular/core';
import {
  CLOCK,
  DIAGNOSTICS,
  PAGE_STATE,
  RANDOM,
  exponentialBackoff,
  isServer,
  shareLatest,
} from 'rx-mesh/kernel';
import { EMPTY, type Observable, catchError, defer, distinctUntilChanged, map, of } from 'rxjs';
import { parseBaseUrl } from '../../base-url';
import type { ServiceInstance } from '../../service-instance';
import { isRegistryRequestError } from '../registry/registry-errors';
import { REGISTRY_FETCH } from '../registry/registry-request';
import { rounds } from '../registry/rounds';
import type { RegistrySnapshot, RegistrySource } from '../registry-source';
import { EurekaFeed } from './eureka-feed';
import { EurekaNews } from './eureka-news';
import { EUREKA, wantedApps } from './eureka-options';
import { keepRegistered } from './eureka-registration';
import { EurekaRequests, pathOf } from './eureka-requests';

// By how much a rest is cut, so that the tabs of all users do not ask together.
const JITTER = 0.1;
const LONGEST_WAIT = 2_147_483_647;

/**
 * A client of Netflix Eureka (REST, v2) for browsers: a registry source. It reads all instances once and their changes
 * after that, checks each change against the count that the server sends along, and reads all again when they differ.
 *
 * A change shows up to 90 seconds later, since the server keeps its answers for 30: let an outlier detection turn away
 * from what does not answer. While the server cannot be reached, what it said last is kept.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withEureka({ url: '/registry/eureka', services: ['orders'] }));
 *
 * inject(EurekaService).watchServices().subscribe((instances) => draw(instances));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class EurekaService implements RegistrySource {
  private readonly options = inject(EUREKA.token);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly ports = {
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
    fetch: inject(REGISTRY_FETCH),
  };
  private readonly requests = new EurekaRequests(this.ports, this.options);
  private readonly apps = wantedApps(this.options.services ?? []);
  private mismatchCount = 0;

  readonly name = 'eureka';
  /** For how long its word holds, in milliseconds: for three readings. */
  readonly lease = Math.min(LONGEST_WAIT, 3 * this.options.fetchPeriod);

  readonly #snapshots = defer(() => {
    const { ports, options, requests } = this;
    parseBaseUrl('EurekaOptions.url', options.url);
    const news = new EurekaNews(this.diagnostics);
    const onMismatch = (): void => {
      this.mismatchCount++;
    };
    const feed = new EurekaFeed({ clock: ports.clock, requests, news, onMismatch }, options);
    const { fetchPeriod } = options;
    const pace = {
      rest: () => fetchPeriod * (1 - JITTER * ports.random.next()),
      backoff: exponentialBackoff({ initial: 1000, max: 60_000, jitter: 'equal' }),
      onFailure: (error: unknown, wait: number) => news.failed(error, wait),
    };
    return rounds(ports, pace, () => feed.round);
  }).pipe(shareLatest());

  /**
   * How often the changes of the server did not lead to its set, so that all was read again. Now and then that is normal:
   * the server does not write its answers at one moment.
   */
  get mismatches(): number {
    return this.mismatchCount;
  }

  /**
   * All instances by service, and all of them again at each reading; the same object as long as nothing has changed. One
   * reading serves all watchers. Never errors; on a server it reads once, completes, and fails when that fails.
   */
  watch(): Observable<RegistrySnapshot> {
    return this.#snapshots;
  }

  /** All instances in one list, and all of them again after each change. Ends as {@link EurekaService.watch} does. */
  watchServices(): Observable<readonly ServiceInstance[]> {
    return this.watch().pipe(
      distinctUntilChanged(),
      map((snapshot) => [...snapshot.values()].flat()),
    );
  }

  /**
   * Registers an instance, and tells Eureka every 30 seconds that it is still there, as long as it stays subscribed.
   * On unsubscribe the instance is taken back, if Eureka can still be reached. For what runs somewhere: a tab of a
   * browser cannot be called. A page that is closed takes nothing back; Eureka forgets it after 90 seconds.
   *
   * Emits once, when the instance is registered, and does not complete by itself. Fails with a `RegistryRequestError` when
   * Eureka refuses the instance, with an `InvalidOptionError` when it has no address; any other failure is tried again
   * and reported. On a server it registers nothing and completes.
   */
  registerService(instance: ServiceInstance): Observable<void> {
    if (isServer()) return EMPTY;
    const { ports, requests, diagnostics } = this;
    const app = this.appOf(instance.name);
    return keepRegistered({ ...ports, requests, diagnostics }, app, instance);
  }

  /**
   * Takes an instance out of Eureka. Emits once and completes, also when Eureka does not know it; fails with a
   * `RegistryRequestError`.
   *
   * @param app Its service, or the name of its application in Eureka; case does not matter for the latter.
   * @param id Its id.
   */
  deregisterService(app: string, id: string): Observable<void> {
    return this.requests.send({ path: pathOf(this.appOf(app), id), method: 'DELETE' }).pipe(
      catchError((error: unknown) => {
        if (isRegistryRequestError(error) && error.status === 404) return of(undefined);
        throw error;
      }),
      map(() => undefined),
    );
  }

  private appOf(service: string): string {
    return this.apps.get(service) ?? service.toUpperCase();
  }
}
