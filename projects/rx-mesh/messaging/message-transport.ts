import { InjectionToken, inject } from '@angular/core';
import type { Observable } from 'rxjs';
import { InMemoryTransport } from './in-memory-transport';
import type { Message } from './message';

declare const ngDevMode: boolean;

/**
 * How a transport is doing. `closed` is the end: it will not come back by itself; `disconnected` may.
 */
export type TransportState = 'connected' | 'connecting' | 'disconnected' | 'closed';

/** What a transport can do. Ask before something is sent that needs it. */
export interface TransportCapabilities {
  /** Whether other tabs of the same origin and browser get the messages. */
  readonly crossTab: boolean;
  /** Whether other users and machines get the messages. */
  readonly crossClient: boolean;
  /** Whether the end of `send` means that a broker has stored the message, not only that it has left. */
  readonly acknowledges: boolean;
}

/** Carries messages. Everything else (acknowledgements, order by key, requests) is done above it. */
export interface MessageTransport {
  /** A name for diagnostics, such as `broadcast-channel`. */
  readonly name: string;
  /** What it can do. */
  readonly capabilities: TransportCapabilities;
  /**
   * Sends on subscribe, and completes when the message is handed over; messages of one sender keep their order. It is no
   * error when nobody receives it; but a transport that can tell errors with a `NoResponderError` for a message with
   * `replyTo`. Errors are typed: `MessageTooLargeError`, `InvalidMessageError`, `QueueFullError`.
   */
  send(message: Message): Observable<void>;
  /**
   * The messages of all topics that match, own ones included, from the moment of the subscription. Cold, and shared
   * inside: nothing is open without a subscriber. Never errors because of one message: what cannot be read is left out
   * and told to `DIAGNOSTICS`. Completes when the transport is closed for good.
   */
  receive(pattern: string): Observable<Message>;
  /** How it is doing: on subscribe, and after each change. Never errors. */
  readonly state$: Observable<TransportState>;
}

/**
 * What carries the messages of an application.
 *
 * @default an `InMemoryTransport` for each injector
 */
export const MESSAGE_TRANSPORT = new InjectionToken<MessageTransport>(
  ngDevMode ? 'rx-mesh MESSAGE_TRANSPORT' : '',
  { providedIn: 'root', factory: () => inject(InMemoryTransport) },
);
