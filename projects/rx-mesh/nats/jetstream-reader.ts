import type { DeliverPolicy, MsgRequest, NextMsgRequest } from '@nats-io/jetstream';
import type { Clock } from 'rx-mesh/kernel';
import type { JetStreamCalls } from './jetstream-calls';
import { type StoredCommit, readCommit, versionOf } from './jetstream-commit';
import type { JetStreamValues } from './jetstream-options';
import { streamOf } from './jetstream-subject';

/** A message of the log, and the commit that it is; none, when something else has published it. */
export interface FoundMessage {
  readonly seq: number;
  readonly subject: string;
  readonly commit: StoredCommit | undefined;
}

/** Which messages to read. */
export interface MessageRange {
  /** The subjects, perhaps with wildcards. */
  readonly filter: string;
  /** The first sequence. */
  readonly from: number;
  /** The last sequence: what comes behind it is not looked at. */
  readonly to: number;
}

const MOST_MESSAGES = 256;
const MOST_BYTES = 16_777_216;
const MAX_PAYLOAD = 1_048_576; // bytes: that of a server which does not say it
const LEAST_SIZE = 65_536; // bytes: as if each message had so many
const EXPIRES = 5000; // ms
const HEARTBEAT = 1000; // ms: with the defaults of the client a read stands still for 44 s after a restart of the server
const SILENCE = 10_000; // ms
const ABANDONED = 10_000_000_000; // ns

/** Reads messages of the log: single ones, and runs of them by a consumer that lives for one page. */
export class JetStreamReader {
  readonly #calls: JetStreamCalls;
  readonly #values: JetStreamValues;
  readonly #clock: Clock;
  readonly #odd: (message: FoundMessage) => void;
  // The longest body so far, in characters.
  #largest: number | undefined;

  /** @param odd Told of each message that is no commit. */
  constructor(
    calls: JetStreamCalls,
    values: JetStreamValues,
    clock: Clock,
    odd: (message: FoundMessage) => void,
  ) {
    this.#calls = calls;
    this.#values = values;
    this.#clock = clock;
    this.#odd = odd;
  }

  /** The newest message of these subjects. */
  async last(subject: string): Promise<FoundMessage | undefined> {
    return this.#one({ last_by_subj: subject });
  }

  /** The first message of these subjects at this sequence or behind it. */
  async next(subject: string, seq: number): Promise<FoundMessage | undefined> {
    // The types of the client have it for the direct way only; the server takes it here as well.
    const query: NextMsgRequest = { seq: Math.max(1, seq), next_by_subj: subject };
    return this.#one(query as unknown as MsgRequest);
  }

  /** The message of this sequence. */
  async at(seq: number): Promise<FoundMessage | undefined> {
    return this.#one({ seq });
  }

  /**
   * Where the commit with this version is, or the first one behind it: its sequence, or one before it.
   *
   * @param end The sequence of a message that has that version or a later one.
   */
  async search(subject: string, version: number, end: number): Promise<number> {
    if (version <= 1) return 1;
    let [low, high, found] = [1, end, end];
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const message = await this.next(subject, middle);
      if (!message || message.seq >= high) {
        // There is none from the middle up to the end: what is sought is below, or is what was found last.
        high = middle;
        continue;
      }
      // Nobody knows its version: it is looked for one by one.
      if (!message.commit) return low;
      if (versionOf(message.commit) >= version) {
        found = message.seq;
        high = middle;
      } else low = message.seq + 1;
    }
    return found;
  }

  /**
   * Hands over messages in order, at most some hundreds, until `visit` has enough. Tells whether that was all of the range.
   */
  async run(range: MessageRange, visit: (message: FoundMessage) => boolean): Promise<boolean> {
    const { filter, from, to } = range;
    if (from > to) return true;
    let seen = from - 1;
    const isEnd = await this.#part(range, (message) => {
      seen = message.seq;
      return message.seq > to || visit(message);
    });
    if (!isEnd || seen >= to) return isEnd;
    // The copy of the stream that a consumer reads may be behind that of the leader, whom this asks.
    const more = await this.next(filter, seen + 1);
    if (!more || more.seq > to) return true;
    return this.#calls.run(`read ${this.#values.stream}`, async () =>
      Promise.reject(new Error('The consumer is behind the stream.')),
    );
  }

  async #part(
    { filter, from, to }: MessageRange,
    visit: (message: FoundMessage) => boolean,
  ): Promise<boolean> {
    const { stream } = this.#values;
    return this.#calls.run(`read ${stream}`, async ({ client, js, manager }) => {
      const info = await manager.consumers.add(stream, {
        ack_policy: 'none',
        deliver_policy: 'by_start_sequence' satisfies DeliverPolicy,
        opt_start_seq: Math.max(1, from),
        filter_subject: filter,
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: ABANDONED,
      });
      if (info.num_pending === 0) {
        this.#release(manager.consumers.delete(stream, info.name));
        return true;
      }
      // A server cuts off a client that takes too much at once, and all users of the connection with it.
      const size = this.#largest ?? client.info?.max_payload ?? MAX_PAYLOAD;
      const most = Math.max(1, Math.floor(MOST_BYTES / size));
      const max_messages = Math.min(MOST_MESSAGES, most, info.num_pending);
      const messages = await js.consumers
        .getConsumerFromInfo(info)
        .fetch({ max_messages, expires: EXPIRES, idle_heartbeat: HEARTBEAT });
      const watch = (): { unsubscribe(): void } =>
        this.#clock.scheduler.schedule(() => messages.stop(), SILENCE);
      let [got, silence] = [0, watch()];
      try {
        for await (const message of messages) {
          silence.unsubscribe();
          silence = watch();
          // One that is missing would be an event that is missing.
          if (message.info.deliverySequence !== ++got) throw new Error('A message was missed.');
          const isLast = message.info.pending === 0;
          const body = message.string();
          this.#largest = Math.max(this.#largest ?? LEAST_SIZE, body.length);
          if (!visit(this.#found(message.seq, message.subject, body))) return false;
          if (message.seq > to) return true;
          if (isLast || message.seq === to) return true;
          if (got === max_messages) return false;
        }
      } finally {
        silence.unsubscribe();
        messages.stop();
        this.#release(manager.consumers.delete(stream, info.name));
      }
      throw new Error(`The server stopped after ${got} of ${max_messages} messages.`);
    });
  }

  /** Hands over messages in order, all of them, until `visit` has enough. */
  async each(range: MessageRange, visit: (message: FoundMessage) => boolean): Promise<void> {
    const state = { from: range.from, isOver: false };
    while (!state.isOver) {
      const isAll = await this.run({ ...range, from: state.from }, (message) => {
        state.from = message.seq + 1;
        state.isOver = !visit(message);
        return !state.isOver;
      });
      if (isAll) return;
    }
  }

  async #one(query: MsgRequest): Promise<FoundMessage | undefined> {
    const { stream } = this.#values;
    return this.#calls.run(`read ${stream}`, async ({ manager }) => {
      const message = await manager.streams.getMessage(stream, query);
      return message ? this.#found(message.seq, message.subject, message.string()) : undefined;
    });
  }

  #found(seq: number, subject: string, body: string): FoundMessage {
    const commit = readCommit(seq, streamOf(this.#values.subject, subject), body);
    const found = { seq, subject, commit };
    if (!commit) this.#odd(found);
    return found;
  }

  // The server removes what nobody uses by itself, a little later.
  #release(done: Promise<unknown>): void {
    done.catch(() => undefined);
  }
}
