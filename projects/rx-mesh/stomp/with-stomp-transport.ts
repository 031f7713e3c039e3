import { DOCUMENT, DestroyRef, inject } from '@angular/core';
import {
  CLOCK,
  DIAGNOSTICS,
  PAGE_STATE,
  RANDOM,
  type RxMeshFeature,
  isServer,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import {
  MESSAGE_TRANSPORT,
  type MessageTransport,
  SOCKET_FACTORY,
  SOCKET_PAGE,
  SocketUnavailableError,
} from 'rx-mesh/messaging';
import { ReplaySubject, filter } from 'rxjs';
import { StompDesk } from './stomp-desk';
import { StompLine } from './stomp-line';
import { STOMP, type StompTransportOptions } from './stomp-options';
import { STOMP_PACKAGES } from './stomp-packages';
import { StompRetries } from './stomp-retries';
import { runSession } from './stomp-session';
import { STOMP_NAME, StompTransport } from './stomp-transport';
import { brokerPlace, shownPlace } from './stomp-url';

/**
 * Makes a transport of messages over STOMP 1.2 and a WebSocket, for brokers that know the exchanges of AMQP: RabbitMQ with its
 * plugin Web STOMP. Call it where `inject` can be called. Nothing is loaded and nothing is open before somebody receives or sends.
 *
 * A topic is the routing key, and a message is what `encodeMessage` writes. Each message is acknowledged by a receipt of the
 * broker. A lost connection is opened again after full-jitter waits, without end.
 *
 * @throws InvalidOptionError when an option is out of its range, SocketUrlError when the URL is none,
 *   SocketUnavailableError when the platform has no sockets and this is no server.
 * @usageNotes
 * ```ts
 * const transport = stompTransport({
 *   url: 'wss://broker.example/ws',
 *   connectHeaders: () => fetchToken().then((token) => ({ login: '', passcode: token })),
 *   queue: (pattern) => (pattern === 'orders.>' ? 'orders-of-page-7' : undefined),
 * });
 * transport.receive('orders.>').subscribe((message) => show(message));
 * ```
 */
export function stompTransport({ url, ...options }: StompTransportOptions): MessageTransport {
  const values = STOMP.resolve(options);
  const [clock, page] = [inject(CLOCK), inject(PAGE_STATE)];
  const [diagnostics, events$] = [inject(DIAGNOSTICS), inject(SOCKET_PAGE)];
  const [load, open] = [inject(STOMP_PACKAGES), inject(SOCKET_FACTORY)];
  const desk = new StompDesk(STOMP_NAME, values);
  if (!open && isServer()) {
    const label = shownPlace(url);
    return new StompTransport({ clock, desk, diagnostics, label, line: undefined, values });
  }
  // The document of a server has no base: to ask for it throws.
  const place = brokerPlace(url, isServer() ? undefined : inject(DOCUMENT).baseURI);
  const { label } = place;
  if (!open) throw new SocketUnavailableError(label);
  const ended = new ReplaySubject<void>(1);
  const line = new StompLine({
    clock,
    desk,
    ended$: ended,
    events$,
    label,
    page,
    retries: new StompRetries({ diagnostics, label, random: inject(RANDOM), values }),
    session$: runSession({
      clock,
      label,
      load,
      open: (protocols) => open(place.url, protocols),
      page,
      seen$: events$.pipe(filter((event) => event === 'seen')),
      values,
    }),
    values,
  });
  inject(DestroyRef).onDestroy(() => {
    line.end();
    ended.next();
    ended.complete();
  });
  return new StompTransport({ clock, desk, diagnostics, label, line, values });
}

/**
 * Carries the messages of the application over STOMP, as {@link stompTransport} does.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withMessaging(), withStompTransport({ url: '/ws', login: 'page', passcode: 'page' }));
 * ```
 */
export function withStompTransport(
  options: StompTransportOptions,
): RxMeshFeature<'stomp-transport'> {
  return ɵmakeFeature('stomp-transport', [
    { provide: MESSAGE_TRANSPORT, useFactory: () => stompTransport(options) },
  ]);
}
