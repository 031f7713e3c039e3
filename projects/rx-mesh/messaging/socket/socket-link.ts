import type { Clock } from 'rx-mesh/kernel';
import {
  type Observable,
  concat,
  defer,
  finalize,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  switchMap,
  take,
  takeWhile,
  tap,
  timer,
  catchError,
} from 'rxjs';
import type { SocketData, SocketLike } from './socket-like';

/** What happens on one socket. */
export type LinkEvent =
  /** It is open, and the server was told who speaks. */
  | { readonly type: 'ready' }
  /** Something came. */
  | { readonly type: 'frame'; readonly data: unknown }
  | LinkLoss;

/** One socket is over. */
export interface LinkLoss {
  readonly type: 'lost';
  /** The close code; 0 where it was given up by this side. */
  readonly code: number;
  /** What the server said, or why this side gave it up. */
  readonly reason: string;
  /** What was caught, if anything was. */
  readonly cause?: unknown;
}

/** What one socket needs. */
export interface LinkNeeds {
  readonly clock: Clock;
  /** How long it may take until it is ready, in milliseconds. */
  readonly connectTimeout: number;
  /** Gives what is sent first. */
  readonly authenticate: (() => Observable<SocketData>) | undefined;
  /** Emits when the other side is silent. It is watched from `ready` on. */
  readonly silence: ((heard$: Observable<unknown>) => Observable<unknown>) | undefined;
}

// "Timeout" in the registry of close codes; a page may send 1000 and from 3000 on.
const TIMEOUT = 3008;

/**
 * The life of one socket, up to its loss. Unsubscribing closes it, and nothing that comes later is heard: what a closed
 * socket still brings belongs to nobody.
 */
export function runLink(socket: SocketLike, needs: LinkNeeds): Observable<LinkEvent> {
  const { authenticate, clock, connectTimeout, silence } = needs;
  return defer(() => {
    let code = 1000;
    socket.binaryType = 'arraybuffer';
    const lost = (reason: string, cause?: unknown): LinkLoss => ({
      type: 'lost',
      code: 0,
      reason,
      cause,
    });
    const timedOut = (reason: string): LinkLoss => {
      code = TIMEOUT;
      return lost(reason);
    };
    const frames$ = fromEvent<MessageEvent<unknown>>(socket, 'message').pipe(
      map(({ data }) => ({ type: 'frame' as const, data })),
    );
    const closed$ = fromEvent<CloseEvent>(socket, 'close').pipe(
      map((event) => ({ type: 'lost' as const, code: event.code, reason: event.reason })),
    );
    const greeted$ = defer(() => authenticate?.().pipe(take(1)) ?? []).pipe(
      tap((frame) => socket.send(frame)),
      ignoreElements(),
    );
    const ready$ = concat(
      fromEvent(socket, 'open').pipe(take(1), ignoreElements()),
      greeted$,
      of({ type: 'ready' as const }),
    );
    const alive$ = defer(() => silence?.(frames$) ?? []).pipe(
      map(() => timedOut('it no longer answers')),
    );
    const late$ = timer(connectTimeout, clock.scheduler).pipe(
      map(() => timedOut(`it was not ready within ${connectTimeout} ms`)),
    );
    return merge(
      frames$,
      closed$,
      merge(ready$, late$).pipe(
        take(1),
        switchMap((event) => (event.type === 'ready' ? concat(of(event), alive$) : of(event))),
        catchError((error: unknown) => of(lost('what greets it failed', error))),
      ),
    ).pipe(
      takeWhile((event) => event.type !== 'lost', true),
      finalize(() => {
        if (socket.readyState < 2) socket.close(code);
      }),
    );
  });
}
