import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import { type Observable, Subject, defer, finalize, tap, throwError, timeout } from 'rxjs';
import { RemoteCacheError, isRemoteCacheError } from '../cache-errors';

/** How long the pauses between two tries are. */
export const PAUSES = /* @__PURE__ */ exponentialBackoff({
  initial: 1000,
  max: 30_000,
  jitter: 'equal',
});

/** What a gate is made of. */
export interface RemoteGatePorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
}

/**
 * Lets work pass to the second level as long as that answers. After some failures in a row it is down: nothing passes until a
 * pause is over, then one try, and a longer pause when that fails too.
 */
export class RemoteGate {
  readonly #up = new Subject<void>();
  #failures = 0;
  #tries = 0;
  #until = 0;
  #probing = false;

  /** Emits when work was done after some had failed. */
  readonly up$ = this.#up.asObservable();

  /**
   * @param name Of the second level.
   * @param ports What it works with.
   * @param options `timeout`: after what time work has failed, in milliseconds; `failures`: after how many it is down.
   */
  constructor(
    private readonly name: string,
    private readonly ports: RemoteGatePorts,
    private readonly options: { readonly timeout: number; readonly failures: number },
  ) {}

  /** How long nothing passes from now on, in milliseconds. */
  get pause(): number {
    return this.isDown ? Math.max(0, this.#until - this.ports.clock.monotonic()) : 0;
  }

  /** Does work, or fails at once while the level is down. What takes too long fails. */
  pass<T>(work: () => Observable<T>): Observable<T> {
    return defer(() => {
      const probe = this.isDown;
      if (probe && (this.#probing || this.pause > 0))
        return this.#fail('unreachable', 'it is down');
      if (probe) this.#probing = true;
      return defer(work).pipe(
        timeout({
          each: this.options.timeout,
          scheduler: this.ports.clock.scheduler,
          with: () => this.#fail('timeout', `no answer within ${this.options.timeout} ms`),
        }),
        tap({
          complete: () => this.#succeeded(),
          error: (error: unknown) =>
            isAnswer(error) ? this.#succeeded() : this.#failed(error, probe),
        }),
        finalize(() => {
          if (probe) this.#probing = false;
        }),
      );
    });
  }

  /** Whether it is left alone. */
  get isDown(): boolean {
    return this.#failures >= this.options.failures;
  }

  #fail(failure: 'unreachable' | 'timeout', detail: string): Observable<never> {
    return throwError(() => new RemoteCacheError(this.name, failure, detail));
  }

  #succeeded(): void {
    if (this.#failures === 0) return;
    const wasDown = this.isDown;
    this.#failures = this.#tries = 0;
    if (wasDown) this.#tell('info', `The cache '${this.name}' is back.`);
    this.#up.next();
  }

  // What began before it was down says nothing new.
  #failed(cause: unknown, probe: boolean): void {
    if (this.isDown && !probe) return;
    if (!probe) this.#failures++;
    if (!this.isDown) return;
    this.#until = this.ports.clock.monotonic() + PAUSES(this.#tries++, this.ports.random, 0);
    if (!probe) {
      this.#tell(
        'warning',
        `The cache '${this.name}' is down: it is done without, and tried again from time to time. See cause.`,
        cause,
      );
    }
  }

  #tell(severity: 'info' | 'warning', message: string, cause?: unknown): void {
    this.ports.diagnostics.report({ code: 'RXM706', severity, source: 'caching', message, cause });
  }
}

/** Whether a second level works, and refused no more than this write. */
export function isAnswer(error: unknown): boolean {
  return isRemoteCacheError(error) && (error.failure === 'too-large' || error.failure === 'full');
}
