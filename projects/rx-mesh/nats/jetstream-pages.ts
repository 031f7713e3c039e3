import {
  type EventEnvelope,
  type EventFilter,
  type EventPage,
  type LogRange,
  type StreamRange,
  categoryOf,
} from 'rx-mesh/event-sourcing';
import {
  MOST_EVENTS,
  type StoredCommit,
  endOf,
  envelopesOf,
  positionOf,
  versionOf,
} from './jetstream-commit';
import { keep } from './jetstream-memory';
import type { FoundMessage, JetStreamReader } from './jetstream-reader';
import { allSubjects, categorySubject, subjectOf } from './jetstream-subject';

const PAGE = 500;
const MOST_SIZES = 1000;

/** Pages of a log in JetStream. */
export class JetStreamPages {
  readonly #reader: JetStreamReader;
  readonly #prefix: string;
  // How many events a message has that was read or written: then it need not be read once more to go on behind it.
  readonly #sizes = new Map<number, number>();
  // Where a stream goes on behind a page.
  readonly #starts = new Map<string, number>();

  constructor(reader: JetStreamReader, prefix: string) {
    this.#reader = reader;
    this.#prefix = prefix;
  }

  /** Notes how many events a commit has. */
  note(position: number, count: number): void {
    keep(this.#sizes, Math.floor(position / MOST_EVENTS), count, MOST_SIZES);
  }

  /** A page of the log. */
  async ofLog({ after = 0, max = PAGE, filter = {} }: LogRange): Promise<EventPage> {
    const last = await this.#reader.last(allSubjects(this.#prefix));
    const from = this.#behind(after);
    if (!last || last.seq < from) return { events: [], next: after, end: true };
    const page = new LogPage(after, max, filter);
    if (last.seq === from) {
      page.take(last);
      this.#noteAll(last);
      return page.result(true);
    }
    const range = { filter: this.#subjectsOf(filter), from, to: last.seq };
    const isAll = await this.#reader.run(range, (message) => {
      this.#noteAll(message);
      return page.take(message);
    });
    // What is not wanted has been passed by on the server.
    if (isAll && !page.isCut) page.pass(last);
    return page.result(isAll && !page.isCut);
  }

