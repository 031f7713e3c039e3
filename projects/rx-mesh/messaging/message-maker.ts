import { Injectable, inject } from '@angular/core';
import { CLOCK, ID_GENERATOR, aside } from 'rx-mesh/kernel';
import type { Message, MessageHeaders } from './message';
import { MESSAGE_CONTEXT } from './message-context';
import { checkParts } from './message-reader';
import { checkTopic } from './topic-pattern';

/** What may be said of a message beside its topic and its payload. */
export interface PublishOptions {
  /** Messages of one key are handled one after the other. At most 256 characters. @default none */
  readonly key?: string | undefined;
  /** Texts beside the payload: at most 64. @default none */
  readonly headers?: MessageHeaders | undefined;
  /**
   * The id of the message: give the same one when the same thing is told again, so that it is handled once. At most 256
   * characters. @default a new one
   */
  readonly id?: string | undefined;
}

/** What only requests and answers set. */
export interface Addressing {
  readonly replyTo?: string | undefined;
  readonly correlationId?: string | undefined;
}

const EMPTY_HEADERS: MessageHeaders = /* @__PURE__ */ Object.freeze({});

/** Makes the messages of this client. */
@Injectable({ providedIn: 'root' })
export class MessageMaker {
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(ID_GENERATOR);
  private readonly context = inject(MESSAGE_CONTEXT);
  private client: string | undefined;

  /** The id of this client: the `source` of what it sends. Made when it is asked for first. */
  get source(): string {
    return (this.client ??= this.ids.uuid());
  }

  /** @throws InvalidTopicError or InvalidMessageError when a part is not what it must be. */
  make<T>(
    topic: string,
    payload: T,
    { id, key, headers }: PublishOptions = {},
    { replyTo, correlationId }: Addressing = {},
  ): Message<T> {
    checkTopic(topic);
    checkParts(id, key, headers);
    return Object.freeze({
      id: id ?? this.ids.uuid(),
      topic,
      key,
      headers: this.headersOf(headers),
      payload,
      timestamp: this.clock.now(),
      source: this.source,
      replyTo,
      correlationId,
    });
  }

  private headersOf(given: MessageHeaders = EMPTY_HEADERS): MessageHeaders {
    const headers = { ...given };
    // A trace that cannot be written must not keep a message back.
    aside(() => this.context.inject(headers));
    return Object.freeze(headers);
  }
}
