import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** A server closed a socket with a code after which it makes no sense to come back. */
export class SocketClosedError extends RxMeshError {
  readonly code = 'RXM410';

  constructor(
    /** Where to, without the query. */
    readonly url: string,
    /** The close code of the server, such as 1008 or 4401. */
    readonly closeCode: number,
    /** What the server said. It comes from outside. */
    readonly reason: string,
  ) {
    super(
      `The server closed ${url} for good with ${closeCode}${reason === '' ? '' : ` ${JSON.stringify(reason)}`}. Mend what it complains of, then subscribe again.`,
    );
  }
}

/** Whether an error says that a server closed a socket for good. */
export const isSocketClosedError: (error: unknown) => error is SocketClosedError =
  /* @__PURE__ */ createErrorGuard<SocketClosedError>('RXM410');

/**
 * Why something was not sent. `full`: no room in the outbox; `dropped`: it gave way by `outboxPolicy`; `expired`: it waited
 * longer than its `timeout`; `closed`: the application ended; `unsendable`: it cannot be written as JSON, or the socket
 * threw.
 */
export type SocketSendFailure = 'full' | 'dropped' | 'expired' | 'closed' | 'unsendable';

const REMEDIES: Readonly<Record<SocketSendFailure, string>> = {
  full: 'the outbox is full. Send less, or raise maxOutbox and maxOutboxBytes',
  dropped: 'the outbox was full, and it gave way. Send less, or raise maxOutbox and maxOutboxBytes',
  expired: 'there was no connection in its time. Send it again later, or raise its timeout',
  closed: 'the application has ended',
  unsendable: 'it cannot be written. Send plain JSON data',
};

/** Something was not handed to a socket, and will not be. */
export class SocketSendError extends RxMeshError {
  readonly code = 'RXM412';

  constructor(
    /** Where to, without the query. */
    readonly url: string,
    /** Why it was not sent. */
    readonly failure: SocketSendFailure,
    cause?: unknown,
  ) {
    super(`A message to ${url} was not sent: ${REMEDIES[failure]}.`, { cause });
  }
}

/** Whether an error says that something was not sent. */
export const isSocketSendError: (error: unknown) => error is SocketSendError =
  /* @__PURE__ */ createErrorGuard<SocketSendError>('RXM412');

/** A socket was asked for at an address that is none, or at an origin that was not allowed. Nothing was opened. */
export class SocketUrlError extends RxMeshError {
  readonly code = 'RXM413';

  constructor(
    /** The address without the query, its first 256 characters. */
    readonly url: string,
    /** What it must be, as a phrase. */
    readonly expected: string,
  ) {
    super(`No socket is opened to ${JSON.stringify(url)}: it must be ${expected}.`);
  }
}

/** Whether an error says that a socket must not be opened there. */
export const isSocketUrlError: (error: unknown) => error is SocketUrlError =
  /* @__PURE__ */ createErrorGuard<SocketUrlError>('RXM413');

/** The platform has no sockets, or refuses to open this one. */
export class SocketUnavailableError extends RxMeshError {
  readonly code = 'RXM414';

  constructor(
    /** Where to, without the query. */
    readonly url: string,
    cause?: unknown,
  ) {
    super(
      `No socket can be opened to ${url} here. Provide SOCKET_FACTORY where there is no WebSocket, and check the protocols.`,
      { cause },
    );
  }
}

/** Whether an error says that the platform opens no socket. */
export const isSocketUnavailableError: (error: unknown) => error is SocketUnavailableError =
  /* @__PURE__ */ createErrorGuard<SocketUnavailableError>('RXM414');
