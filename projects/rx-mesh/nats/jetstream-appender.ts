import type { PubAck } from '@nats-io/jetstream';
import {
  type AppendResult,
  EventLogUnavailableError,
  type ExpectedVersion,
  InvalidEventError,
  type NewCommit,
  WrongExpectedVersionError,
} from 'rx-mesh/event-sourcing';
import {
  type AppendQuestion,
  type EventPlace,
  checkNew,
  checkOnce,
  checkRepeated,
  numberOf,
  verdictOf,
} from './jetstream-check';
import { MOST_EVENTS, type StoredCommit, endOf, envelopesOf, versionOf } from './jetstream-commit';
import { JetStreamHeadError } from './jetstream-errors';
import { hashOf } from './jetstream-hash';
import { type JetStreamMemory, type KnownHead, NO_HEAD, headOf } from './jetstream-memory';
import { JetStreamPublisher, type PublisherParts } from './jetstream-publisher';
import type { JetStreamReader } from './jetstream-reader';
import { allSubjects, streamOf, subjectOf } from './jetstream-subject';

const MOST_TRIES = 100;
const LONGEST_SUBJECT = 1000; // characters

/** What an appender works with. */
export interface AppenderParts extends PublisherParts {
  readonly reader: JetStreamReader;
  readonly memory: JetStreamMemory;
}

/**
 * Appends commits: each is one message, stored only if the message before it in its stream is the one that was seen. So
 * versions have neither gaps nor doubles, whoever appends.
 */
export class JetStreamAppender {
  readonly #parts: AppenderParts;
  readonly #publisher: JetStreamPublisher;

  constructor(parts: AppenderParts) {
    this.#parts = parts;
    this.#publisher = new JetStreamPublisher(parts);
  }

  /** Appends a commit, or finds the one that it repeats. */
  async append(
    commit: NewCommit,
    expected: ExpectedVersion,
    skipTo: number,
  ): Promise<AppendResult> {
    const { stream, events } = commit;
    const { memory, values } = this.#parts;
    const subject = this.subjectOf(stream);
    const ids = events.map(({ id }) => id);
    if (ids.length > MOST_EVENTS) {
      throw new InvalidEventError('events', `a list of more than ${MOST_EVENTS}`);
    }
    checkOnce(stream, ids);
    let salt = 0;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const known = ids.length > 0 ? memory.head(subject) : undefined;
      const key = hashOf([stream, ...ids, String(salt)]);
      const head = known ?? (await this.#head(subject, this.#publisher.unsure(key)));
      const current = Math.max(head.version, skipTo - 1);
      const question: AppendQuestion = { stream, ids, expected, current };
      const verdict = verdictOf(question);
      if (verdict === 'repeated') return this.#repeated(question, subject, head);
      const earlier = verdict === 'store' ? await this.#earlier(question, known) : undefined;
      if (verdict === 'wrong' || earlier === 'doubt') {
        if (!known) throw new WrongExpectedVersionError(stream, expected, current);
        memory.doubt(subject);
        continue;
      }
      if (earlier) return earlier;
      if (ids.length === 0) {
        const last = await this.#parts.reader.last(allSubjects(values.subject));
        const position = last?.commit ? endOf(last.commit) : (last?.seq ?? 0) * MOST_EVENTS;
        return { stream, version: current, position, count: 0, duplicate: false };
      }
      const wanted = {
        stream,
        first: current + 1,
        total: head.total + ids.length,
        at: commit.timestamp,
        events,
      };
      const ack = await this.publish(subject, wanted, head.seq, key);
      if (ack === 'conflict') {
        await this.#catchUp(subject, head.seq);
        continue;
      }
      const stored = { ...wanted, seq: ack.seq };
      if (!ack.duplicate) {
        memory.note(subject, stored);
        return resultOf(stored, false);
      }
      memory.doubt(subject);
      const found = await this.#duplicateOf(ack.seq, stored);
      if (found) return this.#asRepeated(question, found);
      // The same key, but something else, or nothing any more.
      salt++;
    }
    throw new EventLogUnavailableError(values.stream, {
      cause: new Error(`Others were faster ${MOST_TRIES} times.`),
    });
  }

