import { InjectionToken } from '@angular/core';
import { InvalidOptionError, type RxMeshFeature, ɵmakeFeature } from 'rx-mesh/kernel';
import type { SocketOptions } from 'rx-mesh/messaging';

declare const ngDevMode: boolean;

/** Options of {@link withEventSockets}: those of the socket, and where it is. */
export interface EventSocketsOptions extends SocketOptions {
  /** The address of the events of a service. @default /events/ and the name of the service */
  readonly path?: ((service: string) => string) | undefined;
}

/** Where services tell their events; `undefined` when they do not. */
export const EVENT_SOCKETS = new InjectionToken<
  (SocketOptions & { readonly path: (service: string) => string }) | undefined
>(ngDevMode ? 'rx-mesh EVENT_SOCKETS' : '', { providedIn: 'root', factory: () => undefined });

/**
 * Records the events that services tell over a WebSocket each, as long as somebody listens to the events of that service. An
 * event is JSON: a `DomainEvent`, a `DistributedEvent` or an envelope.
 *
 * @throws InvalidOptionError when `path` is no function.
 * @usageNotes
 * ```ts
 * provideRxMesh(withEventSockets({ path: (service) => `/live/${service}` }));
 * ```
 */
export function withEventSockets(
  options: EventSocketsOptions = {},
): RxMeshFeature<'event-sockets'> {
  const { path = (service: string) => `/events/${encodeURIComponent(service)}`, ...socket } =
    options;
  if (typeof path !== 'function') {
    throw new InvalidOptionError('EventSocketsOptions.path', path, 'a function');
  }
  return ɵmakeFeature('event-sockets', [{ provide: EVENT_SOCKETS, useValue: { ...socket, path } }]);
}
