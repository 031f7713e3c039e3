import {
  EnvironmentInjector,
  type Provider,
  type ProviderToken,
  createEnvironmentInjector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { RxMeshFeature } from 'rx-mesh/kernel';
import { MESSAGE_TRANSPORT, type Message, type MessageTransport, topicPattern } from 'rx-mesh/messaging'; // prettier-ignore
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { NEVER, Observable, Subject, concat, filter, of } from 'rxjs';

/** A broker that several applications share. What it carries is JSON, as on a wire. */
export class MessageWire {
  readonly #messages = new Subject<Message>();
  /** All that was sent, in order. */
  readonly sent: Message[] = [];
  /** What a send fails with, as long as it is set. */
  failure: Error | undefined;

  /** The transport of one application. */
  transport(): MessageTransport {
    return {
      name: 'wire',
      capabilities: { crossTab: true, crossClient: true, acknowledges: true },
      state$: concat(of('connected' as const), NEVER),
      send: (message) =>
        new Observable<void>((subscriber) => {
          if (this.failure) {
            subscriber.error(this.failure);
            return;
          }
          const copy = JSON.parse(JSON.stringify(message)) as Message;
          this.sent.push(copy);
          this.#messages.next(copy);
          subscriber.complete();
        }),
      receive: (pattern) => {
        const topics = topicPattern(pattern);
        return this.#messages.pipe(filter(({ topic }) => topics.matches(topic)));
      },
    };
  }

  /** An application of its own on this wire: with its own services, clock and ids. */
  app(providers: readonly Provider[] = [], features: readonly RxMeshFeature[] = []) {
    const injector = createEnvironmentInjector(
      [
        { provide: INJECTOR_SCOPE, useValue: 'root' },
        provideRxMeshTesting(),
        { provide: MESSAGE_TRANSPORT, useValue: this.transport() },
        ...features.flatMap(({ ɵproviders }) => ɵproviders),
        ...providers,
      ],
      TestBed.inject(EnvironmentInjector),
    );
    return {
      injector,
      get: <T>(token: ProviderToken<T>): T => injector.get(token),
      clock: injector.get(ManualClock),
      diagnostics: injector.get(RecordingDiagnostics),
    };
  }
}
