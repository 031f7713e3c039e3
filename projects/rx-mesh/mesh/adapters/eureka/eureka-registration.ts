import { type Diagnostics, InvalidOptionError, exponentialBackoff } from 'rx-mesh/kernel';
import {
  type Observable,
  catchError,
  concatMap,
  defer,
  filter,
  finalize,
  map,
  of,
  tap,
  throwError,
} from 'rxjs';
import type { HealthStatus, ServiceInstance } from '../../service-instance';
import { type RegistryRequestError, isRegistryRequestError } from '../registry/registry-errors';
import { type RoundPorts, rounds } from '../registry/rounds';
import { EurekaNews } from './eureka-news';
import { type EurekaRequests, pathOf } from './eureka-requests';
import type { EurekaStatus } from './eureka-wire';

/** What a registration needs of the world. */
export interface RegistrationPorts extends RoundPorts {
  readonly requests: EurekaRequests;
  readonly diagnostics: Diagnostics;
}

/** How often Eureka is told that an instance is still there, in milliseconds. */
export const HEARTBEAT = 30_000;

/** For how long Eureka believes that without another word, in milliseconds. */
const LEASE = 90_000;

/**
 * Registers an instance, and keeps it registered while it is subscribed. Emits once, when it was registered for the first
 * time; fails when Eureka refuses it. An instance that may be registered is taken back on unsubscribe.
 */
export function keepRegistered(
  ports: RegistrationPorts,
  app: string,
  instance: ServiceInstance,
): Observable<void> {
  return defer(() => {
    if (instance.address === '') {
      const expected = 'the host at which Eureka is to list it: give the instance an absolute URL';
      throw new InvalidOptionError('EurekaService.registerService.address', '', expected);
    }
    const { requests, clock, diagnostics } = ports;
    const news = new EurekaNews(diagnostics);
    const path = pathOf(app, instance.id);
    let asked = false;
    let since: number | undefined;
    const register = defer(() => {
      const now = clock.now();
      asked = true;
      const body = JSON.stringify({ instance: toWire(app, instance, now) });
      return requests.send({ path: pathOf(app), method: 'POST', body }).pipe(
        tap(() => (since = now)),
        map(() => 'registered' as const),
      );
    });
    const renew = (dirty: number) =>
      requests.send({ path: `${path}?${heartbeatOf(instance, dirty)}`, method: 'PUT' }).pipe(
        map(() => 'renewed' as const),
        catchError((error: unknown) => {
          if (!isRegistryRequestError(error) || error.status !== 404) throw error;
          since = undefined;
          return register;
        }),
      );
    const round = defer(() => (since === undefined ? register : renew(since))).pipe(
      tap(() => news.answered()),
      // What is refused for good is a value here: rounds() would ask again and again.
      catchError((error: unknown) => {
        if (isFinal(error)) return of(error);
        throw error;
      }),
    );
    const options = {
      rest: () => HEARTBEAT,
      backoff: exponentialBackoff({ initial: 1000, max: HEARTBEAT, jitter: 'equal' }),
      onFailure: (error: unknown) => news.unrenewed(path, error),
    };
    const told = rounds(ports, options, () => round).pipe(
      concatMap((outcome) => {
        if (typeof outcome === 'string') return of(outcome);
        asked = false;
        return throwError(() => outcome);
      }),
    );
    return told.pipe(
      filter((outcome) => outcome === 'registered'),
      filter((_outcome, count) => count === 0),
      map(() => undefined),
      finalize(() => {
        if (asked) takeBack(requests, path, diagnostics);
      }),
    );
  });
}

function takeBack(requests: EurekaRequests, path: string, diagnostics: Diagnostics): void {
  // A function of the application makes a header of it, and may throw: a teardown has nobody to tell.
  Promise.resolve()
    .then(() => requests.sendLast({ path, method: 'DELETE' }))
    .catch((cause: unknown) => {
      diagnostics.report({
        code: 'RXM306',
        severity: 'info',
        source: 'EurekaService',
        message: `Eureka could not be told that ${path} is gone. It lists it until ${LEASE} ms after its last word.`,
        cause,
      });
    });
}

// Busy, or not reached: that passes. Anything else that says no will say so again.
function isFinal(error: unknown): error is RegistryRequestError {
  const status = isRegistryRequestError(error) ? (error.status ?? 0) : 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

const STATUS: Readonly<Record<HealthStatus, EurekaStatus>> = {
  healthy: 'UP',
  degraded: 'UP',
  unhealthy: 'DOWN',
  unknown: 'UNKNOWN',
};

function heartbeatOf({ health }: ServiceInstance, dirty: number): string {
  return `status=${STATUS[health]}&lastDirtyTimestamp=${dirty}`;
}

function toWire(app: string, instance: ServiceInstance, now: number): Record<string, unknown> {
  const { id, name, address, port, secure, health, version, weight, metadata, url } = instance;
  return {
    instanceId: id,
    hostName: address,
    app,
    ipAddr: address,
    status: STATUS[health],
    overriddenStatus: 'UNKNOWN',
    port: { $: secure ? 80 : port, '@enabled': String(!secure) },
    securePort: { $: secure ? port : 443, '@enabled': String(secure) },
    countryId: 1,
    dataCenterInfo: {
      '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
      name: 'MyOwn',
    },
    leaseInfo: { renewalIntervalInSecs: HEARTBEAT / 1000, durationInSecs: LEASE / 1000 },
    metadata: {
      ...metadata,
      ...(version !== '' && { version }),
      ...(weight !== 1 && { weight: String(weight) }),
    },
    homePageUrl: `${url}/`,
    vipAddress: name,
    secureVipAddress: name,
    isCoordinatingDiscoveryServer: 'false',
    lastUpdatedTimestamp: String(now),
    lastDirtyTimestamp: String(now),
  };
}