  /** A page of a stream. */
  async ofStream(stream: string, range: StreamRange): Promise<EventPage> {
    const { direction = 'forward', from, max = PAGE } = range;
    const subject = subjectOf(this.#prefix, stream);
    const head = await this.#reader.last(subject);
    return direction === 'forward'
      ? this.#forward(subject, head, Math.max(1, from ?? 1), max)
      : this.#backward(subject, await this.#newest(subject, head), from ?? Infinity, max);
  }

  /** The newest message that is a commit: only something else has published behind it. */
  async #newest(
    subject: string,
    head: FoundMessage | undefined,
  ): Promise<FoundMessage | undefined> {
    let newest = head?.commit && head;
    for (let back = 1; head && !newest; back *= 2) {
      const from = Math.max(1, head.seq - back);
      await this.#reader.each({ filter: subject, from, to: head.seq - 1 }, (found) => {
        newest = found.commit ? found : newest;
        return true;
      });
      if (from === 1) break;
    }
    return newest;
  }

  async #forward(
    subject: string,
    head: FoundMessage | undefined,
    from: number,
    max: number,
  ): Promise<EventPage> {
    const version = head?.commit ? versionOf(head.commit) : Infinity;
    if (!head || version < from) return { events: [], next: from, end: true };
    const events: EventEnvelope[] = [];
    let next = from;
    let place = 1;
    const take = ({ commit, seq }: FoundMessage): boolean => {
      place = seq;
      for (const event of commit ? envelopesOf(commit) : []) {
        if (event.version < from) continue;
        if (events.length >= max) return false;
        events.push(event);
        next = event.version + 1;
      }
      if (commit) next = Math.max(next, versionOf(commit) + 1);
      return true;
    };
    if (head.commit && head.commit.first <= from) {
      const end = take(head);
      return { events, next, end };
    }
    const start =
      this.#starts.get(`${from} ${subject}`) ??
      (await this.#reader.search(subject, from, head.seq));
    let isCut = false;
    const isAll = await this.#reader.run(
      { filter: subject, from: start, to: head.seq },
      (found) => {
        isCut = !take(found);
        return !isCut;
      },
    );
    keep(this.#starts, `${next} ${subject}`, place, MOST_SIZES);
    return { events, next, end: isAll && !isCut };
  }

  async #backward(
    subject: string,
    head: FoundMessage | undefined,
    from: number,
    max: number,
  ): Promise<EventPage> {
    if (!head?.commit) return { events: [], next: 0, end: true };
    const top = Math.min(from, versionOf(head.commit));
    const bottom = Math.max(1, top - max + 1);
    const events: EventEnvelope[] = [];
    let oldest = Infinity;
    const take = (commit: StoredCommit): boolean => {
      oldest = Math.min(oldest, commit.first);
      for (const event of envelopesOf(commit)) {
        if (event.version >= bottom && event.version <= top) events.push(event);
      }
      return versionOf(commit) < top;
    };
    if (head.commit.first <= bottom) take(head.commit);
    else {
      const start = await this.#reader.search(subject, bottom, head.seq);
      // Forward, for no server reads backward: a page has few commits.
      await this.#reader.each({ filter: subject, from: start, to: head.seq }, ({ commit }) =>
        commit ? take(commit) : true,
      );
    }
    if (events.length > 0) {
      return { events: events.reverse(), next: bottom - 1, end: bottom <= 1 };
    }
    // Nothing here: there may be some below, where versions were left out.
    const first = await this.#reader.next(subject, 1);
    const isOver = !first?.commit || first.commit.first > bottom;
    return { events, next: isOver ? 0 : bottom - 1, end: isOver || bottom <= 1 };
  }

  /** The sequence from which on there may be events behind a position. */
  #behind(position: number): number {
    const seq = Math.floor(position / MOST_EVENTS);
    const count = this.#sizes.get(seq);
    return count !== undefined && position % MOST_EVENTS >= count - 1 ? seq + 1 : Math.max(1, seq);
  }

  #noteAll({ seq, commit }: FoundMessage): void {
    keep(this.#sizes, seq, commit?.events.length ?? 0, MOST_SIZES);
  }

  #subjectsOf({ stream, category }: EventFilter): string {
    if (stream !== undefined) return subjectOf(this.#prefix, stream);
    return category === undefined
      ? allSubjects(this.#prefix)
      : categorySubject(this.#prefix, category);
  }
}

class LogPage {
  readonly #events: EventEnvelope[] = [];
  readonly #after: number;
  readonly #max: number;
  readonly #wants: (event: EventEnvelope) => boolean;
  #next: number;
  /** Whether a commit did not fit as a whole. */
  isCut = false;

  constructor(after: number, max: number, { stream, category, types }: EventFilter) {
    const wanted = types && new Set(types);
    this.#after = after;
    this.#next = after;
    this.#max = max;
    this.#wants = (event) =>
      (stream === undefined || stream === event.stream) &&
      (category === undefined || category === categoryOf(event.stream)) &&
      (wanted === undefined || wanted.has(event.type));
  }

  /** Takes what is wanted of a message; tells whether there is room for more. */
  take(message: FoundMessage): boolean {
    for (const event of message.commit ? envelopesOf(message.commit) : []) {
      if (event.position <= this.#after) continue;
      if (this.#events.length >= this.#max) {
        this.isCut = true;
        return false;
      }
      if (this.#wants(event)) this.#events.push(event);
      this.#next = event.position;
    }
    this.pass(message);
    return true;
  }

  /** Goes on behind a message. */
  pass({ seq, commit }: FoundMessage): void {
    this.#next = Math.max(this.#next, commit ? endOf(commit) : positionOf(seq, 0));
  }

  result(end: boolean): EventPage {
    return { events: this.#events, next: this.#next, end: end && !this.isCut };
  }
}
