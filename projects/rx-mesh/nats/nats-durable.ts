import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection as NatsClient, Status } from '@nats-io/nats-core';
import type { Clock } from 'rx-mesh/kernel';
import { MessageTooLargeError } from 'rx-mesh/messaging';
import { Observable, defer, switchMap, takeUntil } from 'rxjs';
import type { NatsConnection, NatsJetStream } from './nats-connection';
import { NatsRequestError } from './nats-errors';
import { natsError } from './nats-failure';
import { goOn } from './nats-go-on';
import { type MakeHeaders, headersOf } from './nats-handover';
import type { Outgoing } from './nats-outbox';

/** Options of messages that a stream of JetStream stores. */
export interface NatsDurableOptions {
  /** The stream. It has to be there, and to have the subjects of the transport: `<prefix>.>`. */
  readonly stream: string;
  /**
   * How long the stream may be missing before a message fails for it, in milliseconds: a server that starts has it late.
   * @default 30000
   */
  readonly patience?: number | undefined;
}

/** The options of {@link NatsDurableOptions} with a value for each. */
export interface NatsDurableValues {
  readonly stream: string;
  readonly patience: number;
}

/** Puts the default in where nothing is said. */
export function durableValues({
  stream,
  patience = 30_000,
}: NatsDurableOptions): NatsDurableValues {
  return { stream, patience };
}

/** The largest message that a server takes where it has not said so. */
const MAX_PAYLOAD = 1_048_576;

/**
 * Messages into a stream, one after the other, since only so their order outlives a lost one. Each is told as sent when the
 * stream has it, and is sent again with the same id until then, which the stream stores once.
 */
export class DurableHandover {
  readonly #makeHeaders: MakeHeaders;
  readonly #durable: NatsDurableValues;
  readonly #now: () => number;
  #js: JetStreamClient | undefined;
  #missing: number | undefined;
  #lost: ((error: Error) => void) | undefined;

  /** @param now Milliseconds that never go back. */
  constructor(makeHeaders: MakeHeaders, durable: NatsDurableValues, now: () => number) {
    this.#makeHeaders = makeHeaders;
    this.#durable = durable;
    this.#now = now;
  }

  /** Publishes by this from now on. */
  use(js: JetStreamClient): void {
    this.#js = js;
  }

  /** Takes note of what the client tells: it lets a request whose connection is gone wait until its time is over. */
  status({ type }: Status): void {
    if (type !== 'disconnect') return;
    this.#lost?.(new NatsRequestError('send', 'timeout', undefined));
  }

  /** Publishes a batch into the stream, and returns the rest of it as soon as one fails that may succeed later. */
  async hand(client: NatsClient, batch: readonly Outgoing[]): Promise<readonly Outgoing[]> {
    for (const [place, outgoing] of batch.entries()) {
      if (outgoing.left) continue;
      try {
        await this.#publish(client, outgoing);
        this.#missing = undefined;
        outgoing.settle();
      } catch (cause) {
        const what = `send ${outgoing.topic} to stream ${this.#durable.stream}`;
        const error = natsError(cause, what);
        if (this.#passes(error)) return batch.slice(place);
        outgoing.settle(error);
      }
    }
    return [];
  }

  async #publish(client: NatsClient, outgoing: Outgoing): Promise<void> {
    const limit = client.info?.max_payload ?? MAX_PAYLOAD;
    if (outgoing.size > limit) throw new MessageTooLargeError(outgoing.size, limit);
    const lost = new Promise<never>((_, reject) => (this.#lost = reject));
    // What follows may throw before anybody waits for it.
    lost.catch(() => undefined);
    if (!this.#js) throw new NatsRequestError('send', 'timeout', undefined);
    const acknowledged = this.#js.publish(outgoing.subject, outgoing.data, {
      headers: headersOf(this.#makeHeaders, outgoing),
      // A stream knows an id for all of its subjects: the same one on another topic would pass for stored.
      msgID: `${outgoing.id}>${outgoing.topic}`,
      expect: { streamName: this.#durable.stream },
    });
    // Whoever loses the race must not be an error that nobody awaits.
    acknowledged.catch(() => undefined);
    await Promise.race([acknowledged, lost]);
  }

  #passes(error: Error): boolean {
    if (!(error instanceof NatsRequestError)) return false;
    if (error.failure === 'timeout') return true;
    if (error.failure !== 'no-jetstream') return false;
    this.#missing ??= this.#now();
    return this.#now() - this.#missing < this.#durable.patience;
  }
}

/**
 * What a stream stores of a subject from now on, each once and in order, also over interruptions: it goes on behind the last
 * one that came.
 */
export function durableMessages(
  nats: NatsConnection,
  clock: Clock,
  { stream, patience }: NatsDurableValues,
  subject: string,
): Observable<JsMsg> {
  return defer(() => {
    let last: number | undefined;
    return nats.jetstream$.pipe(
      switchMap((jetstream) =>
        defer(() => consumer(jetstream, stream, subject, last, (seq) => (last = seq))).pipe(
          // It ends when the client could not make it anew for a while.
          goOn(nats, clock, patience),
          takeUntil(nats.ended$),
        ),
      ),
    );
  });
}

function consumer(
  { js, manager }: NatsJetStream,
  stream: string,
  subject: string,
  known: number | undefined,
  seen: (sequence: number) => void,
): Observable<JsMsg> {
  return new Observable((subscriber) => {
    let last = known ?? 0;
    const opening = async (): Promise<void> => {
      try {
        if (known === undefined) {
          last = (await manager.streams.info(stream)).state.last_seq;
          seen(last);
        }
        const ordered = await js.consumers.get(stream, {
          filter_subjects: subject,
          // By its number: a start at `new` would start anew with each interruption, behind what came meanwhile.
          opt_start_seq: last + 1,
        });
        if (subscriber.closed) return;
        const messages = await ordered.consume({
          // With its defaults it stands still for 44 seconds when a server comes back.
          expires: 5000,
          idle_heartbeat: 1000,
          max_messages: 256,
          callback: (msg) => {
            if (msg.seq <= last) return;
            last = msg.seq;
            seen(last);
            subscriber.next(msg);
          },
        });
        subscriber.add(() => {
          messages.stop();
          // The server drops it by itself after five minutes.
          void ordered.delete().catch(() => undefined);
        });
        const error = await messages.closed();
        if (error) subscriber.error(natsError(error, `read stream ${stream}`));
        else subscriber.complete();
      } catch (error) {
        subscriber.error(natsError(error, `read stream ${stream}`));
      }
    };
    void opening();
  });
}
