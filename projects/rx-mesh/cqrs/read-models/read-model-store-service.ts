import { Injectable, Injector, type Signal, assertInInjectionContext, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { type PageRange, READ_MODEL_STORAGE, type ReadModelRecord } from 'rx-mesh/event-sourcing';
import { CLOCK, DIAGNOSTICS, EventHub, PAGE_STATE, RANDOM } from 'rx-mesh/kernel';
import { type Observable, defer, map, tap } from 'rxjs';
import type { ReadModel, ReadModelVersion } from './read-model';
import { READ_MODELS } from './read-model-options';
import { type ReadPorts, areSameModels, followedRead, isSameModel, readOne, readPage } from './read-model-reads'; // prettier-ignore
import { ReadModelSchemas } from './read-model-schemas';
import { type ReadModelSource, nameOf, recordPlace } from './read-model-source';
import { type ReadModelWriteOptions, changed, check, writeAt, writePlace } from './read-model-writes'; // prettier-ignore
import { SharedStreams } from './shared-streams';

/** Where a signal of a read model lives. */
export interface ReadModelSignalOptions {
  /** With whose end it ends. @default the present injection context */
  readonly injector?: Injector | undefined;
}

/**
 * Read models: records that are there to be looked at, each with a version. They are kept in `READ_MODEL_STORAGE`: in memory,
 * in IndexedDB or in NATS.
 *
 * A read model by its name is what was put there; by its projection, what that makes of events. Every method gives a cold
 * stream; what goes wrong is an error of it, never thrown.
 *
 * @usageNotes
 * ```ts
 * const carts = inject(ReadModelStoreService);
 * carts.put('carts', 'c-1', { lines: [] }).subscribe();
 * carts.watch<Cart>('carts', 'c-1').subscribe((cart) => show(cart?.data));
 * readonly total = carts.signal(orderTotals, 'order-7'); // of a projection
 * ```
 */
@Injectable({ providedIn: 'root' })
export class ReadModelStoreService {
  private readonly ports: ReadPorts = {
    storage: inject(READ_MODEL_STORAGE),
    schemas: inject(ReadModelSchemas),
    clock: inject(CLOCK),
    page: inject(PAGE_STATE),
    random: inject(RANDOM),
    diagnostics: inject(DIAGNOSTICS),
    values: inject(READ_MODELS.token),
  };
  private readonly watched = new SharedStreams();
  private readonly hub = new EventHub<ReadModelVersion>();

  /** Each version of a record, as this page writes it or sees it in what it watches. Only new ones; never errors. */
  readonly versions$: Observable<ReadModelVersion> = this.hub.events$;

  /** A record of the model `default`. Emits it once, or `undefined` when there is none. */
  get<T = unknown>(id: string): Observable<ReadModel<T> | undefined>;
  /**
   * A record as it is now. Emits once: `undefined` when there is none, or it is left out because of its schema. Errors as the
   * storage does.
   *
   * @param id Which record. @default the only one of a projection without `idOf`
   */
  get<T>(source: ReadModelSource<T>, id?: string): Observable<ReadModel<T> | undefined>;
  get<T>(source: ReadModelSource<T>, id?: string): Observable<ReadModel<T> | undefined> {
    return defer(async () => readOne(this.ports, recordPlace(source, id)));
  }

  /**
   * A record as it is and as it changes, by whichever tab; `undefined` while there is none. It is shared by all who look, and
   * late ones get the newest. A storage that fails is told once as RXM553, and looked at again: what was read stays. On a
   * server it completes after the first.
   *
   * @param id Which record. @default the only one of a projection without `idOf`
   */
  watch<T = unknown>(
    source: ReadModelSource<T>,
    id?: string,
  ): Observable<ReadModel<T> | undefined> {
    return defer(() => {
      const place = recordPlace(source, id);
      const key = JSON.stringify([typeof source, nameOf(place.source), place.id]);
      return this.watched.of(key, () => {
        const read = async (): Promise<ReadModel<T> | undefined> => readOne(this.ports, place);
        return followedRead(this.ports, place.source, read, isSameModel, undefined).pipe(
          tap((model) => this.tell(model)),
        );
      });
    });
  }

  /**
   * The same as a signal: `undefined` also until it is read. It ends with its injector.
   *
   * @throws An error of Angular outside of an injection context, when no injector is given.
   */
  signal<T = unknown>(
    source: ReadModelSource<T>,
    id?: string,
    { injector }: ReadModelSignalOptions = {},
  ): Signal<ReadModel<T> | undefined> {
    if (!injector) assertInInjectionContext(ReadModelStoreService);
    return toSignal(this.watch(source, id), { injector: injector ?? inject(Injector) });
  }

  /** A page of records by id, at most 500 unless `max` says otherwise, those after `after`; emits once. */
  list<T = unknown>(
    source: ReadModelSource<T>,
    range: PageRange<string> = {},
  ): Observable<readonly ReadModel<T>[]> {
    return defer(async () => readPage(this.ports, listed(source), range));
  }

  /** A page of records as it is and as it changes: see {@link ReadModelStoreService.watch}. */
  watchList<T = unknown>(
    source: ReadModelSource<T>,
    range: PageRange<string> = {},
  ): Observable<readonly ReadModel<T>[]> {
    return defer(() => {
      const key = JSON.stringify([typeof source, nameOf(listed(source)), range.after, range.max, 'list']); // prettier-ignore
      return this.watched.of(key, () => {
        const none: readonly ReadModel<T>[] = [];
        const read = async (): Promise<readonly ReadModel<T>[]> =>
          readPage(this.ports, source, range);
        return followedRead(this.ports, source, read, areSameModels, none);
      });
    });
  }

  /**
   * Writes a record, whatever is there, and emits it as it is then. Errors with a `ReadModelConflictError` when a newer
   * application has written it, or others write all the time; with an `InvalidEventError` when it is no plain JSON.
   *
   * @param model The read model, not empty, not beginning with `$`.
   * @param data What is to be in it, as plain JSON.
   */
  put<T>(
    model: string,
    id: string,
    data: T,
    options?: ReadModelWriteOptions,
  ): Observable<ReadModel<T>> {
    return this.written(() => {
      const place = writePlace(model, id, options);
      check('data', data, data === undefined ? 'a value: remove() deletes' : undefined);
      return changed<T>(this.ports, place, () => data);
    }) as Observable<ReadModel<T>>;
  }

  /**
   * Writes a record that is still at the version that was read, and emits it as it is then. Errors with a
   * `ReadModelConflictError` that has both versions when somebody else was faster.
   *
   * @param expectedVersion The version of the record, 0 when it was not there.
   */
  compareAndSet<T>(
    model: string,
    id: string,
    data: T,
    expectedVersion: number,
    options?: ReadModelWriteOptions,
  ): Observable<ReadModel<T>> {
    return this.written<T>(async () => {
      const place = writePlace(model, id, options);
      check('data', data, data === undefined ? 'a value: remove() deletes' : undefined);
      return writeAt(this.ports, place, data, expectedVersion);
    }) as Observable<ReadModel<T>>;
  }

  /**
   * Writes what is made of a record, and emits it as it is then. When somebody else was faster, it is made again of what is
   * there then. Errors as {@link ReadModelStoreService.put} does.
   *
   * @param change Makes the new value, without changing the old one; `undefined` deletes the record.
   */
  update<T>(
    model: string,
    id: string,
    change: (data: T | undefined) => T | undefined,
    options?: ReadModelWriteOptions,
  ): Observable<ReadModel<T> | undefined> {
    return this.written(() =>
      changed<T>(this.ports, writePlace(model, id, options), (before) => change(before?.data)),
    );
  }

  /**
   * Deletes a record, and emits `undefined` then; also when there was none.
   *
   * @param expectedVersion The version at which it has to be. @default any
   */
  remove(model: string, id: string, expectedVersion?: number): Observable<undefined> {
    return this.written<unknown>(() => {
      const place = writePlace(model, id);
      return expectedVersion === undefined
        ? changed(this.ports, place, () => undefined)
        : writeAt(this.ports, place, undefined, expectedVersion);
    }).pipe(map(() => undefined));
  }

  private written<T>(
    work: () => Observable<ReadModelRecord | undefined> | Promise<ReadModelRecord | undefined>,
  ): Observable<ReadModel<T> | undefined> {
    return defer(work).pipe(
      map((record) => record && this.ports.schemas.read<T>(record, record.model).shown),
      tap((model) => this.tell(model)),
    );
  }

  private tell(shown: ReadModel | undefined): void {
    if (!shown || !this.hub.observed) return;
    const { model, id, version, lastUpdated, position } = shown;
    this.hub.emit({ model, id, version, lastUpdated, position });
  }
}

function listed<T>(source: ReadModelSource<T>): ReadModelSource<T> {
  check('model', source, source === '' ? 'a text that is not empty' : undefined);
  return source;
}
