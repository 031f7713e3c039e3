import { Injectable, inject } from '@angular/core';
import {
  CLOCK,
  DIAGNOSTICS,
  InvalidOptionError,
  PAGE_STATE,
  RANDOM,
  shareLatest,
} from 'rx-mesh/kernel';
import { type Observable, defer, distinctUntilChanged, map } from 'rxjs';
import { parseBaseUrl } from '../../base-url';
import { acceptInstance, nonEmpty } from '../../create-instance';
import type { ServiceInstance } from '../../service-instance';
import type { RegistrySnapshot, RegistrySource } from '../registry-source';
import { LongPollSlots } from '../registry/long-poll-slots';
import { SnapshotKeeper } from '../registry/snapshot-keeper';
import { CONSUL_NAME, ConsulClient } from './consul-client';
import { CONSUL } from './consul-options';
import { registrationOf } from './consul-registration';
import { ConsulReports } from './consul-reports';
import { ConsulWatch } from './consul-watch';

/**
 * Consul as a registry source: one blocking query for each service, at most three of them open at once. Set up by
 * {@link withConsul}.
 *
 * What was known is kept when Consul fails, and asked for again with a back-off. An empty answer is believed only after
 * `emptyGrace`: to a request without a right Consul answers an empty list. Answers of a server without a leader are taken as
 * they are.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withConsul({ url: '/registry/consul', services: ['orders', 'users'] }));
 * // then, where it is needed:
 * inject(ConsulService).watchServices().subscribe((instances) => draw(instances));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ConsulService implements RegistrySource {
  private readonly options = inject(CONSUL.token);
  private readonly client = inject(ConsulClient);
  private readonly ports = {
    client: this.client,
    options: this.options,
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
    slots: inject(LongPollSlots),
    keeper: new SnapshotKeeper(),
    reports: new ConsulReports(inject(DIAGNOSTICS)),
    lease: leaseOf(this.options.wait, this.options.pollPeriod),
  };
  readonly #snapshots = defer(() => {
    parseBaseUrl('ConsulOptions.url', this.options.url);
    return new ConsulWatch(this.ports).run();
  }).pipe(shareLatest());

  /** `consul`. */
  readonly name = CONSUL_NAME;
  /**
   * Three times the longest pause between two answers, in milliseconds. An instance whose service could not be read for
   * that long has unknown health, also while others can be read.
   */
  readonly lease = this.ports.lease;

  /**
   * All services that the options name, by their names in the application. The first value comes when each of them was
   * answered or has failed, so that no half set is taken for the whole; while none was answered, there is no value. Then
   * all of it again after each change, and the same again after each confirmation. All subscribers share one watch; the
   * last one to leave aborts it.
   *
   * Does not error in a browser: failures are diagnostics (RXM305 to RXM308). On the server each service is read once,
   * then it completes; it errors with a `RegistryRequestError` when none could be read.
   */
  watch(): Observable<RegistrySnapshot> {
    return this.#snapshots;
  }

  /** The instances of all services in one list: the first time as {@link watch}, then after each change. */
  watchServices(): Observable<readonly ServiceInstance[]> {
    return this.watch().pipe(
      distinctUntilChanged(),
      map((snapshot) => [...snapshot.values()].flat()),
    );
  }

  /**
   * Registers an instance with the agent behind `url`, when it is subscribed. Its metadata and version become `Meta`, its
   * fact `tags` becomes `Tags`. Consul refuses metadata whose names have more than letters, digits, `_` and `-` in them. For
   * tools and tests: a page is nothing that others can call, and an agent should not let pages write.
   *
   * Errors with an `InvalidOptionError` when the instance has no address and port of its own or is none, and with a
   * `RegistryRequestError` when Consul refuses.
   */
  registerService(instance: ServiceInstance): Observable<void> {
    return defer(() => {
      const accepted = acceptInstance('ConsulService.registerService', instance);
      return this.client.put(
        'agent/service/register',
        JSON.stringify(registrationOf(accepted, this.options)),
      );
    });
  }

  /**
   * Takes an instance from the agent behind `url`, when it is subscribed.
   *
   * Errors with an `InvalidOptionError` without an id, and with a `RegistryRequestError` when Consul refuses. An id that the
   * agent does not know is refused by newer versions of Consul (status 404), not by 1.8.
   *
   * @param id The id of the service in Consul.
   */
  deregisterService(id: string): Observable<void> {
    return defer(() => {
      const expected =
        nonEmpty(id) ?? (/^\.{1,2}$/.test(id) ? 'no dot: it stands in a path' : undefined);
      if (expected)
        throw new InvalidOptionError('ConsulService.deregisterService.id', id, expected);
      return this.client.put(`agent/service/deregister/${encodeURIComponent(id)}`);
    });
  }
}

function leaseOf(wait: number, pollPeriod: number): number {
  return 3 * Math.max(wait, pollPeriod);
}
