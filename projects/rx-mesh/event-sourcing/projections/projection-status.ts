import { merge, filter } from 'rxjs';
import type { Observable } from 'rxjs';
import type { ProjectionKey } from './projection';
import { isOfProjection, readPlace } from './projection-places';
import { type ProjectionPorts, followed } from './projection-ports';

/** How far a projection is behind the log. */
export interface ProjectionLag {
  /** How many events, at most: positions may have gaps. */
  readonly events: number;
  /** How long ago the oldest event was recorded that is not in it, in milliseconds; 0 when there is none. */
  readonly ms: number;
}

/** Where a projection is. It does not change. */
export interface ProjectionStatus {
  /** The name of the projection. */
  readonly projection: string;
  /** Its version. */
  readonly version: number;
  /**
   * `waiting`: another tab works, or a newer version is live; `catching-up`: events of before are handled; `live`: it has
   * them all; `rebuilding`: a new generation is built, and the old one is what readers see; `stopped`: it does not go on, see
   * {@link ProjectionStatus.error}.
   */
  readonly state: 'waiting' | 'catching-up' | 'live' | 'rebuilding' | 'stopped';
  /** The position up to which events are in it. */
  readonly position: number;
  /** The position of the newest event of the log, when it was last looked at. */
  readonly head: number;
  /** How far that is apart. */
  readonly lag: ProjectionLag;
  /** How many events are parked. */
  readonly parked: number;
  /** Whether this page is the one that works. */
  readonly isLeader: boolean;
  /** Why it has stopped. */
  readonly error?: unknown;
}

/** What of a status the one who works knows. */
export interface ProgressFacts {
  readonly state: ProjectionStatus['state'];
  readonly position: number;
  readonly parked: number;
  /** When the last event in it was recorded. */
  readonly timestamp: number | undefined;
}

/** The status of whoever works. */
export async function statusOf(
  { log, clock }: ProjectionPorts,
  { name: projection, version }: ProjectionKey,
  { state, position, parked, timestamp }: ProgressFacts,
): Promise<ProjectionStatus> {
  // Live, it has just seen the end.
  const head = state === 'live' ? { position, count: 0 } : await log.head();
  const events = lagOf(position, head);
  const ms = events > 0 && timestamp !== undefined ? Math.max(0, clock.now() - timestamp) : 0;
  const facts = { head: Math.max(head.position, position), lag: { events, ms }, isLeader: true };
  return { projection, version, state, position, parked, ...facts };
}

/** The status of a projection as it is stored, by whomever it was. */
export function storedStatus(
  ports: ProjectionPorts,
  { name: projection, version, maxParked: max }: ProjectionKey & { readonly maxParked: number },
): Observable<ProjectionStatus> {
  const { storage, log, clock } = ports;
  const changes$ = storage.changes$.pipe(filter((change) => isOfProjection(change, projection)));
  const read = async (): Promise<ProjectionStatus> => {
    const active = (await readPlace(storage, projection))?.place.active;
    const [position, parked, head] = await Promise.all([
      active === undefined ? 0 : storage.checkpoint(active).then((found) => found?.position ?? 0),
      active === undefined ? 0 : storage.parked(active, { max }).then(({ length }) => length),
      log.head(),
    ]);
    const events = lagOf(position, head);
    const next = events > 0 ? (await log.readAll({ after: position, max: 1 })).events[0] : null;
    const ms = next ? Math.max(0, clock.now() - next.timestamp) : 0;
    const facts = { head: Math.max(head.position, position), lag: { events, ms }, isLeader: false };
    return { projection, version, state: 'waiting', position, parked, ...facts };
  };
  const isSame = (a: ProjectionStatus, b: ProjectionStatus): boolean =>
    a.position === b.position &&
    a.head === b.head &&
    a.parked === b.parked &&
    a.lag.events === b.lag.events &&
    // Time alone is no news once nothing is waited for.
    a.lag.ms === b.lag.ms;
  return followed(ports, projection, merge(changes$, log.hints$), read, isSame);
}

function lagOf(
  position: number,
  head: { readonly position: number; readonly count: number },
): number {
  return Math.min(Math.max(0, head.position - position), head.count);
}
