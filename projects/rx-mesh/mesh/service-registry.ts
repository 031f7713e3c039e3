import { DestroyRef, Injectable, type Signal, computed, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  CLOCK,
  DIAGNOSTICS,
  type Diagnostic,
  type RxMeshErrorCode,
  StateStore,
} from 'rx-mesh/kernel';
import {
  EMPTY,
  NEVER,
  type Observable,
  catchError,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  share,
  tap,
} from 'rxjs';
import {
  REGISTRY_SOURCES,
  type RegistrySnapshot,
  type RegistrySource,
} from './adapters/registry-source';
import { acceptInstance } from './create-instance';
import type { InstanceWord } from './instance-word';
import { RegistryFullError } from './mesh-errors';
import {
  type LeftOut,
  type RegistryState,
  applyFailure,
  applySnapshot,
  emptyRegistry,
  sizeOf,
  snapshotOf,
  wordsOn,
} from './registry-state';
import type { ServiceInstance } from './service-instance';
import { SERVICE_MESH } from './service-mesh-options';
import { leased } from './word-lease';

// What the application registers itself is believed before any source.
const OWN = 0;
const BY_HAND = 'ServiceRegistry.register';
const NONE: readonly ServiceInstance[] = /* @__PURE__ */ Object.freeze([]);

