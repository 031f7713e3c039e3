import {
  type PageRange,
  type ReadModelRecord,
  type ReadModelStorage,
  isBrokenReadModelError,
} from 'rx-mesh/event-sourcing';
import { type Diagnostics, positiveInteger } from 'rx-mesh/kernel';
import { type Observable, defer, distinctUntilChanged, filter } from 'rxjs';
import type { ReadModel } from './read-model';
import type { ReadModelValues } from './read-model-options';
import type { ReadModelSchemas } from './read-model-schemas';
import { type ReadModelName, type ReadModelSource, type RecordPlace, nameOf, storedModel, touches } from './read-model-source'; // prettier-ignore
import { check } from './read-model-writes';
import { type RefreshPorts, refreshed } from './refreshed';

/** What reading stands on. */
export interface ReadPorts extends RefreshPorts {
  readonly storage: ReadModelStorage;
  readonly schemas: ReadModelSchemas;
  readonly diagnostics: Diagnostics;
  readonly values: ReadModelValues;
}

const PAGE = 500;
const UNREADABLE = { code: 'RXM553', severity: 'warning', source: 'cqrs' } as const;

/** A record as it is; `undefined` when there is none, or it is left out. */
export async function readOne<T>(
  { storage, schemas }: ReadPorts,
  { source, id }: RecordPlace<T>,
): Promise<ReadModel<T> | undefined> {
  const model = await storedModel(storage, source);
  const record = model === undefined ? undefined : await storage.read(model, id);
  return record && schemas.read<T>(record, nameOf(source)).shown;
}

/** A page of records by id, filled up where some are left out. */
export async function readPage<T>(
  { storage, schemas }: ReadPorts,
  source: ReadModelSource<T>,
  { after, max = PAGE }: PageRange<string>,
): Promise<readonly ReadModel<T>[]> {
  check('PageRange.max', max, positiveInteger(max));
  const shown: ReadModel<T>[] = [];
  const model = await storedModel(storage, source);
  if (model === undefined) return shown;
  for (let from = after; ;) {
    const records: readonly ReadModelRecord[] = await storage.list(model, { after: from, max });
    for (const record of records) {
      const one = schemas.read<T>(record, nameOf(source)).shown;
      if (one && shown.length < max) shown.push(one);
    }
    // Lists leave broken records out, so a page that is not full may not be the last: an empty one is.
    from = records.at(-1)?.id;
    if (from === undefined || shown.length === max) return shown;
  }
}

/** What a read gives, as it is and as it changes. A storage that fails is told once, and looked at again. */
export function followedRead<T>(
  ports: ReadPorts,
  source: ReadModelName,
  read: () => Promise<T>,
  isSame: (before: T, now: T) => boolean,
  nothing: T,
): Observable<T> {
  const { storage, diagnostics, values } = ports;
  const names = [nameOf(source)];
  const tell = (what: string, cause: unknown): void => {
    const message = `The read model ${JSON.stringify(names[0])} ${what}`;
    diagnostics.report({ ...UNREADABLE, message, cause });
  };
  return defer(() => {
    let [isTold, isBroken] = [false, false];
    const look = async (): Promise<T> => {
      isBroken = false;
      try {
        return await read();
      } catch (error) {
        if (!isBrokenReadModelError(error)) throw error;
        if (!isTold) tell('has a record that is none. It is as if it were not there.', error);
        isTold = isBroken = true;
        return nothing;
      }
    };
    return refreshed(ports, {
      look: () => defer(look),
      wake$: storage.changes$.pipe(filter((change) => touches(change, names))),
      throttle: values.throttle,
      every: values.pollInterval,
      // One diagnostic for each time of trouble.
      onAnswer: () => {
        isTold = isBroken;
      },
      onFailure: (error) => {
        if (!isTold) tell('cannot be read. What was read stays, and it is tried again.', error);
        isTold = true;
        return 'again';
      },
    }).pipe(distinctUntilChanged(isSame));
  });
}

/** Whether one is as the other. */
export function isSameModel(a: ReadModel | undefined, b: ReadModel | undefined): boolean {
  return (
    a?.id === b?.id &&
    a?.version === b?.version &&
    a?.position === b?.position &&
    a?.lastUpdated.getTime() === b?.lastUpdated.getTime()
  );
}

/** Whether all are as the others. */
export function areSameModels(a: readonly ReadModel[], b: readonly ReadModel[]): boolean {
  return a.length === b.length && a.every((one, at) => isSameModel(one, b[at]));
}
