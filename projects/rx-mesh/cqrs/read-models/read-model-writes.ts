import {
  ReadModelConflictError,
  type ReadModelRecord,
  type ReadModelStorage,
  isReadModelConflictError,
} from 'rx-mesh/event-sourcing';
import { type Clock, InvalidOptionError, nonNegativeInteger } from 'rx-mesh/kernel';
import { type Observable, defer, of, retry } from 'rxjs';
import type { ReadModel } from './read-model';
import type { ReadModelSchemas } from './read-model-schemas';

/** What may be said of a write. */
export interface ReadModelWriteOptions {
  /** The position of the last event in it, at least 0. @default that of the record that is there */
  readonly position?: number | undefined;
}

/** What writing stands on. */
export interface WritePorts {
  readonly storage: ReadModelStorage;
  readonly clock: Clock;
  readonly schemas: ReadModelSchemas;
}

/** Which record is written. */
export interface WritePlace extends ReadModelWriteOptions {
  readonly model: string;
  readonly id: string;
}

const ATTEMPTS = 10;

/** Writes a record that is at the version that is expected; 0 also for one that is left out because of its older schema. */
export async function writeAt(
  ports: WritePorts,
  place: WritePlace,
  data: unknown,
  expected: number,
): Promise<ReadModelRecord | undefined> {
  check('expectedVersion', expected, nonNegativeInteger(expected));
  const before = await ports.storage.read(place.model, place.id);
  const actual = before?.version ?? 0;
  const reading = before && ports.schemas.read(before, place.model);
  const isHidden = reading && !reading.shown && !reading.isDropped;
  if (isHidden) throw new ReadModelConflictError(place.model, place.id, 0, actual);
  const isDropped = reading && !reading.shown;
  if (expected !== actual && !(expected === 0 && isDropped))
    throw new ReadModelConflictError(place.model, place.id, expected, actual);
  return store(ports, place, data, before);
}

/** Writes what is made of the record that is there, whoever else writes: then it is made again of the newer one. */
export function changed<T>(
  ports: WritePorts,
  place: WritePlace,
  change: (before: ReadModel<T> | undefined) => T | undefined,
): Observable<ReadModelRecord | undefined> {
  let final: unknown;
  const attempt = async (): Promise<ReadModelRecord | undefined> => {
    const before = await ports.storage.read(place.model, place.id);
    const reading = before && ports.schemas.read<T>(before, place.model);
    if (before && reading && !reading.shown && !reading.isDropped) {
      // What a newer application has written, or what cannot be migrated for now, is not to be spoilt.
      final = new ReadModelConflictError(place.model, place.id, 0, before.version);
      throw final;
    }
    const data = change(reading?.shown);
    if (!before && data === undefined) return undefined;
    return store(ports, place, data, before);
  };
  return defer(attempt).pipe(
    retry({
      count: ATTEMPTS - 1,
      delay: (error: unknown) => {
        if (isReadModelConflictError(error) && error !== final) return of(true);
        throw error;
      },
    }),
  );
}

async function store(
  { storage, clock, schemas }: WritePorts,
  { model, id, position }: WritePlace,
  data: unknown,
  before: ReadModelRecord | undefined,
): Promise<ReadModelRecord | undefined> {
  const write = schemas.write(model, id, data, position ?? before?.position ?? 0);
  const whole = data === undefined ? { ...write, value: undefined } : write;
  return storage.compareAndSet(whole, before?.version ?? 0, clock.now());
}

/** @throws InvalidOptionError when it cannot be written there. */
export function writePlace(
  model: unknown,
  id: unknown,
  { position }: ReadModelWriteOptions = {},
): WritePlace {
  const isOwn = typeof model === 'string' && model !== '' && !model.startsWith('$');
  check('model', model, isOwn ? undefined : 'a text that is not empty and does not begin with $');
  check('id', id, typeof id === 'string' ? undefined : 'a text');
  if (position !== undefined) check('position', position, nonNegativeInteger(position));
  return { model: model as string, id: id as string, position };
}

/** @throws InvalidOptionError when something else is expected. */
export function check(name: string, value: unknown, expected: string | undefined): void {
  if (expected) throw new InvalidOptionError(name, value, expected);
}
