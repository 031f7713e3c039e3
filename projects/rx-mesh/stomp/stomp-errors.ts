import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** The longest text of a broker that is handed on, in characters. */
export const LONGEST_WORD = 256;

/** What is not known of a message: `timeout`: the broker did not say in time that it has it; `closed`: the application ended first. */
export type StompUncertainty = 'timeout' | 'closed';

const UNCERTAIN: Readonly<Record<StompUncertainty, string>> = {
  timeout: 'the broker did not say so in time',
  closed: 'the application ended first',
};

/** A message was sent, but whether the broker has it is not known. */
export class StompOutcomeUnknownError extends RxMeshError {
  readonly code = 'RXM416';

  constructor(
    /** The id of the message. */
    readonly id: string,
    /** Its topic. */
    readonly topic: string,
    /** Why it is not known. */
    readonly why: StompUncertainty,
  ) {
    super(
      `Whether the broker has the message ${JSON.stringify(id)} to ${JSON.stringify(topic)} is not known: ${UNCERTAIN[why]}. Send it again with the same id, so that receivers can tell.`,
    );
  }
}

/** Whether an error says that the outcome of a message is not known. */
export const isStompOutcomeUnknownError: (error: unknown) => error is StompOutcomeUnknownError =
  /* @__PURE__ */ createErrorGuard<StompOutcomeUnknownError>('RXM416');

/** A broker does not let this client in, and will not be asked again by itself. */
export class StompLoginError extends RxMeshError {
  readonly code = 'RXM417';

  constructor(
    /** Where to, without the query. */
    readonly url: string,
    /** What the broker said, its first 256 characters. It comes from outside. */
    readonly answer: string,
  ) {
    super(
      `The broker at ${url} refuses the connection: ${JSON.stringify(answer)}. Look at login, passcode, vhost and connectHeaders, then subscribe again.`,
    );
  }
}

/** Whether an error says that a broker does not let this client in. */
export const isStompLoginError: (error: unknown) => error is StompLoginError =
  /* @__PURE__ */ createErrorGuard<StompLoginError>('RXM417');

/**
 * A broker ends the connection over one message, or over one subscription, each time that it gets it. It is not sent again;
 * all else goes on.
 */
export class StompRefusedError extends RxMeshError {
  readonly code = 'RXM419';

  constructor(
    /** What is refused: a message, or the subscription to a pattern. */
    readonly what: 'message' | 'subscription',
    /** The topic of the message, or the pattern. */
    readonly topic: string,
    /** What the broker said, its first 256 characters. It comes from outside. */
    readonly answer: string,
  ) {
    super(
      `The broker refuses a ${what} to ${JSON.stringify(topic)}: ${JSON.stringify(answer)}. Look whether the exchange is there, and at the rights of the login.`,
    );
  }
}

/** Whether an error says that a broker refuses one message or one subscription. */
export const isStompRefusedError: (error: unknown) => error is StompRefusedError =
  /* @__PURE__ */ createErrorGuard<StompRefusedError>('RXM419');