/**
 * Where services run: the one registry of the application. It merges all {@link REGISTRY_SOURCES} and what is registered
 * by hand, instance by instance: an instance is there as long as one of them has it.
 *
 * Static services are there at once. Other sources are asked while somebody is subscribed to `services$` or `watch`,
 * once for all subscribers; when the last one leaves they are stopped, and what they said last is kept. When a source
 * fails, or says nothing for longer than its lease, its instances stay with unknown health, and the others go on.
 *
 * Maps, lists and instances that were handed out never change, and there is no emission without a change.
 *
 * @usageNotes
 * ```ts
 * const registry = inject(ServiceRegistry);
 * registry.instancesOf('orders').length; // what is known now
 * registry.watch('orders').subscribe((instances) => draw(instances));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ServiceRegistry {
  private readonly sources = inject(REGISTRY_SOURCES);
  private readonly limit = inject(SERVICE_MESH.token).maxInstances;
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly destroyRef = inject(DestroyRef);
  private readonly clock = inject(CLOCK);
  /** When which source spoke last, as monotonic readings. */
  private readonly heardAt: number[] = [];
  /** What is wrong with which source, so that it is told once and not at each of its emissions. */
  private readonly told = new Set<string>();
  private readonly store = new StateStore(this.known());
  private readonly view$ = this.store.select(({ view }) => view);
  private readonly asked$ = merge(
    // As long as somebody watches, for a source that has completed is not to be asked again.
    NEVER,
    ...this.sources.map((source, at) => this.ask(source, OWN + 1 + at)),
  ).pipe(share());

  /** All services with their instances, each list by id: on subscribe what is known, then after each change. */
  readonly services$: Observable<RegistrySnapshot> = merge(this.view$, this.asked$).pipe(
    takeUntilDestroyed(this.destroyRef),
  );

  /** All services with their instances, as a signal. To read it asks no source: keep `services$` watched for that. */
  readonly services: Signal<RegistrySnapshot> = computed(() => this.store.signal().view);

  /** The instances of a service as they are known now, by id; none for a name that is not known. */
  instancesOf(service: string): readonly ServiceInstance[] {
    return this.store.snapshot.view.get(service) ?? NONE;
  }

  /** The services of which instances are known now. */
  names(): readonly string[] {
    return [...this.store.snapshot.view.keys()];
  }

  /** The instances of one service, by id: on subscribe what is known, then after each change of this service. */
  watch(service: string): Observable<readonly ServiceInstance[]> {
    return this.services$.pipe(
      map((services) => services.get(service) ?? NONE),
      distinctUntilChanged(),
    );
  }

  /**
   * Puts an instance in by hand, or replaces the one of the same service and id. It is believed before what a source
   * says of the same instance.
   *
   * @throws InvalidOptionError when a field cannot be used.
   * @throws RegistryFullError when `maxInstances` are registered by hand.
   */
  register(instance: ServiceInstance): void {
    const accepted = acceptInstance(BY_HAND, instance);
    const snapshot = snapshotOf(this.store.snapshot, OWN);
    const before = snapshot.get(accepted.name) ?? NONE;
    const others = before.filter(({ id }) => id !== accepted.id);
    if (others.length === before.length && sizeOf(this.store.snapshot, OWN) >= this.limit) {
      throw new RegistryFullError(this.limit);
    }
    this.take(OWN, BY_HAND, snapshot.set(accepted.name, [...others, accepted]));
  }

  /**
   * Takes back what was registered by hand. An instance that a source knows stays, as the source knows it.
   *
   * @returns Whether such an instance was registered by hand.
   */
  deregister(service: string, id: string): boolean {
    const snapshot = snapshotOf(this.store.snapshot, OWN);
    const before = snapshot.get(service) ?? NONE;
    const others = before.filter((instance) => instance.id !== id);
    if (others.length === before.length) return false;
    if (others.length > 0) snapshot.set(service, others);
    else snapshot.delete(service);
    this.take(OWN, BY_HAND, snapshot);
    return true;
  }

  /**
   * Who says what of an instance, in the order in which they are believed; the first one is what users see. Empty for one
   * that nobody knows.
   */
  provenanceOf(service: string, id: string): readonly InstanceWord[] {
    return wordsOn(this.store.snapshot, service, id).map(({ source, instance, stale }) => ({
      source: source === OWN ? BY_HAND : (this.sources[source - OWN - 1]?.name ?? ''),
      instance,
      stale,
    }));
  }

  /** What the sources know without being asked. */
  private known(): RegistryState {
    return this.sources.reduce((state, source, index) => {
      const at = OWN + 1 + index;
      try {
        if (!source.initial) return state;
        const applied = applySnapshot(state, at, source.initial, source.name, this.limit);
        this.tellLeftOut(at, source.name, applied.leftOut);
        return applied.state;
      } catch (error) {
        // Not a snapshot. The other sources have to work all the same.
        this.tellLost(source.name, 'failed', 0, error);
        return applyFailure(state, at);
      }
    }, emptyRegistry());
  }

  private ask(source: RegistrySource, at: number): Observable<never> {
    const { lease, name } = source;
    const expire = (): void => this.lose(at, name, `has said nothing for ${lease} ms`);
    return defer(() => {
      // Nobody watched for a while: what was said last may have been true long ago.
      if (lease !== undefined && this.clock.monotonic() - (this.heardAt[at] ?? Infinity) >= lease) {
        expire();
      }
      return source.watch();
    }).pipe(
      tap(() => (this.heardAt[at] = this.clock.monotonic())),
      leased(lease, this.clock.scheduler, expire),
      tap((snapshot) => this.take(at, name, snapshot)),
      catchError((error: unknown) => {
        this.lose(at, name, 'failed', error);
        return EMPTY;
      }),
      ignoreElements(),
    );
  }

  private take(at: number, label: string, snapshot: RegistrySnapshot): void {
    const { state, leftOut } = applySnapshot(this.store.snapshot, at, snapshot, label, this.limit);
    this.store.update(() => state);
    this.tellLeftOut(at, label, leftOut);
  }

  private lose(at: number, label: string, what: string, cause?: unknown): void {
    const before = this.store.snapshot;
    const after = applyFailure(before, at);
    // Not again while it stays so: each call that waits asks the source anew.
    if (after === before) return;
    this.store.update(() => after);
    this.tellLost(label, what, sizeOf(after, at), cause);
  }

  private tellLost(label: string, what: string, kept: number, cause: unknown): void {
    this.diagnostics.report({
      code: 'RXM304',
      severity: 'warning',
      source: 'ServiceRegistry',
      message: `Registry source ${label} ${what}. Its ${kept} instances are kept with unknown health until it answers again.`,
      cause,
    });
  }

  private tellLeftOut(at: number, label: string, { faults, full }: LeftOut): void {
    this.tellOnce(at, 'RXM305', faults.length > 0, {
      message: `Registry source ${label} lists ${faults.length} instances that cannot be used. They are left out; the cause is what is wrong with the first.`,
      cause: faults[0],
    });
    this.tellOnce(at, 'RXM303', full, {
      message: `Registry source ${label} lists more than ${this.limit} instances. The rest is left out. Raise maxInstances of withServiceMesh(), or ask the source for less.`,
    });
  }

  private tellOnce(
    at: number,
    code: RxMeshErrorCode,
    holds: boolean,
    fact: Pick<Diagnostic, 'message' | 'cause'>,
  ): void {
    const key = `${at} ${code}`;
    if (holds && !this.told.has(key)) {
      this.diagnostics.report({ code, severity: 'warning', source: 'ServiceRegistry', ...fact });
    }
    if (holds) this.told.add(key);
    else this.told.delete(key);
  }
}
