import {
  type RemoteCache,
  RemoteCacheError,
  type RemoteCacheFailure,
  type RemoteWrite,
} from 'rx-mesh/caching';
import { Observable, timer } from 'rxjs';
import type { ManualClock } from 'rx-mesh/testing';

/** How a call goes: when it is done at the server, when its answer arrives, or that it fails. */
export interface RemoteTrip {
  readonly there: number;
  readonly back: number;
  readonly failure?: RemoteCacheFailure | undefined;
}

/** A second level whose calls go as a test says. What was sent is done, also when the sender has left meanwhile. */
export class FakeRemoteCache implements RemoteCache {
  readonly name = 'fake';
  readonly capabilities = { shared: true, durable: false };
  /** What is there. */
  readonly texts = new Map<string, { readonly text: string; readonly until: number }>();
  /** The calls so far, such as `read 3`. */
  readonly calls: string[] = [];
  /** All that was written, in order. */
  readonly writes: RemoteWrite[] = [];
  /** How many calls have no answer yet. */
  open = 0;
  /** How the next call goes. */
  next: (what: string, count: number) => RemoteTrip = () => ({ there: 0, back: 0 });
  /** Changes an answer of `read`. */
  tamper: (texts: (string | undefined)[]) => (string | undefined)[] = (texts) => texts;

  constructor(private readonly clock: ManualClock) {}

  /** Fails all calls from now on; `undefined`: none. */
  fail(failure: RemoteCacheFailure | undefined): void {
    this.next = () => ({ there: 0, back: 0, failure });
  }

  read(keys: readonly string[]): Observable<readonly (string | undefined)[]> {
    return this.#call('read', keys.length, () =>
      this.tamper(
        keys.map((key) => {
          const found = this.texts.get(key);
          return found && found.until > this.clock.monotonic() ? found.text : undefined;
        }),
      ),
    );
  }

  write(writes: readonly RemoteWrite[]): Observable<void> {
    return this.#call('write', writes.length, () => {
      for (const { key, text, ttl } of writes) {
        this.texts.set(key, { text, until: this.clock.monotonic() + ttl });
      }
      this.writes.push(...writes);
    });
  }

  delete(keys: readonly string[]): Observable<void> {
    return this.#call('delete', keys.length, () => keys.forEach((key) => this.texts.delete(key)));
  }

  deleteAll(prefix: string): Observable<void> {
    return this.#call('deleteAll', prefix.length, () => {
      for (const key of this.texts.keys()) if (key.startsWith(prefix)) this.texts.delete(key);
    });
  }

  #call<T>(what: string, count: number, work: () => T): Observable<T> {
    return new Observable<T>((subscriber) => {
      this.calls.push(`${what} ${count}`);
      const { there, back, failure } = this.next(what, count);
      this.open++;
      subscriber.add(() => this.open--);
      const answer = (result: T) => {
        subscriber.next(result);
        subscriber.complete();
      };
      const arrive = () => {
        if (failure) {
          subscriber.error(new RemoteCacheError(this.name, failure, 'as the test says'));
          return;
        }
        const result = work();
        if (back === 0) answer(result);
        else subscriber.add(timer(back, this.clock.scheduler).subscribe(() => answer(result)));
      };
      if (there === 0) arrive();
      else timer(there, this.clock.scheduler).subscribe(arrive);
    });
  }
}
