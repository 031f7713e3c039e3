import type { Clock, Diagnostics, IdGenerator, RandomSource } from 'rx-mesh/kernel';
import {
  EMPTY,
  type Observable,
  Subscription,
  catchError,
  concat,
  concatMap,
  defer,
  endWith,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  take,
  tap,
  throwIfEmpty,
  timer,
} from 'rxjs';
import { RemoteCacheError } from '../cache-errors';
import type { RemoteCache } from '../remote-cache';
import { writeEnvelope } from './envelope';
import { remoteKey } from './marks';
import { type KeptStore, type MarkBatch, type MarkGuard, MissedWrites } from './missed-writes';
import { PAUSES, RemoteGate, isAnswer } from './remote-gate';
import type { RemoteLevelValues } from './remote-level-options';

/** What a link works with. */
export interface RemoteLinkPorts {
  readonly remote: RemoteCache;
  readonly clock: Clock;
  readonly ids: IdGenerator;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
}

/** What was read at once. */
export interface RemoteRead {
  readonly marks: Map<string, string | undefined>;
  /** The text of the entry. */
  readonly text: string | undefined;
}

/**
 * The way to a second level: reads and writes while that is up, and puts off what cannot be written. It tries again by itself as
 * long as something is put off, and rests otherwise.
 */
export class RemoteLink {
  readonly #gate: RemoteGate;
  readonly #missed: MissedWrites;
  #recovery = Subscription.EMPTY;
  #destroyed = false;

