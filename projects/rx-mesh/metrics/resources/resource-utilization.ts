import type { ObservableInput } from 'rxjs';

/** Memory that is taken, of what may be taken. */
export interface MemoryUtilization {
  /** How many bytes are taken: in a browser those of the JavaScript heap of the page. */
  readonly used: number;
  /** The most bytes that may be taken. */
  readonly limit: number;
}

/** Storage that is taken, of what may be taken. */
export interface DiskUtilization {
  /** How many bytes are taken: in a browser those that the origin stores, about. */
  readonly used: number;
  /** The most bytes that may be taken: in a browser by the origin, and about. */
  readonly quota: number;
}

/** What is known of the connection. Browsers round these, so that nobody is known by them. */
export interface NetworkUtilization {
  /** The bandwidth that there is, in megabits per second; how much of it is used, no browser tells. */
  readonly downlink: number | undefined;
  /** The time for the way there and back, in milliseconds. */
  readonly roundTrip: number | undefined;
  /** What the connection is like: `slow-2g`, `2g`, `3g` or `4g`. */
  readonly effectiveType: string | undefined;
  /** Whether the user asked to save data. */
  readonly saveData: boolean | undefined;
}

/** What a platform tells of its resources. What it does not tell is `undefined` or absent, never 0. */
export interface ResourceReading {
  /** Which share of the processor is used, from 0 to 1. No browser tells; a probe of your own may. */
  readonly cpu?: number | undefined;
  /** How many logical processors there are. */
  readonly processors?: number | undefined;
  /** Which share of the time since the last reading long tasks (over 50 ms) held the main thread, from 0 to 1. */
  readonly longTasks?: number | undefined;
  /** The memory. */
  readonly memory?: MemoryUtilization | undefined;
  /** The storage. */
  readonly disk?: DiskUtilization | undefined;
  /** The connection. */
  readonly network?: NetworkUtilization | undefined;
}

/**
 * Who knows how much of its resources a platform uses.
 *
 * @usageNotes
 * ```ts
 * const fromShell: ResourceProbe = { read: () => shell.invoke<ResourceReading>('resources') };
 * const providers = [{ provide: RESOURCE_PROBE, useValue: fromShell }];
 * ```
 */
export interface ResourceProbe {
  /**
   * Asks once. Only the first value counts. A failure is told as RXM876, and the next round asks again; what never answers
   * is asked no more.
   */
  read(): ObservableInput<ResourceReading>;
  /** Called before the first question, when somebody begins to look; what it returns is called when nobody does any more. */
  watch?(): () => void;
}

/** What a platform tells of its resources at one time. What nobody knows is `undefined`, never 0. */
export interface ResourceUtilization {
  /** When it was so, by the wall clock. */
  readonly timestamp: Date;
  /** Which share of the processor is used, from 0 to 1. No browser tells; a probe of your own may. */
  readonly cpu: number | undefined;
  /** How many logical processors there are. */
  readonly processors: number | undefined;
  /** Which share of the time since the last reading long tasks (over 50 ms) held the main thread, from 0 to 1. */
  readonly longTasks: number | undefined;
  /** The memory. */
  readonly memory: MemoryUtilization | undefined;
  /** The storage. */
  readonly disk: DiskUtilization | undefined;
  /** The connection. */
  readonly network: NetworkUtilization | undefined;
}
