import { TestBed } from '@angular/core/testing';
import {
  type ConsumerEvent,
  type ConsumerOptions,
  type Delivery,
  MessageBrokerService,
  type MessageHandler,
  type PublishOptions,
} from 'rx-mesh/messaging';
import type { RxMeshFeature } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import type { Provider } from '@angular/core';

/** What a stream did. */
export interface Watched<T> {
  readonly values: T[];
  readonly errors: unknown[];
  readonly completed: () => boolean;
  readonly stop: () => void;
}

/** A broker in virtual time. */
export function messagingWorld({
  features = [],
  providers = [],
}: {
  readonly features?: readonly RxMeshFeature[];
  readonly providers?: readonly Provider[];
} = {}) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...features.map((feature) => feature.ɵproviders),
      ...providers,
    ],
  });
  const broker = TestBed.inject(MessageBrokerService);
  return {
    broker,
    clock: TestBed.inject(ManualClock),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Sends messages of a payload each, one after the other. */
    send: (topic: string, payloads: readonly unknown[], options: PublishOptions = {}) => {
      for (const payload of payloads) broker.publish(topic, payload, options).subscribe();
    },
    consume: (pattern: string, handler: MessageHandler, options: ConsumerOptions = {}) =>
      watched<ConsumerEvent>(broker.consume(pattern, handler, { backoff: () => 100, ...options })),
    deliveries: (pattern: string, options: ConsumerOptions = {}) =>
      watched<Delivery>(broker.subscribe(pattern, { backoff: () => 100, ...options })),
  };
}

/** Subscribes, and keeps what happens. */
export function watched<T>(stream: Observable<T>): Watched<T> {
  const values: T[] = [];
  const errors: unknown[] = [];
  let completed = false;
  const subscription = stream.subscribe({
    next: (value) => void values.push(value),
    error: (error: unknown) => void errors.push(error),
    complete: () => {
      completed = true;
    },
  });
  return { values, errors, completed: () => completed, stop: () => subscription.unsubscribe() };
}

/** The types of events, with the payload that each is about. */
export function told(events: readonly ConsumerEvent[]): string[] {
  return events.map(({ type, message }) => `${type} ${String(message.payload)}`);
}
