import type { PubAck } from '@nats-io/jetstream';
import { InvalidEventError, isEventLogUnavailableError } from 'rx-mesh/event-sourcing';
import type { JetStreamCalls } from './jetstream-calls';
import { COUNT_HEADER, type StoredCommit, bodyOf } from './jetstream-commit';
import { keep } from './jetstream-memory';
import type { JetStreamValues } from './jetstream-options';
import { WRONG_LAST_SEQUENCE, natsFault } from './nats-failure';
import type { NatsModules } from './nats-modules';

const HEADERS = 512; // bytes
const MOST_UNSURE = 1000;

/** What a publisher works with. */
export interface PublisherParts {
  readonly calls: JetStreamCalls;
  readonly values: JetStreamValues;
  readonly modules: Pick<NatsModules, 'core'>;
}

/** Publishes the messages of commits, and remembers those whose outcome is not known. */
export class JetStreamPublisher {
  readonly #parts: PublisherParts;
  // Behind which sequence a message may be found, by its key.
  readonly #unsure = new Map<string, number>();

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** Behind which sequence a message may be that was published already; `undefined` when all is known of it. */
  unsure(key: string): number | undefined {
    return this.#unsure.get(key);
  }

  /**
   * Publishes the message of a commit. It is stored only if the last one of its subject is the one that was expected.
   *
   * @param last The sequence of that one; 0 for none.
   * @param key By which the server knows the message again.
   */
  async publish(
    subject: string,
    commit: Omit<StoredCommit, 'seq'>,
    last: number,
    key: string,
  ): Promise<PubAck | 'conflict'> {
    const { calls, modules, values } = this.#parts;
    const data = new TextEncoder().encode(bodyOf(commit));
    const { headers } = await modules.core();
    try {
      const ack = await calls.run(`append to ${subject}`, async ({ client, js }) => {
        const most = (client.info?.max_payload ?? Infinity) - HEADERS;
        // The server would close the connection.
        if (data.byteLength > most)
          throw new InvalidEventError('events', `more than ${most} bytes`);
        const carried = headers();
        carried.set(COUNT_HEADER, String(commit.events.length));
        const expect = { streamName: values.stream, lastSubjectSequence: last };
        try {
          return await js.publish(subject, data, { msgID: key, expect, headers: carried });
        } catch (error) {
          if (natsFault(error).code === WRONG_LAST_SEQUENCE) return 'conflict';
          throw error;
        }
      });
      if (ack !== 'conflict') this.#unsure.delete(key);
      return ack;
    } catch (error) {
      if (isEventLogUnavailableError(error)) {
        keep(this.#unsure, key, Math.min(this.#unsure.get(key) ?? last, last), MOST_UNSURE);
      }
      throw error;
    }
  }
}