  /**
   * @param ports What it works with.
   * @param codec The name of what makes the texts.
   * @param options Its limits.
   * @param told Called with what became of the store of a key: `undefined` when it was written, else why it is given up.
   */
  constructor(
    private readonly ports: RemoteLinkPorts,
    private readonly codec: string,
    private readonly options: RemoteLevelValues,
    private readonly told: (key: string, detail: string | undefined, cause?: unknown) => void,
  ) {
    this.#gate = new RemoteGate(ports.remote.name, ports, options);
    this.#missed = new MissedWrites(options.maxMissed, 8 * options.maxTextSize, () =>
      told('*', 'too much was made void while it was down, so that all is'),
    );
  }

  /** Whether the level is left alone for a while. */
  get isDown(): boolean {
    return this.#gate.isDown;
  }

  /**
   * Marks of a partition, and the text of an entry. Fails when the level does not answer, or when a mark is in doubt: this page is
   * about to write it, and the answer may be of before.
   */
  read(prefix: string, names: readonly string[], key?: string): Observable<RemoteRead> {
    return defer(() => {
      const { remote } = this.ports;
      const keys = names.map((name) => remoteKey(prefix, 'm', name));
      const wanted = key === undefined ? keys : [...keys, remoteKey(prefix, 'e', key)];
      const before = this.#missed.marks;
      const texts$ = this.#gate.pass(() =>
        remote.read(wanted).pipe(
          take(1),
          throwIfEmpty(),
          tap(({ length }) => {
            if (length === wanted.length) return;
            throw new RemoteCacheError(remote.name, 'malformed', `${length} texts for a read`);
          }),
        ),
      );
      return texts$.pipe(
        map((texts) => {
          keys.forEach((mark, at) => {
            for (const batch of [before.get(mark), this.#missed.marks.get(mark)]) {
              if (batch && batch.token !== texts[at]) throw new Error(mark);
            }
          });
          const marks = new Map(names.map((name, at) => [name, texts[at]]));
          return { marks, text: texts[keys.length] };
        }),
      );
    });
  }

  /** Writes a new token under marks; until then nothing that depends on them is given. Emits whether it is done, or put off. */
  void(marks: readonly string[]): { readonly token: string; readonly done$: Observable<boolean> } {
    const batch = this.#missed.begin(marks, this.ports.ids.spanId());
    return { token: batch.token, done$: this.#send(marks, batch) };
  }

  /** What is in force for a value that is set; `undefined` when that is not known. */
  readForSet(
    prefix: string,
    names: readonly string[],
  ): Observable<RemoteRead['marks'] | undefined> {
    return this.read(prefix, names).pipe(
      map(({ marks }) => marks),
      catchError(() => of(undefined)),
    );
  }

  /** Watches what is made void from now on, until it is released. */
  guard(prefix: string, names: readonly string[]): MarkGuard {
    const guard = { marks: names.map((name) => remoteKey(prefix, 'm', name)), isVoid: false };
    this.#missed.guards.add(guard);
    return guard;
  }

  /** Watches no more. */
  release(guard: MarkGuard): void {
    this.#missed.guards.delete(guard);
  }

  /** Drops entries. It makes room, no more: it is not tried again. */
  delete(entries: readonly string[]): Observable<never> {
    return this.#aside(() => this.ports.remote.delete(entries));
  }

  /** Drops all that begins with a text, where the level can do that. It is not tried again either. */
  deleteAll(prefix: string): Observable<never> {
    const { remote } = this.ports;
    return remote.deleteAll ? this.#aside(() => remote.deleteAll?.(prefix) ?? EMPTY) : EMPTY;
  }

  /** Writes a value. Emits whether that is done, or else put off or given up. */
  put(store: KeptStore): Observable<boolean> {
    return defer(() => {
      const { key, envelope, until } = store;
      const { remote, clock } = this.ports;
      this.#missed.drop(key);
      const ttl = until - clock.monotonic();
      if (ttl <= 0) return of(false);
      const text = writeEnvelope(envelope, this.codec);
      if (text.length > this.options.maxTextSize) {
        this.told(envelope.key, 'it is longer than maxTextSize');
        return of(false);
      }
      return this.#gate
        .pass(() => remote.write([{ key, text, ttl }]))
        .pipe(
          ignoreElements(),
          tap({ complete: () => this.told(envelope.key, undefined) }),
          endWith(true),
          catchError((error: unknown) => {
            if (isAnswer(error)) this.told(envelope.key, 'it was refused. See cause', error);
            else this.#missed.keep(store);
            this.#recover();
            return of(false);
          }),
        );
    });
  }

  /** Ends what goes on by itself. */
  destroy(): void {
    this.#destroyed = true;
    this.#recovery.unsubscribe();
  }

  #aside(work: () => Observable<unknown>): Observable<never> {
    return this.#gate.pass(work).pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    );
  }

  #send(keys: readonly string[], batch: MarkBatch): Observable<boolean> {
    const { remote } = this.ports;
    const { token } = batch;
    const writes = keys.map((key) => ({ key, text: token, ttl: this.options.markTtl }));
    const putOff = () => this.#missed.putOff(batch);
    return this.#gate
      .pass(() => remote.write(writes))
      .pipe(
        ignoreElements(),
        tap({ complete: () => this.#missed.done(batch), error: putOff }),
        endWith(true),
        catchError(() => of(false)),
        // Also when the caller has left.
        finalize(() => {
          putOff();
          this.#recover();
        }),
      );
  }

  #recover(attempt = 0): void {
    if (this.#destroyed || !this.#recovery.closed || this.#missed.isEmpty) return;
    const { clock, random } = this.ports;
    const wait = Math.max(this.#gate.pause, PAUSES(attempt, random, 0));
    this.#recovery = merge(this.#gate.up$, timer(wait, clock.scheduler))
      .pipe(
        take(1),
        mergeMap(() => this.#again()),
        finalize(() => this.#recover(attempt + 1)),
      )
      .subscribe();
  }

  #again(): Observable<boolean> {
    const { keys, batch } = this.#missed.again(this.ports.ids.spanId());
    return concat(
      keys.length > 0 ? this.#send(keys, batch) : EMPTY,
      defer(() => from(this.#missed.stores)).pipe(
        concatMap((store) => (this.#missed.has(store) ? this.put(store) : of(false))),
      ),
    );
  }
}
