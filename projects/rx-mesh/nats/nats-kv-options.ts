import { createOptions, nonNegative, oneOf, positive, positiveInteger } from 'rx-mesh/kernel';
import { isNatsName } from './nats-subject';

/** Options of {@link natsKv}. */
export interface NatsKvOptions {
  /** The bucket: letters, digits, `_` and `-`. There is no default. */
  readonly bucket: string;
  /** Whether a bucket that is not there is made, with the options below. @default true */
  readonly create?: boolean | undefined;
  /** How many values of a key are kept, from 1 to 64. @default 1 */
  readonly history?: number | undefined;
  /** After what time the server drops a value, in milliseconds; 0: never. Watchers are not told. @default 0 */
  readonly maxAge?: number | undefined;
  /** The most bytes of one value, at least 1. One that is larger is refused before it is sent. @default 1000000 */
  readonly maxValueSize?: number | undefined;
  /** The most bytes of the whole bucket, at least 1; a full one refuses values. @default no limit but that of the server */
  readonly maxBytes?: number | undefined;
  /** On how many servers it is kept: 1, 3 or 5. @default 1 */
  readonly replicas?: number | undefined;
  /** Where it is kept. @default 'file' */
  readonly storage?: 'file' | 'memory' | undefined;
  /**
   * How long the server keeps the mark of a value whose own time to live is over, in milliseconds, at least 1000; 0: values have
   * no time of their own. Needs nats-server 2.11. @default 0
   */
  readonly markerTtl?: number | undefined;
}

/** The options of {@link natsKv} with a value for each that has one. */
export type NatsKvValues = {
  readonly [K in Exclude<keyof NatsKvOptions, 'maxBytes'>]-?: NonNullable<NatsKvOptions[K]>;
} & Required<Pick<NatsKvOptions, 'maxBytes'>>;

/** The options of a bucket. */
export const NATS_KV = /* @__PURE__ */ createOptions<NatsKvValues>(
  'NatsKvOptions',
  {
    bucket: '',
    create: true,
    history: 1,
    maxAge: 0,
    maxValueSize: 1_000_000,
    maxBytes: undefined,
    replicas: 1,
    storage: 'file',
    markerTtl: 0,
  },
  {
    bucket: (bucket) =>
      isNatsName(bucket) ? undefined : "letters, digits, '_' and '-', 1 to 200 of them",
    history: (history) =>
      Number.isInteger(history) && history >= 1 && history <= 64
        ? undefined
        : 'a whole number from 1 to 64',
    maxAge: nonNegative,
    maxValueSize: positiveInteger,
    maxBytes: (bytes) => (bytes === undefined ? undefined : positive(bytes)),
    replicas: (replicas) => ([1, 3, 5].includes(replicas) ? undefined : '1, 3 or 5'),
    storage: /* @__PURE__ */ oneOf('file', 'memory'),
    markerTtl: (ttl) => (ttl === 0 || ttl >= 1000 ? undefined : 'at least 1000, or 0'),
  },
);
