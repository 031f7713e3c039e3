import { type Observable, defer, from, of, switchMap } from 'rxjs';
import type { Command, CommandMetadata } from '../message-types';
import type { StandardSchemaResult, StandardSchemaV1 } from '../standard-schema';
import { InvalidCommandError } from './command-errors';
import type { CommandMiddleware } from './command-middleware';

// A command whose payload is what a schema made of it: it is not looked at twice on its way.
class ValidCommand implements Command {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly metadata: CommandMetadata;

  constructor(
    { id, type, aggregateId, metadata }: Command,
    readonly payload: unknown,
  ) {
    this.id = id;
    this.type = type;
    this.aggregateId = aggregateId;
    this.metadata = metadata;
  }
}

/**
 * Looks at the payload of each command that has a schema, here instead of right before the handler: put it before middleware
 * that relies on the payload. Handlers get what the schema makes of it.
 *
 * @usageNotes
 * ```ts
 * provideRxMesh(withCommandMiddleware(validateCommands(), authorizeCommands(ownsOrder)));
 * ```
 */
export function validateCommands(): CommandMiddleware {
  return (command, next, { schema }) => validated(command, schema, next);
}

/** Goes on with a command whose payload is valid; errors with all issues otherwise. */
export function validated(
  command: Command,
  schema: StandardSchemaV1 | undefined,
  next: (command: Command) => Observable<unknown>,
): Observable<unknown> {
  if (!schema || command instanceof ValidCommand) return next(command);
  return defer(() => {
    const looked = schema['~standard'].validate(command.payload);
    return isLater(looked) ? from(looked) : of(looked);
  }).pipe(
    switchMap((result) => {
      if (result.issues) throw new InvalidCommandError(command.type, command.id, result.issues);
      return next(new ValidCommand(command, result.value));
    }),
  );
}

// A validator may be of another realm, so its promises are known by what they do.
function isLater<T>(
  looked: StandardSchemaResult<T> | PromiseLike<StandardSchemaResult<T>>,
): looked is PromiseLike<StandardSchemaResult<T>> {
  return 'then' in looked && typeof looked.then === 'function';
}
