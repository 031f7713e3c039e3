import type { EventEnvelope } from '../event-envelope';
import { ONE_RECORD, type Projection, type ProjectionContext } from './projection';
import { isBrokenReadModelError } from './projection-errors';
import type { ParkedReason, ReadModelRecord, ReadModelStorage } from './read-model-storage';
import type { SoundStates } from './sound-states';

/** A record while events are folded into it. */
export interface HeldRecord {
  /** Its state; `undefined` when it is not there. */
  state: unknown;
  /** The position of the last event in it. */
  position: number;
  /** Whether it has to be written. */
  isChanged: boolean;
}

/** The records that events of one batch need; in the place of one that is broken the error. */
export type HeldRecords = Map<string, HeldRecord | { readonly error: unknown }>;

const PAST: ProjectionContext = /* @__PURE__ */ Object.freeze({ isReplay: true });
const PRESENT: ProjectionContext = /* @__PURE__ */ Object.freeze({ isReplay: false });
const LONGEST = 1000;

/** To which record an event belongs. What `idOf` throws is an error of the event. */
export type RecordOfEvent =
  | { readonly id: string; readonly error?: undefined }
  | { readonly id?: undefined; readonly error: unknown };

/** Asks to which record an event belongs; `undefined` when to none. */
export function recordOf<S>(
  { idOf }: Projection<S>,
  event: EventEnvelope,
): RecordOfEvent | undefined {
  if (!idOf) return { id: ONE_RECORD };
  try {
    const id: unknown = idOf(event);
    if (id === undefined) return undefined;
    if (typeof id === 'string') return { id };
    throw new TypeError('idOf gave something that is no text.');
  } catch (error) {
    return { error };
  }
}

/** Reads the records of some ids at once. One that is broken does not stand in the way of the others. */
export async function holdRecords(
  storage: ReadModelStorage,
  model: string,
  ids: ReadonlySet<string>,
): Promise<HeldRecords> {
  const held: HeldRecords = new Map();
  const wanted = new Set(ids);
  while (wanted.size > 0) {
    const list = [...wanted];
    try {
      const records = await storage.readMany(model, list);
      list.forEach((id, at) => held.set(id, heldOf(records[at])));
      return held;
    } catch (error) {
      if (!isBrokenReadModelError(error) || !wanted.delete(error.id)) throw error;
      held.set(error.id, { error });
    }
  }
  return held;
}

/**
 * Folds one event into a record. When that fails, the record is as it was.
 *
 * @throws what the handler throws; InvalidEventError when the state that it gives is no plain JSON.
 */
export function foldInto<S>(
  projection: Projection<S>,
  record: HeldRecord,
  event: EventEnvelope,
  isReplay: boolean,
  states: SoundStates,
): void {
  const handler = projection.handlers.get(event.type);
  if (!handler) return;
  const before = record.state === undefined ? projection.initial() : (record.state as S);
  states.check(before);
  const after = handler(before, event, isReplay ? PAST : PRESENT);
  if (after !== undefined) states.check(after);
  record.state = after;
  record.position = Math.max(record.position, event.position);
  record.isChanged = true;
}

/** What is kept of an error. */
export function reasonOf(error: unknown): ParkedReason {
  const { name, message, code } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly [K in keyof ParkedReason]?: unknown;
  };
  return {
    name: textOf(name, 'Error'),
    message: textOf(message, typeof error === 'string' ? error : 'Something else was thrown.'),
    ...(typeof code === 'string' ? { code: code.slice(0, LONGEST) } : {}),
  };
}

function textOf(found: unknown, otherwise: string): string {
  return (typeof found === 'string' ? found : otherwise).slice(0, LONGEST);
}

function heldOf(record: ReadModelRecord | undefined): HeldRecord {
  return { state: record?.value, position: record?.position ?? 0, isChanged: false };
}
