import type { Msg, MsgHdrs, NatsConnection as NatsClient, Status } from '@nats-io/nats-core';
import { MessageTooLargeError, NoResponderError } from 'rx-mesh/messaging';
import { Observable, switchMap, takeUntil } from 'rxjs';
import type { NatsConnection } from './nats-connection';
import { NatsRequestError } from './nats-errors';
import { isConnectionLost, natsError } from './nats-failure';
import type { Handover, Outgoing } from './nats-outbox';

/** The largest message that a server takes where it has not said so: its own default. */
const MAX_PAYLOAD = 1_048_576;

/** Makes the headers of a message. */
export type MakeHeaders = () => MsgHdrs;

/**
 * Messages without JetStream. They are published and confirmed in one breath, so that both share their fate: the answer to the
 * ping behind them says that the server has read them all.
 */
export class CoreHandover {
  readonly #makeHeaders: MakeHeaders;
  readonly #inbox: string;
  readonly #asking = new Map<string, Outgoing>();
  readonly #unanswered = new Set<Outgoing>();
  readonly #denied = new Set<string>();
  #asked = 0;
  #limit = MAX_PAYLOAD;

  /** @param inbox The subject below which the server says that nobody responds. */
  constructor(makeHeaders: MakeHeaders, inbox: string) {
    this.#makeHeaders = makeHeaders;
    this.#inbox = inbox;
  }

  /** Hears on a client that nobody responds. Returns what ends that. */
  listen(client: NatsClient): () => void {
    const subscription = client.subscribe(`${this.#inbox}.*`, {
      callback: (_error, msg) => {
        const asking = this.#asking.get(msg.subject);
        if (asking && msg.headers?.code === 503) this.#unanswered.add(asking);
      },
    });
    return () => subscription.unsubscribe();
  }

  /** Takes note of what the client tells: the server refuses a message by an error of its own, before it answers the ping. */
  status(status: Status): void {
    if (status.type !== 'error') return;
    const { operation, subject } = status.error as { operation?: unknown; subject?: unknown };
    if (operation === 'publish' && typeof subject === 'string') this.#denied.add(subject);
  }

  /** Publishes a batch, and waits until the server has it. */
  readonly hand: Handover = async (client, batch) => {
    this.#denied.clear();
    this.#limit = client.info?.max_payload ?? this.#limit;
    const flying = batch.filter((outgoing) => this.#publish(client, outgoing));
    try {
      await client.flush();
      // The error of a subject takes some turns through the client's queue of statuses; the answer to the ping none.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      for (const outgoing of flying) outgoing.settle(this.#end(outgoing));
      return [];
    } catch (error) {
      if (isConnectionLost(error)) return flying;
      for (const outgoing of flying) outgoing.settle(natsError(error, `send ${outgoing.topic}`));
      return [];
    } finally {
      this.#asking.clear();
      this.#unanswered.clear();
    }
  };

  #publish(client: NatsClient, outgoing: Outgoing): boolean {
    if (outgoing.left) return false;
    try {
      if (outgoing.size > this.#limit) throw new MessageTooLargeError(outgoing.size, this.#limit);
      const headers = headersOf(this.#makeHeaders, outgoing);
      if (outgoing.asks) {
        const reply = `${this.#inbox}.${++this.#asked}`;
        this.#asking.set(reply, outgoing);
        client.publish(outgoing.subject, outgoing.data, { headers, reply });
      } else client.publish(outgoing.subject, outgoing.data, { headers });
      return true;
    } catch (error) {
      outgoing.settle(natsError(error, `send ${outgoing.topic}`));
      return false;
    }
  }

  #end(outgoing: Outgoing): Error | undefined {
    if (this.#denied.has(outgoing.subject)) {
      return new NatsRequestError(`send ${outgoing.topic}`, 'denied', undefined);
    }
    return this.#unanswered.has(outgoing) ? new NoResponderError(outgoing.topic) : undefined;
  }
}

/** The headers of a message, as the client takes them. */
export function headersOf(makeHeaders: MakeHeaders, { headers }: Outgoing): MsgHdrs {
  const made = makeHeaders();
  for (const [name, value] of headers) made.set(name, value);
  return made;
}

/** What comes on a subject, while the connection is there. Errors when the user may not hear it. */
export function subjectMessages(nats: NatsConnection, subject: string): Observable<Msg> {
  return nats.client$.pipe(
    switchMap((client) =>
      new Observable<Msg>((subscriber) => {
        const subscription = client.subscribe(subject, {
          callback: (error, msg) => {
            if (error) subscriber.error(error);
            else subscriber.next(msg);
          },
        });
        return () => subscription.unsubscribe();
      }).pipe(takeUntil(nats.ended$)),
    ),
  );
}
