import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/**
 * Why there is no connection. `authentication`: the server refused the credentials; `closed`: the client gave up, or the
 * application ended; `server`: this code renders a page on the server, where nothing is connected.
 */
export type NatsConnectionFailure = 'authentication' | 'closed' | 'server';

/** There is no connection to NATS, and there will be none by itself. */
export class NatsConnectionError extends RxMeshError {
  readonly code = 'RXM420';

  constructor(
    /** Why. */
    readonly failure: NatsConnectionFailure,
    cause?: unknown,
  ) {
    super(CONNECTION[failure], { cause });
  }
}

const CONNECTION: Readonly<Record<NatsConnectionFailure, string>> = {
  authentication:
    'The NATS server refused the credentials. Set them by withNats(), and subscribe again.',
  closed: 'The connection to NATS was closed. Subscribe again to open another one.',
  server:
    'A page that is rendered on the server has no connection to NATS. Use it in the browser only.',
};

/** Whether an error says that there is no connection to NATS. */
export const isNatsConnectionError: (error: unknown) => error is NatsConnectionError =
  /* @__PURE__ */ createErrorGuard<NatsConnectionError>('RXM420');

/**
 * What went wrong with a request. `timeout`: no answer in time, or the connection was lost meanwhile, so that the outcome is
 * not known; `denied`: no permission for the subject; `not-found`: no such stream, consumer or bucket; `no-jetstream`: nobody
 * answers for JetStream: it is off, or a name is wrong; `refused`: anything else that the server said.
 */
export type NatsRequestFailure = 'timeout' | 'denied' | 'not-found' | 'no-jetstream' | 'refused';

/** A request to the NATS server failed. */
export class NatsRequestError extends RxMeshError {
  readonly code = 'RXM421';

  constructor(
    /** What was asked for, such as `publish to orders.created`. */
    readonly what: string,
    /** What went wrong. */
    readonly failure: NatsRequestFailure,
    /** The number of the error of JetStream, if it gave one. */
    readonly apiCode: number | undefined,
    cause?: unknown,
  ) {
    const said = cause instanceof Error ? `: ${cause.message}` : '';
    super(`NATS could not ${what} (${failure}${said}). ${REMEDY[failure]}`, { cause });
  }
}

const REMEDY: Readonly<Record<NatsRequestFailure, string>> = {
  timeout: 'Whether it was done is not known: try again with the same id.',
  denied: 'Give the user the permission for the subject.',
  'not-found': 'Create it, or check its name.',
  'no-jetstream': 'Switch JetStream on at the server, and check the names.',
  refused: 'Look at the cause.',
};

/** Whether an error says that a request to the NATS server failed. */
export const isNatsRequestError: (error: unknown) => error is NatsRequestError =
  /* @__PURE__ */ createErrorGuard<NatsRequestError>('RXM421');

/** The NATS server is too old for what was asked of it. */
export class NatsServerTooOldError extends RxMeshError {
  readonly code = 'RXM422';

  constructor(
    /** What needs a newer server. */
    readonly feature: string,
    /** The version that has it. */
    readonly needed: string,
    /** The version of the server. */
    readonly version: string,
  ) {
    super(
      `${feature} needs nats-server ${needed}, and this one is ${version}. Update the server, or leave it out.`,
    );
  }
}

/** Whether an error says that the NATS server is too old. */
export const isNatsServerTooOldError: (error: unknown) => error is NatsServerTooOldError =
  /* @__PURE__ */ createErrorGuard<NatsServerTooOldError>('RXM422');

/** Somebody else wrote a key of a bucket first. */
export class NatsConflictError extends RxMeshError {
  readonly code = 'RXM423';

  constructor(
    /** The bucket. */
    readonly bucket: string,
    /** The key. */
    readonly key: string,
    /** The revision that was expected; 0: that there is none. */
    readonly expected: number,
    /** The revision that is there, as far as the server said it. */
    readonly actual: number | undefined,
    cause?: unknown,
  ) {
    const found = actual === undefined ? 'another one' : `revision ${actual}`;
    super(
      `Key ${JSON.stringify(key)} of bucket ${JSON.stringify(bucket)} was expected at revision ${expected}, and is at ${found}. Read it again, and decide anew.`,
      { cause },
    );
  }
}

/** Whether an error says that somebody else wrote a key first. */
export const isNatsConflictError: (error: unknown) => error is NatsConflictError =
  /* @__PURE__ */ createErrorGuard<NatsConflictError>('RXM423');

/** What is stored under a key of a bucket is no JSON, or none of what it must be. */
export class NatsValueError extends RxMeshError {
  readonly code = 'RXM424';

  constructor(
    /** The bucket. */
    readonly bucket: string,
    /** The key, as the server has it. */
    readonly key: string,
    /** Its revision: by it, it can be written over. */
    readonly revision: number,
    cause?: unknown,
  ) {
    super(
      `Key ${JSON.stringify(key)} of bucket ${JSON.stringify(bucket)} holds what cannot be read. Write it again, or delete it.`,
      { cause },
    );
  }
}

/** Whether an error says that a value of a bucket cannot be read. */
export const isNatsValueError: (error: unknown) => error is NatsValueError =
  /* @__PURE__ */ createErrorGuard<NatsValueError>('RXM424');
