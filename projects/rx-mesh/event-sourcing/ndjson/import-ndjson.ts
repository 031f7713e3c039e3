import { Observable } from 'rxjs';
import { plainCopy } from '../event-data';
import type { EventEnvelope, EventMetadata } from '../event-envelope';
import { EventTransferError } from '../event-sourcing-errors';
import type { EventSourcingValues } from '../event-sourcing-options';
import type { EventLog } from '../log/event-log';
import { flowOf } from '../store/flow';
import { BLOCK, FORMAT, checksumOf } from './ndjson-blocks';
import { type NdjsonSource, linesOf } from './text-lines';

export type { NdjsonSource } from './text-lines';

/** How far an import is. */
export interface ImportReport {
  /** How many events were read and found intact. */
  readonly events: number;
  /** How many of them were stored. */
  readonly stored: number;
  /** How many of them were there already. */
  readonly known: number;
}

type Values = Pick<EventSourcingValues, 'maxEventBytes' | 'durability'>;

/** Stores what was exported, block after block, each only once its checksum was found to be right. */
export function importedText(
  log: EventLog,
  source: NdjsonSource,
  values: Values,
): Observable<ImportReport> {
  return flowOf(async (flow) => {
    const work = new Import(log, values);
    const left = new AbortController();
    flow.keep(new Observable<never>(() => () => left.abort()));
    for await (const line of linesOf(source, values.maxEventBytes * 12, left.signal)) {
      if (flow.ended()) return;
      const report = await work.take(line);
      if (report) flow.next(report);
    }
    if (!flow.ended()) work.end();
  });
}

class Import {
  readonly #log: EventLog;
  readonly #values: Values;
  #line = 0;
  #checksum: string | undefined;
  #text = '';
  #block: EventEnvelope[] = [];
  #report: ImportReport = { events: 0, stored: 0, known: 0 };
  #isOver = false;

  constructor(log: EventLog, values: Values) {
    this.#log = log;
    this.#values = values;
  }

  /** Takes a line; how far it is, when a block is done. */
  async take(line: string): Promise<ImportReport | undefined> {
    this.#line++;
    const read = this.#parse(line);
    if (this.#isOver) throw this.#fault('something stands behind the end');
    if (this.#checksum === undefined) {
      if (read.get('format') !== FORMAT.format || read.get('version') !== FORMAT.version) {
        throw this.#fault('it is no export of rx-mesh of a known version');
      }
      this.#checksum = await checksumOf('', `${line}\n`);
      return undefined;
    }
    if (read.has('end')) return this.#last(read);
    if (read.has('checksum')) return this.#close(read.get('checksum'), this.#checksum);
    if (this.#block.length >= BLOCK) throw this.#fault('a checksum is missing');
    this.#block.push(this.#event(read));
    this.#text += `${line}\n`;
    return undefined;
  }

  /** Looks whether the end was there. */
  end(): void {
    this.#line++;
    if (!this.#isOver) throw this.#fault('the text ends before its end: something is missing');
  }

  #last(read: ReadonlyMap<string, unknown>): ImportReport {
    const fits =
      this.#block.length === 0 &&
      read.get('checksum') === this.#checksum &&
      read.get('events') === this.#report.events;
    if (!fits) throw this.#fault('the end does not fit what came before');
    this.#isOver = true;
    return this.#report;
  }

  async #close(found: unknown, before: string): Promise<ImportReport> {
    this.#checksum = await checksumOf(before, this.#text);
    if (found !== this.#checksum)
      throw this.#fault('the checksum is wrong, so something was changed');
    for (const commit of commitsOf(this.#block)) await this.#store(commit);
    [this.#block, this.#text] = [[], ''];
    return this.#report;
  }

  async #store(events: readonly [EventEnvelope, ...EventEnvelope[]]): Promise<void> {
    const [{ stream, version, timestamp }] = events;
    const { durability } = this.#values;
    try {
      const { duplicate } = await this.#log.append(
        { stream, events: events.map(preparedOf), timestamp },
        version - 1,
        { durability, skipTo: version },
      );
      const { events: all, stored, known } = this.#report;
      const [more, there] = duplicate ? [0, events.length] : [events.length, 0];
      this.#report = { events: all + events.length, stored: stored + more, known: known + there };
    } catch (cause) {
      throw this.#fault(
        `the log does not take version ${version} of ${JSON.stringify(stream)}`,
        cause,
      );
    }
  }

  #event(read: ReadonlyMap<string, unknown>): EventEnvelope {
    const text = (key: string): string => {
      const value = read.get(key);
      if (typeof value !== 'string' || value === '') throw this.#fault(`${key} is no text`);
      return value;
    };
    const count = (key: string): number => {
      const value = read.get(key);
      if (Number.isSafeInteger(value) && Number(value) > 0) return Number(value);
      throw this.#fault(`${key} is no whole number above 0`);
    };
    const plain = (key: string): unknown => {
      const value = read.get(key);
      if (value === undefined) throw this.#fault(`${key} is missing`);
      try {
        return plainCopy(value, key, this.#values.maxEventBytes);
      } catch (cause) {
        throw this.#fault(`${key} cannot be recorded`, cause);
      }
    };
    const metadata = plain('metadata') as EventMetadata | null;
    if (typeof metadata?.serviceId !== 'string') throw this.#fault('metadata has no serviceId');
    if (text('stream').startsWith('$')) throw this.#fault('stream begins with $');
    const timestamp = read.get('timestamp');
    if (typeof timestamp !== 'number') throw this.#fault('timestamp is no number');
    return {
      id: text('id'),
      type: text('type'),
      stream: text('stream'),
      version: count('version'),
      position: count('position'),
      schemaVersion: count('schemaVersion'),
      aggregateId: text('aggregateId'),
      aggregateType: text('aggregateType'),
      timestamp,
      data: plain('data'),
      // Whoever does work for events must be able to tell them from what happens.
      metadata: Object.freeze({ ...metadata, imported: true }),
    };
  }

  #parse(line: string): ReadonlyMap<string, unknown> {
    try {
      const read: unknown = JSON.parse(line);
      if (typeof read === 'object' && read !== null) return new Map<string, unknown>(Object.entries(read)); // prettier-ignore
    } catch (cause) {
      throw this.#fault('it is no JSON', cause);
    }
    throw this.#fault('it is no object');
  }

  #fault(problem: string, cause?: unknown): EventTransferError {
    return new EventTransferError(this.#line, problem, { cause });
  }
}

/** Events that follow each other in one stream and have one time, as commits. */
function commitsOf(events: readonly EventEnvelope[]): [EventEnvelope, ...EventEnvelope[]][] {
  const commits: [EventEnvelope, ...EventEnvelope[]][] = [];
  for (const event of events) {
    const last = commits.at(-1);
    const before = last?.at(-1);
    const follows =
      before?.stream === event.stream &&
      before.version + 1 === event.version &&
      before.timestamp === event.timestamp;
    if (last && follows) last.push(event);
    else commits.push([event]);
  }
  return commits;
}

function preparedOf(event: EventEnvelope) {
  const { id, type, schemaVersion, aggregateId, aggregateType, data, metadata } = event;
  return { id, type, schemaVersion, aggregateId, aggregateType, data, metadata };
}
