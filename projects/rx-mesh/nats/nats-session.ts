import type { NatsConnection as NatsClient, Status } from '@nats-io/nats-core';
import {
  type Clock,
  type Diagnostics,
  type PageState,
  type RandomSource,
  isRxMeshError,
} from 'rx-mesh/kernel';
import {
  Observable,
  type Subscriber,
  defer,
  filter,
  from,
  ignoreElements,
  retry,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { NatsConnectionError } from './nats-errors';
import { isAuthenticationFault } from './nats-failure';
import type { NatsModules } from './nats-modules';
import type { NatsValues } from './nats-options';
import { ReconnectPlan } from './nats-reconnect';
import { OLDEST_SERVER, requireServer } from './nats-version';

/** How the connection is doing: `idle` when nobody needs it, `closed` when it ended for good. */
export type NatsState = 'idle' | 'connecting' | 'connected' | 'disconnected' | 'closed';

/** What a session tells while it is open. */
export interface NatsSessionListener {
  /** A new state, perhaps the same again. */
  state(state: NatsState): void;
  /** Anything that the client tells of itself. */
  status(status: Status): void;
}

/** What a session needs. */
export interface NatsPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly page: PageState;
  readonly diagnostics: Diagnostics;
  readonly modules: NatsModules;
}

/**
 * One client of the server, from the first try to connect until it is left: emits it once it is connected, and errors when it
 * will not be any more.
 */
export function natsSession(
  ports: NatsPorts,
  values: NatsValues,
  listener: NatsSessionListener,
): Observable<NatsClient> {
  return new Observable((subscriber) => {
    const plan = new ReconnectPlan({ ...ports, backoff: values.reconnect });
    const told = { yes: false };
    subscriber.add(
      dialling(ports, values, plan, listener, told).subscribe({
        next: (client) => adopt(client, ports, plan, listener, subscriber),
        error: (error: unknown) => {
          listener.state('closed');
          subscriber.error(error);
        },
      }),
    );
  });
}

// The client's own way to wait for a first connection cannot be called off, and it gives up by default.
function dialling(
  { clock, random, page, diagnostics, modules }: NatsPorts,
  values: NatsValues,
  plan: ReconnectPlan,
  listener: NatsSessionListener,
  told: { yes: boolean },
): Observable<NatsClient> {
  let previous = 0;
  const online$ = page.online$.pipe(
    filter((online) => online),
    take(1),
  );
  return online$.pipe(
    switchMap(() => {
      listener.state('connecting');
      return dial(modules, values, plan);
    }),
    retry({
      delay: (cause: unknown, attempt) => {
        if (isAuthenticationFault(cause)) {
          return throwError(() => new NatsConnectionError('authentication', cause));
        }
        if (isRxMeshError(cause)) return throwError(() => cause);
        listener.state('disconnected');
        if (!told.yes) {
          told.yes = true;
          const message = `No NATS server answers at ${values.servers.map(shownServer).join(', ')}. It is tried again without end.`;
          diagnostics.report({
            code: 'RXM420',
            severity: 'warning',
            source: 'NatsConnection',
            message,
            cause,
          });
        }
        previous = values.reconnect(attempt - 1, random, previous);
        return timer(previous, clock.scheduler);
      },
    }),
  );
}

function dial(
  modules: NatsModules,
  values: NatsValues,
  plan: ReconnectPlan,
): Observable<NatsClient> {
  return new Observable((subscriber) => {
    const connecting = modules.core().then((core) => {
      if (subscriber.closed) throw new NatsConnectionError('closed');
      return core.wsconnect({
        servers: [...values.servers],
        name: values.name,
        ...(values.user === undefined ? {} : { user: values.user }),
        ...(values.password === undefined ? {} : { pass: values.password }),
        ...(values.token === undefined ? {} : { token: values.token }),
        ...(values.authenticator === undefined ? {} : { authenticator: values.authenticator }),
        pingInterval: values.pingInterval,
        timeout: values.connectTimeout,
        maxReconnectAttempts: -1,
        inboxPrefix: values.inboxPrefix,
        noAsyncTraces: true,
        reconnectDelayHandler: () => plan.wait(),
        reconnectToServer: () => {
          plan.dialling();
          return null;
        },
      });
    });
    const left = () => subscriber.closed;
    connecting.then(
      (client) => {
        // Nobody waits any more: it must not stay open behind their backs.
        if (left()) void leave(client);
        else if (!tooOld(client, subscriber)) {
          subscriber.next(client);
          subscriber.complete();
        }
      },
      (error: unknown) => subscriber.error(error),
    );
  });
}

function tooOld(client: NatsClient, subscriber: Subscriber<NatsClient>): boolean {
  try {
    requireServer(client, OLDEST_SERVER, 'rx-mesh/nats');
    return false;
  } catch (error) {
    void leave(client);
    subscriber.error(error);
    return true;
  }
}

function adopt(
  client: NatsClient,
  { page }: NatsPorts,
  plan: ReconnectPlan,
  listener: NatsSessionListener,
  subscriber: Subscriber<NatsClient>,
): void {
  plan.connected();
  subscriber.add(() => void leave(client));
  subscriber.add(
    statuses(client)
      .pipe(
        tap((status) => {
          const state = STATES.get(status.type);
          if (state === 'connected') plan.connected();
          listener.status(status);
          if (state) listener.state(state);
        }),
      )
      .subscribe(),
  );
  subscriber.add(
    page.online$
      .pipe(
        filter((online) => !online),
        // The socket would notice only by the next sign of life that is missing.
        switchMap(() => from(client.reconnect().catch(() => undefined))),
        ignoreElements(),
      )
      .subscribe(),
  );
  subscriber.add(
    defer(() => client.closed())
      .pipe(
        tap((reason) => {
          listener.state('closed');
          const failure = isAuthenticationFault(reason) ? 'authentication' : 'closed';
          subscriber.error(new NatsConnectionError(failure, reason ?? undefined));
        }),
      )
      .subscribe(),
  );
  listener.state('connected');
  subscriber.next(client);
}

// One reconnection tells `disconnect` and `reconnect` once for each try that failed: who listens has to leave out what repeats.
const STATES: ReadonlyMap<Status['type'], NatsState> = /* @__PURE__ */ new Map<
  Status['type'],
  NatsState
>([
  ['disconnect', 'disconnected'],
  ['reconnecting', 'connecting'],
  ['reconnect', 'connected'],
]);

// It ends with the client: its iterator has no other end that does not wait for the next status.
function statuses(client: NatsClient): Observable<Status> {
  return defer(() => from(client.status()));
}

async function leave(client: NatsClient): Promise<void> {
  // What a close that fails says is of no use to those who have left.
  await client.close().catch(() => undefined);
}

// The rest of an address may hold a token.
function shownServer(server: string): string {
  const { protocol, host } = new URL(server);
  return `${protocol}//${host}`;
}
