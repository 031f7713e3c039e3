import {
  type Projection,
  type ProjectionKey,
  type ReadModelChange,
  type ReadModelStorage,
  isBrokenReadModelError,
} from 'rx-mesh/event-sourcing';
import { InvalidOptionError } from 'rx-mesh/kernel';

/** A read model: by its name what was put there, by its projection what that makes of events. */
export type ReadModelSource<T = unknown> = string | Projection<T>;

/** A read model of which a query reads: by its name, be it that of a projection, or by its projection. */
export type ReadModelName = string | ProjectionKey;

/** Where a record is looked for. */
export interface RecordPlace<T = unknown> {
  readonly source: ReadModelSource<T>;
  readonly id: string;
}

// Where event sourcing keeps which generation of a projection is the one that readers see.
const PLACES = '$projections';
const ONE_RECORD = 'all';
const DEFAULT_MODEL = 'default';

/** How a read model is called. */
export function nameOf(source: ReadModelName): string {
  return typeof source === 'string' ? source : source.name;
}

/**
 * Which record is meant: a text alone is the id of one of the model `default`, a projection alone is its only record.
 *
 * @throws InvalidOptionError when that is none.
 */
export function recordPlace<T>(source: ReadModelSource<T>, id: string | undefined): RecordPlace<T> {
  if (id === undefined && typeof source === 'string') return { source: DEFAULT_MODEL, id: source };
  if (source === '') throw new InvalidOptionError('model', source, 'a text that is not empty');
  if (id !== undefined) return { source, id: textual(id) };
  if (typeof source === 'string' || !source.idOf) return { source, id: ONE_RECORD };
  throw new InvalidOptionError('id', id, `an id: the projection ${JSON.stringify(source.name)} has idOf`); // prettier-ignore
}

function textual(id: unknown): string {
  if (typeof id === 'string') return id;
  throw new InvalidOptionError('id', id, 'a text');
}

/** Under which name its records are stored; `undefined` as long as a projection has none. */
export async function storedModel(
  storage: ReadModelStorage,
  source: ReadModelName,
): Promise<string | undefined> {
  if (typeof source === 'string') return source;
  try {
    const value = (await storage.read(PLACES, source.name))?.value;
    const isPlace = typeof value === 'object' && value !== null && 'active' in value;
    return isPlace && typeof value.active === 'string' ? value.active : undefined;
  } catch (error) {
    if (isBrokenReadModelError(error)) return undefined;
    throw error;
  }
}

/** Whether a change may be one of these read models. */
export function touches(
  { models, checkpoint }: ReadModelChange,
  names: readonly string[],
): boolean {
  if (!models) return checkpoint === undefined && names.length > 0;
  return models.some(
    (model) =>
      names.includes(model) ||
      (names.length > 0 && model === PLACES) ||
      names.some((name) => model.startsWith(`${name}@`)),
  );
}
