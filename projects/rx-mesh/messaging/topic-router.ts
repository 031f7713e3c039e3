import { untracked } from '@angular/core';
import { Observable, Subject } from 'rxjs';
import type { Message } from './message';
import { QueueFullError } from './messaging-errors';
import { type TopicPattern, topicPattern } from './topic-pattern';

// What receivers send while they are told waits for its turn. More than this is a circle of messages.
const MOST_WAITING = 10_000;
// Nor do more than these follow from one message: a circle of handlers has no end.
const MOST_ROUTED = 1_000_000;

interface Route extends Pick<TopicPattern, 'matches'> {
  readonly receivers: Subject<Message>;
}

/**
 * Hands each message to those who receive its topic, in one order for all: what a receiver sends while messages are handed
 * out waits its turn. All receivers of one pattern share one test of the topic.
 */
export class TopicRouter {
  readonly #name: string;
  readonly #exact = new Map<string, Route>();
  readonly #wild = new Map<string, Route>();
  #waiting: Message[] = [];
  #routing = false;
  #routed = 0;
  #ended = false;

  /** @param name What errors call it. */
  constructor(name: string) {
    this.#name = name;
  }

  /** How many patterns are received. */
  get size(): number {
    return this.#exact.size + this.#wild.size;
  }

  /** Whether somebody receives a topic. */
  receives(topic: string): boolean {
    return this.#exact.has(topic) || [...this.#wild.values()].some((route) => route.matches(topic));
  }

  /** The messages that match, from now on. Errors with an `InvalidTopicError`; completes with {@link TopicRouter.complete}. */
  receive(pattern: string): Observable<Message> {
    return new Observable((subscriber) => {
      const read = topicPattern(pattern);
      if (this.#ended) {
        subscriber.complete();
        return;
      }
      const routes = read.exact ? this.#exact : this.#wild;
      const route = routes.get(read.pattern) ?? {
        matches: (topic: string) => read.matches(topic),
        receivers: new Subject<Message>(),
      };
      routes.set(read.pattern, route);
      // The subscriber itself, not a function around it: a thousand receivers cost what a bare subject does.
      route.receivers.subscribe(subscriber);
      // After that: a subscriber who leaves is off the subject before the route is looked at.
      subscriber.add(() => {
        if (!route.receivers.observed && routes.get(read.pattern) === route) {
          routes.delete(read.pattern);
        }
      });
    });
  }

  /**
   * Hands a message out, now or after those that are being handed out.
   *
   * @throws QueueFullError when 10,000 messages wait for their turn.
   */
  deliver(message: Message): void {
    if (this.#ended) return;
    if (this.#waiting.length >= MOST_WAITING || this.#routed >= MOST_ROUTED) {
      throw new QueueFullError(this.#name, MOST_WAITING);
    }
    if (this.#routing) {
      this.#waiting.push(message);
      return;
    }
    this.#routing = true;
    // Outside of an effect of whoever sends, which would come to depend on every signal that a receiver reads.
    untracked(() => {
      this.#route(message);
      while (this.#waiting.length > 0) {
        const turn = this.#waiting;
        this.#waiting = [];
        for (const each of turn) this.#route(each);
      }
    });
    this.#routing = false;
    this.#routed = 0;
  }

  /** Ends all streams. What comes later is ignored. */
  complete(): void {
    this.#ended = true;
    this.#waiting = [];
    for (const { receivers } of [...this.#exact.values(), ...this.#wild.values()]) {
      receivers.complete();
    }
  }

  // A receiver that throws is reported by RxJS, later: `next` never throws.
  #route(message: Message): void {
    if (this.#ended) return;
    this.#routed++;
    // Those of now: whoever subscribes, or comes back, while it is handed out is for the next one.
    const wild = [...this.#wild.values()].filter((route) => route.matches(message.topic));
    this.#exact.get(message.topic)?.receivers.next(message);
    for (const { receivers } of wild) receivers.next(message);
  }
}