  /** The subject of an event stream. @throws InvalidEventError when the name can have none. */
  subjectOf(stream: string): string {
    const subject = stream === '' ? undefined : writable(this.#parts.values.subject, stream);
    if (subject === undefined) {
      throw new InvalidEventError('stream', 'no name that can be written in UTF-8');
    }
    if (subject.length > LONGEST_SUBJECT) throw new InvalidEventError('stream', 'too long a name');
    return subject;
  }

  /** Forgets what is known of a subject. */
  forget(subject: string): void {
    this.#parts.memory.doubt(subject);
  }

  /** Publishes the message of a commit behind another one. */
  async publish(
    subject: string,
    commit: Omit<StoredCommit, 'seq'>,
    last: number,
    key: string,
  ): Promise<PubAck | 'conflict'> {
    try {
      return await this.#publisher.publish(subject, commit, last, key);
    } catch (error) {
      this.forget(subject);
      throw error;
    }
  }

  /** The newest head of a subject; with what came since then noted, too. */
  async #head(subject: string, since: number | undefined): Promise<KnownHead> {
    const { reader, memory, values } = this.#parts;
    const last = await reader.last(subject);
    if (!last) return NO_HEAD;
    if (!last.commit) throw new JetStreamHeadError(values.stream, subject, last.seq);
    if (since !== undefined) await this.#note(subject, since, last.seq - 1);
    return memory.note(subject, last.commit);
  }

  async #catchUp(subject: string, since: number): Promise<void> {
    this.#parts.memory.doubt(subject);
    await this.#head(subject, since);
  }

  async #note(subject: string, since: number, to: number): Promise<void> {
    const { reader, memory } = this.#parts;
    await reader.each({ filter: subject, from: since + 1, to }, ({ commit }) => {
      if (commit) memory.note(subject, commit);
      return true;
    });
  }

  async #repeated(
    question: AppendQuestion,
    subject: string,
    head: KnownHead,
  ): Promise<AppendResult> {
    const { reader } = this.#parts;
    const wanted = (numberOf(question.expected) ?? 0) + 1;
    const end = wanted + question.ids.length - 1;
    const found = new Map<number, { readonly id: string; readonly position: number }>();
    const from = await reader.search(subject, wanted, head.seq);
    await reader.each({ filter: subject, from, to: head.seq }, ({ commit }) => {
      if (!commit) return true;
      for (const event of envelopesOf(commit)) found.set(event.version, event);
      return versionOf(commit) < end;
    });
    return checkRepeated(
      question,
      question.ids.map((_id, at) => found.get(wanted + at)),
    );
  }

  /** What the append repeats, as far as it is known; `doubt`, when it is known only from a head that may be old. */
  async #earlier(
    question: AppendQuestion,
    known: KnownHead | undefined,
  ): Promise<AppendResult | 'doubt' | undefined> {
    const { memory, reader } = this.#parts;
    const places: (EventPlace | undefined)[] = [];
    for (const id of question.ids) {
      const place = memory.place(id);
      if (!place) {
        places.push(undefined);
        continue;
      }
      if (known) return 'doubt';
      // It may be gone meanwhile.
      const message = await reader.at(Math.floor(place.position / MOST_EVENTS));
      const isThere = message?.commit?.events.some((event) => event.id === id) === true;
      if (!isThere) memory.forget(id);
      places.push(isThere ? place : undefined);
    }
    return checkNew(question, places);
  }

  async #duplicateOf(seq: number, wanted: StoredCommit): Promise<StoredCommit | undefined> {
    const commit = (await this.#parts.reader.at(seq))?.commit;
    const isSame =
      commit?.stream === wanted.stream &&
      commit.events.length === wanted.events.length &&
      commit.events.every(({ id }, at) => id === wanted.events[at]?.id);
    return isSame ? commit : undefined;
  }

  #asRepeated(question: AppendQuestion, found: StoredCommit): AppendResult {
    const wanted = numberOf(question.expected);
    if (wanted === undefined || wanted + 1 === found.first) return resultOf(found, true);
    const places = envelopesOf(found).map(({ stream, version, position }) => ({ stream, version, position })); // prettier-ignore
    return checkNew(question, places) ?? resultOf(found, true);
  }
}

function writable(prefix: string, stream: string): string | undefined {
  try {
    const subject = subjectOf(prefix, stream);
    return streamOf(prefix, subject) === stream ? subject : undefined;
  } catch {
    return undefined;
  }
}

function resultOf(commit: StoredCommit, duplicate: boolean): AppendResult {
  const { stream, events } = commit;
  const { version } = headOf(commit);
  return { stream, version, position: endOf(commit), count: events.length, duplicate };
}
