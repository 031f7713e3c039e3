import { type MessageBrokerService, NoResponderError, RequestFailedError } from 'rx-mesh/messaging';
import { map } from 'rxjs';
import type { Command } from '../message-types';
import { CommandRefusedError, isCommandTimeoutError } from './command-errors';
import type { RemoteCommandHandler } from './command-handler';
import { decodeAnswer, encodeCommand } from './command-wire';
import { failureOf } from './failure-record';

/** Options of {@link remoteCommands}. */
export interface RemoteCommandsOptions {
  /** The topic to which a command is sent. @default `commands.` and its type */
  readonly topic?: ((command: Command) => string) | undefined;
  /**
   * How long each try waits for its answer, in milliseconds; let several of them fit into the `timeout` of the handler.
   * @default `requestTimeout` of `withMessaging`
   */
  readonly timeout?: number | undefined;
}

/**
 * Has commands done by whoever answers on the message broker: by `CommandServerService.serve` of another application. That
 * one remembers what it has done by the id of the command, so that a command whose answer was lost is not done again.
 *
 * @usageNotes
 * ```ts
 * commands.registerRemote(placeOrder, remoteCommands(inject(MessageBrokerService), { timeout: 8000 }));
 * ```
 */
export function remoteCommands<P = unknown, R = unknown>(
  broker: MessageBrokerService,
  { topic: topicOf = ({ type }) => `commands.${type}`, timeout }: RemoteCommandsOptions = {},
): RemoteCommandHandler<P, R> {
  return (command) => {
    const topic = topicOf(command);
    const key = command.aggregateId === '' ? undefined : command.aggregateId;
    return broker.request(topic, encodeCommand(command), { key, timeout }).pipe(
      map((found) => {
        const answer = decodeAnswer(found);
        if (!answer) throw new RequestFailedError(topic, 'what it answered is no result of a command'); // prettier-ignore
        if (answer.ok) return answer.result as R;
        const cause = failureOf(answer.failure, command, (_name, message) =>
          answer.again ? new NoResponderError(topic) : new RequestFailedError(topic, message),
        );
        // Over there it is remembered as it is; here a time-out would be taken for one that may pass.
        const isFinal = !answer.again && isCommandTimeoutError(cause) && cause.begun;
        if (isFinal) throw new CommandRefusedError(command.type, command.id, 'already-begun', { cause }); // prettier-ignore
        throw cause;
      }),
    );
  };
}
