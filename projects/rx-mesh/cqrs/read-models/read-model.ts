/** A record of a read model, as it is shown. It does not change; a newer one is another object. */
export interface ReadModel<T = unknown> {
  /** Of which read model it is. */
  readonly model: string;
  /** Which record of it. */
  readonly id: string;
  /** How often it was written: 1 at first, one more each time. */
  readonly version: number;
  /** What is in it. It must not be changed. */
  readonly data: T;
  /** When it was written. */
  readonly lastUpdated: Date;
  /** The position of the last event in it; 0 when it was made of none. */
  readonly position: number;
}

/** That a record has another version now. */
export type ReadModelVersion = Omit<ReadModel, 'data'>;
