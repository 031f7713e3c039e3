import { type Signal, signal } from '@angular/core';
import {
  type RemoteCache,
  type RemoteCacheCapabilities,
  RemoteCacheError,
  type RemoteWrite,
} from 'rx-mesh/caching';
import { type Observable, defer, tap, throwError } from 'rxjs';

/** What was asked of a second level, and what became of it. */
export interface RemoteCounts {
  /** How often it was read. */
  readonly reads: number;
  /** How many texts were written: values, and what was made void. */
  readonly written: number;
  /** How many of them since it was down the last time. */
  readonly writtenSince: number;
  /** How often it was asked while it was down. */
  readonly refused: number;
}

const NOTHING: RemoteCounts = { reads: 0, written: 0, writtenSince: 0, refused: 0 };

/** A second level that a visitor can switch off. What is in it stays. */
export class SwitchableRemote implements RemoteCache {
  readonly name: string;
  readonly capabilities: RemoteCacheCapabilities;
  readonly #inner: RemoteCache;
  readonly #down = signal(false);
  readonly #counts = signal(NOTHING);

  /** Whether it refuses everything. */
  readonly down: Signal<boolean> = this.#down.asReadonly();
  readonly counts: Signal<RemoteCounts> = this.#counts.asReadonly();

  constructor(inner: RemoteCache) {
    this.#inner = inner;
    this.name = inner.name;
    this.capabilities = inner.capabilities;
  }

  switch(down: boolean): void {
    this.#down.set(down);
    if (down) this.count(() => ({ writtenSince: 0 }));
  }

  read(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    return this.pass(() => {
      this.count(({ reads }) => ({ reads: reads + 1 }));
      return this.#inner.read(keys);
    });
  }

  write(writes: readonly RemoteWrite[]): Observable<void> {
    const written$ = defer(() => this.#inner.write(writes)).pipe(
      tap({
        complete: () =>
          this.count(({ written, writtenSince }) => ({
            written: written + writes.length,
            writtenSince: writtenSince + writes.length,
          })),
      }),
    );
    return this.pass(() => written$);
  }

  delete(keys: readonly string[]): Observable<void> {
    return this.pass(() => this.#inner.delete(keys));
  }

  private pass<T>(work: () => Observable<T>): Observable<T> {
    return defer(() => {
      if (!this.#down()) return work();
      this.count(({ refused }) => ({ refused: refused + 1 }));
      return throwError(() => new RemoteCacheError(this.name, 'unreachable', 'it is switched off'));
    });
  }

  private count(change: (counts: RemoteCounts) => Partial<RemoteCounts>): void {
    this.#counts.update((counts) => ({ ...counts, ...change(counts) }));
  }
}
