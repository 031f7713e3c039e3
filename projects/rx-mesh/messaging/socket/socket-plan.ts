import type { Clock, Diagnostics, PageState, RandomSource } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import type { SocketData, SocketLike } from './socket-like';
import type { HeartbeatTimes, SocketValues } from './socket-options';
import type { SocketPageEvent } from './socket-page';

/**
 * How a socket is doing. `connecting`: it is opened for the first time; `open`; `reconnecting`: it was lost, and is opened
 * again, now or soon; `offline`: there is no network, and nothing is tried; `closing`: nobody needs it any more; `closed`:
 * nobody needs it, the page is in the back/forward cache, or the server closed it for good.
 */
export type SocketState = 'connecting' | 'open' | 'reconnecting' | 'offline' | 'closing' | 'closed';

/** What a socket needs of the world. */
export interface SocketPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
  /** The comings and goings of the page. */
  readonly events$: Observable<SocketPageEvent>;
  readonly diagnostics: Diagnostics;
  /** Emits when the application ends, also to those who come later. */
  readonly ended$: Observable<unknown>;
}

/** What a socket does. All callbacks but `connect` may throw: then that opening has failed. */
export interface SocketPlan<T> {
  /** Where to, for people: without the query. */
  readonly label: string;
  /** Opens a socket. What it throws ends the run. */
  readonly connect: () => SocketLike;
  /** Gives what is sent first. */
  readonly authenticate?: (() => Observable<SocketData>) | undefined;
  /** Makes what is sent next, before all that waits. */
  readonly greet?: ((last: T | undefined) => readonly SocketData[]) | undefined;
  /** Reads what came; `undefined` is for nobody. Must not throw. */
  readonly read: (data: unknown) => T | undefined;
  /** Makes what has to be answered, and says when. */
  readonly heartbeat?: (HeartbeatTimes & { readonly ping: () => SocketData }) | undefined;
  /** The times and bounds. */
  readonly values: SocketValues;
}

/** How something is sent. */
export interface SocketSendOptions {
  /** How long it may wait for a connection, above 0 and at most 2147483647 milliseconds. @default as long as it takes */
  readonly timeout?: number | undefined;
}
