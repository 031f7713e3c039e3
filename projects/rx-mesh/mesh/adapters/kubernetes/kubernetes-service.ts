import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, PAGE_STATE, RANDOM, shareLatest } from 'rx-mesh/kernel';
import { type Observable, defer, distinctUntilChanged, map } from 'rxjs';
import { parseBaseUrl } from '../../base-url';
import type { ServiceInstance } from '../../service-instance';
import type { RegistrySnapshot, RegistrySource } from '../registry-source';
import { LongPollSlots } from '../registry/long-poll-slots';
import { KUBERNETES } from './kubernetes-options';
import { KubernetesRequests } from './kubernetes-requests';
import { KubernetesSession } from './kubernetes-session';
import { KUBERNETES_NAME } from './kubernetes-status';
import { leaseOf } from './watch-tempo';

/**
 * Kubernetes as a registry source: the EndpointSlices of a namespace are listed once, then one streamed watch tells what
 * changes. Set up by {@link withKubernetes}.
 *
 * Instances are the ready endpoints of a service; when none is left, those that end and still answer, as `degraded`. Their
 * id is the uid of the pod, or `service@address:port`. A watch that breaks off is resumed where it was; only when the server
 * has forgotten that place the list is read again.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withKubernetes({ url: '/k8s', namespace: 'shop', services: ['orders', 'users'] }));
 * // then, where it is needed:
 * inject(KubernetesService).watchServices().subscribe((instances) => draw(instances));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class KubernetesService implements RegistrySource {
  private readonly ports = {
    options: inject(KUBERNETES.token),
    requests: inject(KubernetesRequests),
    clock: inject(CLOCK),
    random: inject(RANDOM),
    page: inject(PAGE_STATE),
    slots: inject(LongPollSlots),
    diagnostics: inject(DIAGNOSTICS),
  };
  readonly #snapshots = defer(() => {
    parseBaseUrl('KubernetesOptions.url', this.ports.options.url);
    return new KubernetesSession(this.ports).run();
  }).pipe(shareLatest());

  /** `kubernetes`. */
  readonly name = KUBERNETES_NAME;
  /** A little more than the longest watch, in milliseconds: each is confirmed when it ends, most of them each minute. */
  readonly lease = leaseOf(this.ports.options);

  /**
   * All services of the options, by their names in the application: once the list is read, after each change, and the same
   * again whenever the server confirms it. All subscribers share one watch; the last one to leave aborts it.
   *
   * In a browser failures are diagnostics (RXM305, RXM306, RXM309), and it goes on with what it knows; it errors with a
   * `RegistryRequestError` only when Kubernetes forbids to read (403). On the server the list is read once, then it completes,
   * or errors with a `RegistryRequestError`.
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
}
