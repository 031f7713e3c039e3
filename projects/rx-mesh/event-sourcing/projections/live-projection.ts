import { InvalidOptionError, shareLatest } from 'rx-mesh/kernel';
import { EMPTY, type Observable, defer, finalize, tap } from 'rxjs';
import type { EventEnvelope } from '../event-envelope';
import { eventFeed } from '../store/event-feed';
import { flowOf } from '../store/flow';
import { ONE_RECORD, type Projection } from './projection';
import { ProjectionFailedError } from './projection-errors';
import type { ProjectionPorts } from './projection-ports';
import { type HeldRecord, foldInto, recordOf } from './record-fold';
import { SoundStates } from './sound-states';
import { recordedTypes, tolerantSource } from './tolerant-source';

/** @throws InvalidOptionError when a projection of many records is asked for none. */
export function idIn<S>({ name, idOf }: Projection<S>, id: string | undefined): string {
  if (id !== undefined || !idOf) return id ?? ONE_RECORD;
  throw new InvalidOptionError('id', id, `an id: the projection ${JSON.stringify(name)} has idOf`);
}

/** Folds that are shared as long as somebody looks at them. */
export class LiveStates {
  readonly #ports: ProjectionPorts;
  readonly #shared = new WeakMap<object, Map<string, Observable<unknown>>>();

  constructor(ports: ProjectionPorts) {
    this.#ports = ports;
  }

  /** The state of one record, from all events, kept nowhere. */
  of<S>(projection: Projection<S>, id: string): Observable<S | undefined> {
    return defer(() => {
      const all = this.#shared.get(projection) ?? new Map<string, Observable<unknown>>();
      this.#shared.set(projection, all);
      const known = all.get(id);
      const shared =
        known ??
        liveState(this.#ports, projection, id).pipe(
          finalize(() => all.delete(id)),
          shareLatest(),
        );
      all.set(id, shared);
      return shared as Observable<S | undefined>;
    });
  }
}

function liveState<S>(
  ports: ProjectionPorts,
  projection: Projection<S>,
  id: string,
): Observable<S | undefined> {
  return flowOf<S | undefined>(async (flow) => {
    const source = tolerantSource(ports);
    const types = recordedTypes(ports, projection);
    const states = new SoundStates();
    const record: HeldRecord = { state: undefined, position: 0, isChanged: true };
    let isLive = false;
    const tell = (): void => {
      if (isLive && record.isChanged) flow.next(record.state as S | undefined);
      if (isLive) record.isChanged = false;
    };
    const take = (event: EventEnvelope, isReplay: boolean): void => {
      const fault = source.faultOf(event);
      if (fault ? !types.has(event.type) : !projection.handlers.has(event.type)) return;
      const target = recordOf(projection, event);
      // One that is still in the shape in which it was recorded may only seem to be of no record.
      if (!target && fault === undefined) return;
      if (target?.id !== undefined && target.id !== id) return;
      if (target?.id === undefined || fault !== undefined) {
        failed(ports, projection, event, fault ?? target?.error);
        return;
      }
      try {
        foldInto(projection, record, event, isReplay, states);
      } catch (cause) {
        failed(ports, projection, event, cause);
      }
    };
    const feed$ = eventFeed(source, 0, ports, ({ events, isReplay }) =>
      defer(() => {
        for (const event of events) take(event, isReplay);
        tell();
        return EMPTY;
      }),
    );
    await flow.finish(
      feed$.pipe(
        tap(({ type }) => {
          isLive = type === 'caught-up';
          tell();
        }),
      ),
    );
  });
}

/** @throws ProjectionFailedError unless such events are left out: there is nowhere to park them. */
function failed<S>(
  { diagnostics }: ProjectionPorts,
  { name, onError }: Projection<S>,
  { position, type }: EventEnvelope,
  cause: unknown,
): void {
  const error = new ProjectionFailedError(name, position, type, 'it could not be handled', {
    cause,
  });
  if (onError !== 'skip') throw error;
  diagnostics.report({
    code: 'RXM510',
    severity: 'error',
    source: 'event-sourcing',
    message: `Projection ${JSON.stringify(name)} could not handle the event of position ${position}; it is left out.`,
    cause,
  });
}
