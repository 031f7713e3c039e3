import { InjectionToken } from '@angular/core';
import type { Observable } from 'rxjs';

declare const ngDevMode: boolean;

/** A text that is written to a second level. */
export interface RemoteWrite {
  /** By what it is found: 1 to 1024 characters. */
  readonly key: string;
  /** What is written. */
  readonly text: string;
  /** After what time it is dropped, in milliseconds, above 0 and finite. */
  readonly ttl: number;
}

/** What a second level can do. */
export interface RemoteCacheCapabilities {
  /** Whether other users and machines read and write the same values. */
  readonly shared: boolean;
  /** Whether values survive a reload of the page. */
  readonly durable: boolean;
}

/**
 * A second level: keeps texts by key, outside of the memory of the page. What is in them, what makes them void and what
 * happens while it is down is no matter of an adapter. One that has a bound drops first what ends soonest: texts that make others
 * void are to be there longer than these, and are written for longer.
 *
 * Every member is cold, works when it is subscribed, emits once (or only completes where it is void), and stops what it
 * does when it is unsubscribed. Errors are `RemoteCacheError`s.
 */
export interface RemoteCache {
  /** A name for diagnostics, such as `redis`. */
  readonly name: string;
  /** What it can do. */
  readonly capabilities: RemoteCacheCapabilities;
  /** The texts of some keys, in their order; `undefined` where there is none, or its time is over. */
  read(keys: readonly string[]): Observable<readonly (string | undefined)[]>;
  /** Writes texts, each over what was there. Completes when all are stored. */
  write(writes: readonly RemoteWrite[]): Observable<void>;
  /** Drops keys; it is no error when they are not there. Completes when that is done. */
  delete(keys: readonly string[]): Observable<void>;
  /**
   * Drops all keys that begin with a text. Only where it costs no walk over what others have: Redis and NATS have none of it.
   * Without it, what is void is dropped when its time is over.
   */
  deleteAll?(prefix: string): Observable<void>;
}

/** The second level of an application. @default none */
export const REMOTE_CACHE = new InjectionToken<RemoteCache | undefined>(
  ngDevMode ? 'rx-mesh REMOTE_CACHE' : '',
  { providedIn: 'root', factory: () => undefined },
);
