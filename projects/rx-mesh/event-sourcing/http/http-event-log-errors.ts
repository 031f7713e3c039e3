import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/**
 * The server of an event log says no, and that is no matter of versions or ids: a right is missing, the body is too large, or
 * it does not know what was asked. Nothing was stored.
 */
export class EventLogRefusedError extends RxMeshError {
  readonly code = 'RXM530';

  constructor(
    /** The name of the log. */
    readonly log: string,
    /** The status of the answer. */
    readonly status: number,
    /** Why, in the words of the server, at most 200 characters. May be empty. */
    readonly reason: string,
  ) {
    const words = reason === '' ? '' : `: ${reason}`;
    super(
      `The server of the event log ${JSON.stringify(log)} answered with status ${status}${words}. Look whether the URL is right, and whether the user may do this.`,
    );
  }
}

/** Whether an error says that the server of an event log has refused a request. */
export const isEventLogRefusedError: (error: unknown) => error is EventLogRefusedError =
  /* @__PURE__ */ createErrorGuard<EventLogRefusedError>('RXM530');

/**
 * The server of an event log answers with what is none: another server, a page for signing in, or one that breaks the
 * protocol. Nothing of the answer is believed. Where it was the answer to an append, it is the cause of an
 * `EventLogUnavailableError`, for nobody knows what was stored.
 */
export class EventLogAnswerError extends RxMeshError {
  readonly code = 'RXM531';

  constructor(
    /** The name of the log. */
    readonly log: string,
    /** What is wrong with the answer, as a phrase. */
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(
      `The server of the event log ${JSON.stringify(log)} gave an answer that is none: ${problem}. Look whether the URL leads to a server that speaks the protocol of docs/event-log-http.md.`,
      options,
    );
  }
}

/** Whether an error says that the server of an event log gave an answer that is none. */
export const isEventLogAnswerError: (error: unknown) => error is EventLogAnswerError =
  /* @__PURE__ */ createErrorGuard<EventLogAnswerError>('RXM531');
