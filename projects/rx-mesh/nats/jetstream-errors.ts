import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** The stream of JetStream is none in which events can be kept: it would lose some, or it is not what was asked for. */
export class JetStreamConfigError extends RxMeshError {
  readonly code = 'RXM435';

  constructor(
    /** The stream of JetStream. */
    readonly stream: string,
    /** The field of its configuration that is wrong, such as `max_age`. */
    readonly field: string,
    /** What it must be, as a phrase. */
    readonly expected: string,
    /** What it is. */
    readonly actual: unknown,
  ) {
    super(
      `The JetStream stream ${JSON.stringify(stream)} has ${field} ${actual === undefined ? 'not set' : JSON.stringify(actual)}, but must have ${expected}: it would lose events, or keep none. Change it, or give withJetStream() another stream.`,
    );
  }
}

/** Whether an error says that events cannot be kept in a stream of JetStream. */
export const isJetStreamConfigError: (error: unknown) => error is JetStreamConfigError =
  /* @__PURE__ */ createErrorGuard<JetStreamConfigError>('RXM435');

/**
 * The last message of an event stream is no commit, so its version is not known: something else publishes there. Nothing can
 * be appended to it; its events can be read.
 */
export class JetStreamHeadError extends RxMeshError {
  readonly code = 'RXM437';

  constructor(
    /** The stream of JetStream. */
    readonly stream: string,
    /** The subject of the event stream. */
    readonly subject: string,
    /** The sequence of the message. */
    readonly sequence: number,
  ) {
    super(
      `The last message of ${JSON.stringify(subject)} in the JetStream stream ${JSON.stringify(stream)}, number ${sequence}, is no commit. Delete it, and let nothing else publish there.`,
    );
  }
}

/** Whether an error says that the last message of an event stream is no commit. */
export const isJetStreamHeadError: (error: unknown) => error is JetStreamHeadError =
  /* @__PURE__ */ createErrorGuard<JetStreamHeadError>('RXM437');

/** There are more event streams than can be listed. Everything else goes on. */
export class JetStreamListingError extends RxMeshError {
  readonly code = 'RXM439';

  constructor(
    /** The stream of JetStream. */
    readonly stream: string,
    /** How many event streams it has. */
    readonly count: number,
    /** How many can be listed. */
    readonly most: number,
  ) {
    super(
      `The JetStream stream ${JSON.stringify(stream)} has ${count} event streams, and at most ${most} can be listed. Read the log by category, and keep a projection of what has to be listed.`,
    );
  }
}

/** Whether an error says that there are too many event streams to list. */
export const isJetStreamListingError: (error: unknown) => error is JetStreamListingError =
  /* @__PURE__ */ createErrorGuard<JetStreamListingError>('RXM439');
