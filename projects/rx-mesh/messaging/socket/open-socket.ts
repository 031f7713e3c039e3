import { type Observable, defer, map } from 'rxjs';
import { ReconnectingSocket } from './reconnecting-socket';
import type { SocketData, SocketFactory } from './socket-like';
import { type SocketValues, heartbeatTimes } from './socket-options';
import type { SocketPorts } from './socket-plan';
import { socketReader } from './socket-reader';
import type { SocketTarget } from './socket-url';

/** Writes something as JSON. Throws where that cannot be. */
export function encodeJson(message: unknown): string {
  const text = JSON.stringify(message) as string | undefined;
  if (text === undefined) throw new TypeError('It is nothing that JSON can write.');
  return text;
}

/** What a socket does in another way than its options say. */
export interface SocketHandling<T> {
  /** Makes the frames that are sent after `resume` and `resubscribe`. */
  readonly greet?: () => readonly SocketData[];
  /** Reads what comes, instead of `decode` and `validate`. Must not throw. */
  readonly read?: (data: unknown) => T | undefined;
}

/** Makes the socket of a target: what is sent is written as JSON, what comes is read by the options. */
export function makeSocket<T>(
  ports: SocketPorts,
  open: SocketFactory,
  { url, label }: SocketTarget,
  values: SocketValues,
  { greet, read }: SocketHandling<T> = {},
): ReconnectingSocket<T> {
  const { authenticate, heartbeat, protocols = [], resubscribe, resume } = values;
  return new ReconnectingSocket<T>(ports, {
    label,
    values,
    connect: () => open(url, typeof protocols === 'function' ? protocols() : protocols),
    authenticate:
      authenticate && ((): Observable<SocketData> => defer(authenticate).pipe(map(encodeJson))),
    greet: (last) => {
      const resumed = resume?.(last);
      const first = [...(resumed === undefined ? [] : [resumed]), ...(resubscribe?.() ?? [])];
      return [...first.map(encodeJson), ...(greet?.() ?? [])];
    },
    read:
      read ?? (socketReader(label, values, ports.diagnostics) as (data: unknown) => T | undefined),
    heartbeat: heartbeat && {
      ...heartbeatTimes(heartbeat),
      ping: () => encodeJson(heartbeat.ping()),
    },
  });
}
