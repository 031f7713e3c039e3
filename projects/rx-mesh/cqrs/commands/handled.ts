import { type Observable, defer } from 'rxjs';
import type { Command } from '../message-types';
import { type AttemptPorts, attempted } from './command-attempts';
import type { CommandFlight } from './command-flight';
import type { CommandMiddleware } from './command-middleware';
import { validated } from './validate-commands';

/** Takes a command through its middleware, the outermost first, to its handler. */
export function handled(
  flight: CommandFlight,
  middleware: readonly CommandMiddleware[],
  ports: AttemptPorts,
): Observable<unknown> {
  const { schema, isRemote, values } = flight.entry;
  let next = (command: Command): Observable<unknown> =>
    validated(command, schema, (valid) => attempted(flight, valid, ports));
  if (middleware.length === 0) return next(flight.command);
  const context = { schema, isRemote, isIdempotent: values.idempotent };
  for (const each of [...middleware].reverse()) {
    const inner = next;
    next = (command) => each(command, inner, context);
  }
  return defer(() => next(flight.command));
}
