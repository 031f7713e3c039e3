import { type OptionCheck, createOptions, oneOf, positive, positiveInteger } from 'rx-mesh/kernel';
import { isNatsName } from './nats-subject';

/** Options of {@link withJetStream}. */
export interface JetStreamOptions {
  /** The stream of JetStream that is the log: letters, digits, `_` and `-`, at most 200. */
  readonly stream: string;
  /**
   * What the subjects of its messages begin with, tokens with dots between them: `events` for `events.order.7`. No other stream
   * may have them, and nobody else may publish there. @default the name of the stream
   */
  readonly subject?: string | undefined;
  /**
   * Whether a stream that is not there is created, which needs the right to do so. A user in a browser should not have it:
   * create it by the tools of NATS, and set `false`. @default true
   */
  readonly create?: boolean | undefined;
  /** Where a stream is kept that is created. @default 'file' */
  readonly storage?: 'file' | 'memory' | undefined;
  /** How many servers have a copy of a stream that is created, from 1 to 5. @default 1 */
  readonly replicas?: number | undefined;
  /**
   * For how long a stream that is created knows a repeated append at version `any` or `stream-exists`, in milliseconds, at
   * least 100. Those at a number are known for ever. @default 120000
   */
  readonly duplicateWindow?: number | undefined;
  /** The most bytes of a stream that is created; an append beyond it is an `EventLogFullError`. @default no limit */
  readonly maxBytes?: number | undefined;
  /** Whether the user may purge: without it no retention is applied. @default true */
  readonly truncate?: boolean | undefined;
}

/** The options of a log in JetStream with a value for each. */
export interface JetStreamValues {
  readonly stream: string;
  readonly subject: string;
  readonly create: boolean;
  readonly storage: 'file' | 'memory';
  readonly replicas: number;
  readonly duplicateWindow: number;
  readonly maxBytes: number | undefined;
  readonly truncate: boolean;
}

const aBoolean: OptionCheck<boolean> = (value) =>
  typeof value === 'boolean' ? undefined : 'true or false';

/** The options of a log in JetStream, and the token by which {@link withJetStream} sets them. */
export const JETSTREAM_LOG = /* @__PURE__ */ createOptions<JetStreamValues>(
  'JetStreamOptions',
  {
    stream: '',
    subject: '',
    create: true,
    storage: 'file',
    replicas: 1,
    duplicateWindow: 120_000,
    maxBytes: undefined,
    truncate: true,
  },
  {
    stream: (name) =>
      isNatsName(name) ? undefined : "letters, digits, '_' and '-', 1 to 200 of them",
    subject: (subject) =>
      subject === '' || (typeof subject === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(subject))
        ? undefined
        : "tokens of letters, digits, '_' and '-' with dots between them",
    create: aBoolean,
    truncate: aBoolean,
    storage: /* @__PURE__ */ oneOf('file', 'memory'),
    replicas: (count) =>
      Number.isInteger(count) && count >= 1 && count <= 5 ? undefined : 'a number from 1 to 5',
    duplicateWindow: (window) => positive(window) ?? (window >= 100 ? undefined : 'at least 100'),
    maxBytes: (bytes) => (bytes === undefined ? undefined : positiveInteger(bytes)),
  },
);
