import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, InvalidOptionError, positiveInteger } from 'rx-mesh/kernel';
import type { Observable } from 'rxjs';
import { plainCopy } from '../event-data';
import type { EventEnvelope } from '../event-envelope';
import { EVENT_SOURCING } from '../event-sourcing-options';
import { EVENT_LOG } from '../log/event-log-token';
import { UPCASTERS } from '../upcasters';
import { EventReads } from './event-reads';
import { reportAside } from './event-reports';
import { flowOf } from './flow';
import { SNAPSHOT_STORE, type Snapshot } from './snapshots';

/** How the state of a stream comes from its events. */
export interface StateFold<S> {
  /** Makes the state before the first event. */
  readonly initial: () => S;
  /** Makes the state after an event. Must not change the one before. What it throws is the error of the load. */
  readonly evolve: (state: S, event: EventEnvelope) => S;
  /** When a snapshot is kept. @default never */
  readonly snapshot?: SnapshotPolicy | undefined;
}

/** When a snapshot of a state is kept, and which one may be used. */
export interface SnapshotPolicy {
  /** After how many events that had to be folded, at least 1. */
  readonly every: number;
  /** The version of the shape of the state, at least 1. Raise it whenever `evolve` changes. @default 1 */
  readonly schemaVersion?: number | undefined;
  /** The name of the snapshot, for streams of which there are several states. @default the stream */
  readonly key?: string | undefined;
}

/** A state and where it stands. */
export interface LoadedState<S> {
  /** The state. */
  readonly state: S;
  /** The version of the stream: what the next append expects. 0 when the stream does not exist. */
  readonly version: number;
  /** The version of the snapshot that it began with; 0 for none. */
  readonly snapshotVersion: number;
}

interface PolicyValues {
  readonly every: number;
  readonly schemaVersion: number;
  readonly key: string;
}

const MOST_BYTES = 4_000_000;

/** Folds streams, from their snapshots on. */
@Injectable({ providedIn: 'root' })
export class StateLoader {
  private readonly log = inject(EVENT_LOG);
  private readonly snapshots = inject(SNAPSHOT_STORE);
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly reads = new EventReads(
    this.log,
    inject(UPCASTERS),
    inject(EVENT_SOURCING.token).pageSize,
  );

  /** Emits the state once, and completes. */
  load<S>(stream: string, { initial, evolve, snapshot }: StateFold<S>): Observable<LoadedState<S>> {
    return flowOf(async (flow) => {
      const policy = snapshot && policyOf(stream, snapshot);
      const found = policy && (await this.usable(stream, policy));
      const source = this.reads.stream(stream);
      let state = found ? (found.state as S) : initial();
      let [version, newest, isOver] = [found?.version ?? 0, -1, false];
      while (!isOver) {
        const { events, next, end } = await source.read(version);
        if (flow.ended()) return;
        for (const event of events) state = evolve(state, event);
        version = next;
        if (!end) continue;
        if (events.at(-1)?.version === version) break;
        // The newest events may be no more, and their version is still the one that counts. Not before another look: what
        // was appended meanwhile has to be in the state.
        isOver = events.length === 0 && newest >= version;
        if (isOver) version = newest;
        else newest = await source.end();
        isOver ||= newest <= version;
      }
      const snapshotVersion = found?.version ?? 0;
      if (policy && version - snapshotVersion >= policy.every) {
        void this.keep({ ...policy, version, state, timestamp: this.clock.now() });
      }
      flow.next({ state, version, snapshotVersion });
    });
  }

  // A snapshot is only ever a short cut: whatever is wrong with it, the events are there.
  private async usable(
    stream: string,
    { key, schemaVersion }: PolicyValues,
  ): Promise<Snapshot | undefined> {
    try {
      const [found, head] = await Promise.all([
        this.snapshots.get(key),
        this.log.streamHead(stream),
      ]);
      // One that is ahead is of a log that is no more.
      const isUsable =
        found?.schemaVersion === schemaVersion && found.version <= (head?.version ?? 0);
      return isUsable ? found : undefined;
    } catch (cause) {
      reportAside(
        this.diagnostics,
        'A snapshot could not be read; all events are folded instead.',
        cause,
      );
      return undefined;
    }
  }

  private async keep(snapshot: Snapshot): Promise<void> {
    try {
      const { key, version, schemaVersion, timestamp } = snapshot;
      const state = plainCopy(snapshot.state, 'state', MOST_BYTES);
      await this.snapshots.put({ key, version, schemaVersion, state, timestamp });
    } catch (cause) {
      reportAside(
        this.diagnostics,
        'A snapshot could not be kept. The state has to be plain JSON of at most 4 MB.',
        cause,
      );
    }
  }
}

function policyOf(stream: string, policy: SnapshotPolicy): PolicyValues {
  const { every, schemaVersion = 1, key = stream } = policy;
  for (const [name, value] of Object.entries({ every, schemaVersion })) {
    const expected = positiveInteger(value);
    if (expected) throw new InvalidOptionError(`SnapshotPolicy.${name}`, value, expected);
  }
  return { every, schemaVersion, key };
}
