import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** A handler of the synchronization has not ended in time. Its events wait, and are handed over again. */
export class SyncTimeoutError extends RxMeshError {
  readonly code = 'RXM554';

  constructor(
    /** Of which kind the aggregate is. */
    readonly aggregateType: string,
    /** The aggregate. */
    readonly aggregateId: string,
    /** How long it may take, in milliseconds. */
    readonly limit: number,
  ) {
    super(
      `The handler of ${quote(aggregateType)} has not brought ${quote(aggregateId)} up to date within ${limit} ms. Its stream has to complete.`,
    );
  }
}

/** Whether an error says that a handler of the synchronization has not ended in time. */
export const isSyncTimeoutError: (error: unknown) => error is SyncTimeoutError =
  /* @__PURE__ */ createErrorGuard<SyncTimeoutError>('RXM554');

/** How far a read model is. */
export interface ReadModelPosition {
  /** The read model. */
  readonly readModel: string;
  /** The position up to which events are in it; 0 when it has not begun. */
  readonly position: number;
}

/** Read models have not reached a position in time. They may still do so. */
export class ConsistencyTimeoutError extends RxMeshError {
  readonly code = 'RXM555';

  constructor(
    /** The position that was waited for. */
    readonly position: number,
    /** The read models that are not there yet; none when none is known, or they could not be read. */
    readonly behind: readonly ReadModelPosition[],
    /** How long that was, in milliseconds. */
    readonly timeout: number,
    options?: ErrorOptions,
  ) {
    super(
      `Position ${position} was not reached within ${timeout} ms: ${toldBehind(behind)}. Somebody has to run what makes them.`,
      options,
    );
  }
}

/** Whether an error says that read models have not reached a position in time. */
export const isConsistencyTimeoutError: (error: unknown) => error is ConsistencyTimeoutError =
  /* @__PURE__ */ createErrorGuard<ConsistencyTimeoutError>('RXM555');

/** So many events could not be handled that no more may wait. The synchronization stands still until one of them can. */
export class SyncBlockedError extends RxMeshError {
  readonly code = 'RXM556';

  constructor(
    /** The name of the synchronization. */
    readonly synchronization: string,
    /** How many events may wait. */
    readonly maxParked: number,
    options?: ErrorOptions,
  ) {
    super(
      `Synchronization ${quote(synchronization)} stands still: more than ${maxParked} events could not be handled. Mend its handlers, or discard what waits.`,
      options,
    );
  }
}

/** Whether an error says that a synchronization stands still. */
export const isSyncBlockedError: (error: unknown) => error is SyncBlockedError =
  /* @__PURE__ */ createErrorGuard<SyncBlockedError>('RXM556');

function toldBehind(behind: readonly ReadModelPosition[]): string {
  if (behind.length === 0) return 'no read model is known, or none could be read';
  return behind
    .map(({ readModel, position }) => `${quote(readModel)} is at ${position}`)
    .join(', ');
}

function quote(name: string): string {
  return JSON.stringify(name);
}
