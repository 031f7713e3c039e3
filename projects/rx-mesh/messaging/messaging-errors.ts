import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** A message is larger than a transport or a receiver takes. It was not sent. */
export class MessageTooLargeError extends RxMeshError {
  readonly code = 'RXM400';

  constructor(
    /** How large it is, in bytes; where a message is not written as text, an estimate, which stops above the limit. */
    readonly size: number,
    /** How large it may be, in bytes. */
    readonly limit: number,
  ) {
    super(
      `A message of ${size} bytes is above the limit of ${limit}. Send a reference to the data instead, or raise maxMessageSize.`,
    );
  }
}

/** Whether an error says that a message is too large. */
export const isMessageTooLargeError: (error: unknown) => error is MessageTooLargeError =
  /* @__PURE__ */ createErrorGuard<MessageTooLargeError>('RXM400');

/**
 * Why something is no message. `malformed`: no JSON, or no object; `version`: of a wire format that is not known; `field`:
 * a part is missing or not what it must be; `unsafe-key`: a key by which prototypes are attacked; `too-deep`: nested more
 * than 100 times, or in a circle; `not-cloneable`: it holds what cannot be sent, such as a function.
 */
export type InvalidMessageReason =
  'malformed' | 'version' | 'field' | 'unsafe-key' | 'too-deep' | 'not-cloneable';

/** What is to be sent, or has come, is no message. */
export class InvalidMessageError extends RxMeshError {
  readonly code = 'RXM401';

  constructor(
    /** Why it is none. */
    readonly reason: InvalidMessageReason,
    /** What is wrong, as a phrase. */
    readonly detail: string,
    cause?: unknown,
  ) {
    super(`This is no message: ${detail}. Send plain JSON data by MessageBrokerService.`, {
      cause,
    });
  }
}

/** Whether an error says that something is no message. */
export const isInvalidMessageError: (error: unknown) => error is InvalidMessageError =
  /* @__PURE__ */ createErrorGuard<InvalidMessageError>('RXM401');

/** A topic or a pattern is not written as it must be. */
export class InvalidTopicError extends RxMeshError {
  readonly code = 'RXM402';

  constructor(
    /** The topic or pattern, its first 256 characters. */
    readonly topic: string,
    /** What it must be, as a phrase. */
    readonly expected: string,
  ) {
    super(`${JSON.stringify(topic)} must be ${expected}.`);
  }
}

/** Whether an error says that a topic or a pattern is not written as it must be. */
export const isInvalidTopicError: (error: unknown) => error is InvalidTopicError =
  /* @__PURE__ */ createErrorGuard<InvalidTopicError>('RXM402');

/** A request had no answer in time. Whether it was handled is not known. */
export class RequestTimeoutError extends RxMeshError {
  readonly code = 'RXM403';

  constructor(
    /** The topic of the request. */
    readonly topic: string,
    /** How long an answer was waited for, in milliseconds. */
    readonly timeout: number,
  ) {
    super(
      `A request to ${JSON.stringify(topic)} had no answer within ${timeout} ms. Look whether somebody responds, or raise its timeout.`,
    );
  }
}

/** Whether an error says that a request had no answer in time. */
export const isRequestTimeoutError: (error: unknown) => error is RequestTimeoutError =
  /* @__PURE__ */ createErrorGuard<RequestTimeoutError>('RXM403');

/** Nobody receives the topic of a request, so there will be no answer. */
export class NoResponderError extends RxMeshError {
  readonly code = 'RXM404';

  constructor(
    /** The topic of the request. */
    readonly topic: string,
  ) {
    super(
      `Nobody responds to ${JSON.stringify(topic)}. Subscribe to respond() before the request, or check the topic.`,
    );
  }
}

/** Whether an error says that nobody receives the topic of a request. */
export const isNoResponderError: (error: unknown) => error is NoResponderError =
  /* @__PURE__ */ createErrorGuard<NoResponderError>('RXM404');

/** A queue holds as many messages as it may. */
export class QueueFullError extends RxMeshError {
  readonly code = 'RXM405';

  constructor(
    /** Which queue: the name of a consumer, or of a transport. */
    readonly queue: string,
    /** How many messages it holds. */
    readonly limit: number,
  ) {
    super(
      `The queue of ${JSON.stringify(queue)} is full: ${limit} messages. Handle them faster, send less, or raise its limit.`,
    );
  }
}

/** Whether an error says that a queue is full. */
export const isQueueFullError: (error: unknown) => error is QueueFullError =
  /* @__PURE__ */ createErrorGuard<QueueFullError>('RXM405');

/** A responder could not answer a request. */
export class RequestFailedError extends RxMeshError {
  readonly code = 'RXM408';

  constructor(
    /** The topic of the request. */
    readonly topic: string,
    /** What the responder said: the message of its error. It comes from outside. */
    readonly answer: string,
  ) {
    super(`The responder to ${JSON.stringify(topic)} failed: ${answer}`);
  }
}

/** Whether an error says that a responder could not answer. */
export const isRequestFailedError: (error: unknown) => error is RequestFailedError =
  /* @__PURE__ */ createErrorGuard<RequestFailedError>('RXM408');
