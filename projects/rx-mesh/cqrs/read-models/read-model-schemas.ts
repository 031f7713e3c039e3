import { Injectable, inject } from '@angular/core';
import type { ReadModelRecord, ReadModelWrite } from 'rx-mesh/event-sourcing';
import { DIAGNOSTICS } from 'rx-mesh/kernel';
import type { ReadModel } from './read-model';
import { READ_MODELS } from './read-model-options';

const LEFT_OUT = { code: 'RXM553', severity: 'warning', source: 'cqrs' } as const;

/** What a stored record is today: shown, or left out, and then whether it may be written over. */
export type SchemaReading<T> =
  { readonly shown: ReadModel<T> } | { readonly shown: undefined; readonly isDropped: boolean };

// It is not for this application to spoil.
const HIDDEN = { shown: undefined, isDropped: false } as const;
const FAILED = /* @__PURE__ */ Symbol('migrate failed');

/**
 * In which shape records are stored. What is of shape 1 is stored as it is; of a later shape it stands in an envelope with
 * its number, and so does what looks like an envelope itself.
 */
@Injectable({ providedIn: 'root' })
export class ReadModelSchemas {
  private readonly diagnostics = inject(DIAGNOSTICS);
  // A map, because a read model may well be called `constructor`.
  private readonly schemas = new Map(Object.entries(inject(READ_MODELS.token).schemas));
  private readonly told = new Set<string>();

  /** What has to be stored for a value. */
  write(model: string, id: string, data: unknown, position: number): ReadModelWrite {
    const version = this.schemas.get(model)?.version ?? 1;
    const isPlain = version === 1 && !envelopeIn(data);
    return { model, id, position, value: isPlain ? data : { $schema: version, $data: data } };
  }

  /** What a record is to those who look. The name is that of the read model, not of a generation. */
  read<T>(record: ReadModelRecord, name: string): SchemaReading<T> {
    const { id, version, position, timestamp } = record;
    // A projection builds its states anew with each version.
    const isGeneration = record.model !== name;
    const wanted = isGeneration ? 1 : (this.schemas.get(name)?.version ?? 1);
    const { $schema: found, $data: stored } = (isGeneration
      ? undefined
      : envelopeIn(record.value)) ?? { $schema: 1, $data: record.value };
    if (found > wanted) {
      this.tell(name, `${found} is newer than ${wanted}, so another tab runs a newer application`);
      return HIDDEN;
    }
    const data = found === wanted ? stored : this.migrated(name, stored, found);
    if (data === FAILED) return HIDDEN;
    if (data === undefined) return { shown: undefined, isDropped: true };
    const lastUpdated = new Date(timestamp);
    return {
      shown: Object.freeze({ model: name, id, version, data: data as T, lastUpdated, position }),
    };
  }

  private migrated(model: string, data: unknown, from: number): unknown {
    const migrate = this.schemas.get(model)?.migrate;
    if (!migrate) {
      this.tell(model, `${from} is older, and there is no migrate function`);
      return undefined;
    }
    try {
      return migrate(data, from);
    } catch (error) {
      this.tell(model, `${from} could not be migrated, so they are not written over`, error);
      return FAILED;
    }
  }

  // Once for each read model: all of its records were written by the same application.
  private tell(model: string, problem: string, cause?: unknown): void {
    if (this.told.has(model)) return;
    this.told.add(model);
    const message = `Records of the read model ${JSON.stringify(model)} are left out: schema ${problem}. Others are shown.`;
    this.diagnostics.report({ ...LEFT_OUT, message, cause });
  }
}

interface Envelope {
  readonly $schema: number;
  readonly $data: unknown;
}

function envelopeIn(value: unknown): Envelope | undefined {
  const isOne =
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 2 &&
    Object.hasOwn(value, '$data') &&
    Object.hasOwn(value, '$schema') &&
    Number.isSafeInteger((value as Envelope).$schema) &&
    (value as Envelope).$schema > 0;
  return isOne ? (value as Envelope) : undefined;
}
