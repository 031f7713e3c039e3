import { inject } from '@angular/core';
import {
  CLOCK,
  DIAGNOSTICS,
  ID_GENERATOR,
  type RxMeshFeature,
  createOptions,
  positiveInteger,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, type MessageTransport } from 'rx-mesh/messaging';
import { NatsConnection } from './nats-connection';
import { type NatsDurableOptions, durableValues } from './nats-durable';
import { NATS_MODULES } from './nats-modules';
import { NATS } from './nats-options';
import { isNatsName } from './nats-subject';
import { NatsTransport } from './nats-transport';

/** Options of {@link natsTransport}. */
export interface NatsTransportOptions {
  /**
   * What the subjects of all topics begin with: topic `orders.created` has the subject `rx-mesh.orders.created`. So no topic can
   * reach the subjects of the server, and a permission is one line. @default 'rx-mesh'
   */
  readonly prefix?: string | undefined;
  /** How many messages may wait for the server, at least 1; one more is a `QueueFullError`. @default 1000 */
  readonly maxOutbox?: number | undefined;
  /** How large a message may be, in bytes, at least 1; the server has a limit of its own. @default 1048576 */
  readonly maxMessageSize?: number | undefined;
  /**
   * Whether messages of other clients of NATS are taken: JSON data, with the headers as headers, `Nats-Msg-Id` as id, and the
   * time at which they came. @default false: they are left out, and told by RXM401
   */
  readonly plain?: boolean | undefined;
  /**
   * Stores the messages in a stream of JetStream: `send` completes when the stream has the message, and who receives gets what
   * was sent while the connection was away. Nobody can tell then that nobody responds to a request. @default none
   */
  readonly durable?: NatsDurableOptions | undefined;
}

interface Values {
  readonly prefix: string;
  readonly maxOutbox: number;
  readonly maxMessageSize: number;
  readonly plain: boolean;
  readonly durable: NatsDurableOptions | undefined;
}

const OPTIONS = /* @__PURE__ */ createOptions<Values>(
  'NatsTransportOptions',
  {
    prefix: 'rx-mesh',
    maxOutbox: 1000,
    maxMessageSize: 1_048_576,
    plain: false,
    durable: undefined,
  },
  {
    prefix: (prefix) =>
      typeof prefix === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(prefix)
        ? undefined
        : "letters, digits, '_' and '-', in tokens joined by '.'",
    durable: (durable) =>
      durable === undefined || isNatsName(durable.stream)
        ? undefined
        : 'the name of a stream, and how long it may be missing',
    maxOutbox: positiveInteger,
    maxMessageSize: positiveInteger,
  },
);

/**
 * Makes a transport of messages over NATS. Call it where `inject` can be called.
 *
 * @throws InvalidOptionError when an option is out of its range, or {@link withNats} names no server.
 * @usageNotes
 * ```ts
 * const transport = natsTransport({ durable: { stream: 'MESSAGES' } });
 * transport.receive('orders.>').subscribe((message) => show(message));
 * ```
 */
export function natsTransport(options: NatsTransportOptions = {}): MessageTransport {
  const { durable, ...values } = OPTIONS.resolve(options);
  return new NatsTransport({
    nats: inject(NatsConnection),
    modules: inject(NATS_MODULES),
    clock: inject(CLOCK),
    ids: inject(ID_GENERATOR),
    diagnostics: inject(DIAGNOSTICS),
    inboxPrefix: inject(NATS.token).inboxPrefix,
    values: { ...values, durable: durable && durableValues(durable) },
  });
}

/**
 * Carries the messages of the application over NATS, as {@link natsTransport} does.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withNats({ servers: ['wss://nats.example.com'] }), withMessaging({}, withNatsTransport()));
 * ```
 */
export function withNatsTransport(
  options: NatsTransportOptions = {},
): RxMeshFeature<'nats-transport'> {
  OPTIONS.resolve(options);
  return ɵmakeFeature('nats-transport', [
    { provide: MESSAGE_TRANSPORT, useFactory: () => natsTransport(options) },
  ]);
}
