import { isRxMeshError } from 'rx-mesh/kernel';
import { NatsConnectionError, NatsRequestError, type NatsRequestFailure } from './nats-errors';

/** The number by which JetStream says that a sequence was not the last one. */
export const WRONG_LAST_SEQUENCE = 10_071;

const NOT_FOUND: readonly number[] = [10_014, 10_037, 10_059];

/** What an error of the NATS client says of itself. Classes are renamed by minifiers, so names and numbers only. */
export interface NatsFault {
  /** Its name, such as `TimeoutError`. */
  readonly name: string;
  /** Its number, as JetStream numbers errors. */
  readonly code: number | undefined;
  /** Its text. */
  readonly message: string;
}

/** Reads an error of the NATS client, the cause of one that only wraps another. */
export function natsFault(error: unknown): NatsFault {
  const { name, code, message, cause } = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as Partial<Record<'name' | 'code' | 'message' | 'cause', unknown>>;
  if (name === 'RequestError' && cause instanceof Object && 'name' in cause)
    return natsFault(cause);
  return {
    name: typeof name === 'string' ? name : '',
    code: typeof code === 'number' ? code : undefined,
    message: typeof message === 'string' ? message : '',
  };
}

/** The last sequence that an error of JetStream gives in its text: it gives it nowhere else. */
export function lastSequenceOf(error: unknown): number | undefined {
  const found = /wrong last sequence: (\d+)/.exec(natsFault(error).message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Whether an error says that the connection is gone, so that another one may do better. */
export function isConnectionLost(error: unknown): boolean {
  const { name, message } = natsFault(error);
  return (
    name === 'ClosedConnectionError' ||
    name === 'DrainingConnectionError' ||
    (name === 'RequestError' && message.includes('disconnected'))
  );
}

/** Whether an error says that the credentials are wrong. */
export function isAuthenticationFault(error: unknown): boolean {
  return /^(?:AuthorizationError|UserAuthenticationExpiredError)$/.test(natsFault(error).name);
}

/**
 * Puts an error of the NATS client into the words of the house. One of the house is passed on.
 *
 * @param what What was asked for, as `publish to orders.created`.
 */
export function natsError(error: unknown, what: string): Error {
  if (isRxMeshError(error)) return error;
  const { name, code } = natsFault(error);
  if (name === 'ClosedConnectionError' || name === 'DrainingConnectionError') {
    return new NatsConnectionError('closed', error);
  }
  if (isAuthenticationFault(error)) return new NatsConnectionError('authentication', error);
  return new NatsRequestError(what, failureOf(error), code, error);
}

function failureOf(error: unknown): NatsRequestFailure {
  const { name, code } = natsFault(error);
  if (name === 'TimeoutError' || isConnectionLost(error)) return 'timeout';
  if (name === 'PermissionViolationError') return 'denied';
  if (name === 'JetStreamNotEnabled' || name === 'NoResponders') return 'no-jetstream';
  if (/^(?:Stream|Consumer)NotFoundError$/.test(name)) return 'not-found';
  return code !== undefined && NOT_FOUND.includes(code) ? 'not-found' : 'refused';
}
