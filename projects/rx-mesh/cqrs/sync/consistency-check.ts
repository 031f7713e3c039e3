import {
  type EventEnvelope,
  type EventLog,
  type LogHead,
  type ProjectionKey,
  type ReadModelStorage,
  isBrokenReadModelError,
} from 'rx-mesh/event-sourcing';
import type { Clock } from 'rx-mesh/kernel';
import type { ConsistencyProbe, ReadModelLag } from './consistency-options';
import { syncCheckpoint } from './sync-options';
import { WaitingEvents } from './waiting-events';

/** What looking at read models stands on. */
export interface ConsistencyPorts {
  readonly log: EventLog;
  readonly storage: ReadModelStorage;
  readonly clock: Clock;
}

/** A read model of this application: what it is called, and how its checkpoint is found. */
export interface WatchedModel {
  readonly readModel: string;
  readonly checkpoint: () => Promise<string | undefined>;
}

// Where event sourcing keeps which generation of a projection is the one that readers see.
const PLACES = '$projections';
const PAGE = 500;

/** The read models of this application that are to be looked at. */
export async function watchedModels(
  storage: ReadModelStorage,
  models: readonly (string | ProjectionKey)[] | undefined,
  synchronizations: readonly string[],
): Promise<readonly WatchedModel[]> {
  const names = models?.map((model) => (typeof model === 'string' ? model : model.name));
  const projections = (names ?? (await knownProjections(storage))).map((readModel) => ({
    readModel,
    checkpoint: async () => activeOf(storage, readModel),
  }));
  const syncs = synchronizations.map((readModel) => ({
    readModel,
    checkpoint: async () => Promise.resolve(syncCheckpoint(readModel)),
  }));
  return [...projections, ...syncs];
}

/** Up to which position events are in a read model; 0 when it has not begun. */
export async function positionOf(
  storage: ReadModelStorage,
  { checkpoint }: WatchedModel,
): Promise<number> {
  const name = await checkpoint();
  return name === undefined ? 0 : ((await storage.checkpoint(name))?.position ?? 0);
}

/** How far a read model is behind the log, by the services that have recorded what is missing. */
export async function lagsOf(
  { log, storage, clock }: ConsistencyPorts,
  { readModel, checkpoint }: WatchedModel,
  head: LogHead,
  maxScan: number,
): Promise<readonly ReadModelLag[]> {
  const name = await checkpoint();
  const actualVersion = name === undefined ? 0 : ((await storage.checkpoint(name))?.position ?? 0);
  const unread = await unreadAfter(log, actualVersion, head, maxScan);
  const waiting = name === undefined ? undefined : await WaitingEvents.load(storage, name);
  const parked = waiting?.events ?? [];
  const services = new Map<string, { events: EventEnvelope[]; parked: number }>();
  const countOf = ({ metadata: { serviceId } }: EventEnvelope) => {
    const count = services.get(serviceId) ?? { events: [], parked: 0 };
    services.set(serviceId, count);
    return count;
  };
  for (const event of parked) {
    const count = countOf(event);
    count.events.push(event);
    count.parked++;
  }
  // One that is parked and unread is one of which only the parking was stored.
  for (const event of unread.events) {
    if (waiting?.has(event.position) !== true) countOf(event).events.push(event);
  }
  const now = clock.now();
  return [...services].map(([service, { events, parked: count }]) => ({
    service,
    readModel,
    expectedVersion: events.reduce((most, { position }) => Math.max(most, position), 0),
    actualVersion,
    lagEvents: events.length,
    lagMs: events.reduce((most, { timestamp }) => Math.max(most, now - timestamp), 0),
    parked: count,
    isAtLeast: !unread.isAll,
  }));
}

/** How far a read model of another service is behind, as that says. */
export function lagOfProbe(
  { service, readModel }: ConsistencyProbe,
  facts: unknown,
): readonly ReadModelLag[] {
  const {
    expectedVersion,
    actualVersion,
    lagEvents,
    lagMs = 0,
  } = (facts ?? {}) as Partial<Record<string, unknown>>;
  if (!isAmount(expectedVersion) || !isAmount(actualVersion) || !isAmount(lagMs)) {
    throw new TypeError('A probe of consistency gave no versions.');
  }
  const difference = Math.max(0, expectedVersion - actualVersion);
  const events = isAmount(lagEvents) ? lagEvents : difference;
  if (events === 0 && lagMs === 0 && difference === 0) return [];
  const rest = { lagEvents: events, lagMs, parked: 0, isAtLeast: false };
  return [{ service, readModel, expectedVersion, actualVersion, ...rest }];
}

async function unreadAfter(
  log: EventLog,
  position: number,
  head: LogHead,
  max: number,
): Promise<{ readonly events: readonly EventEnvelope[]; readonly isAll: boolean }> {
  const events: EventEnvelope[] = [];
  let [after, isOver] = [position, head.position <= position];
  while (!isOver && events.length < max) {
    const page = await log.readAll({ after, max: Math.min(PAGE, max - events.length) });
    events.push(...page.events.filter((event) => event.position <= head.position));
    after = page.next;
    isOver = page.end || after >= head.position;
  }
  return { events, isAll: isOver };
}

async function knownProjections(storage: ReadModelStorage): Promise<readonly string[]> {
  const names: string[] = [];
  for (;;) {
    const page = await storage.list(PLACES, { after: names.at(-1), max: PAGE });
    names.push(...page.map(({ id }) => id));
    if (page.length < PAGE) return names;
  }
}

async function activeOf(storage: ReadModelStorage, name: string): Promise<string | undefined> {
  try {
    const value = (await storage.read(PLACES, name))?.value;
    const isPlace = typeof value === 'object' && value !== null && 'active' in value;
    return isPlace && typeof value.active === 'string' ? value.active : undefined;
  } catch (error) {
    if (isBrokenReadModelError(error)) return undefined;
    throw error;
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
