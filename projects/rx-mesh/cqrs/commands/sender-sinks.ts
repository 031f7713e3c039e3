import type { Observer } from 'rxjs';
import type { Command, CommandResult, CommandSuccess } from '../message-types';
import type { FlightSink } from './command-flight';
import { failureFor } from './command-outcome';

/** Waits for the result of a command. */
export class ResultSink<R> implements FlightSink {
  constructor(private readonly sender: Observer<R>) {}

  done({ result }: CommandSuccess): void {
    this.sender.next(result as R);
    this.sender.complete();
  }

  failed(error: unknown): void {
    this.sender.error(error);
  }

  over(): void {
    this.sender.complete();
  }
}

/** Waits for what becomes of a command. */
export class OutcomeSink<R> implements FlightSink {
  constructor(
    private readonly sender: Observer<CommandResult<R>>,
    private readonly command: Command,
  ) {}

  done(success: CommandSuccess): void {
    this.sender.next(success as CommandSuccess<R>);
    this.sender.complete();
  }

  failed(error: unknown): void {
    this.sender.next(failureFor(this.command, error));
    this.sender.complete();
  }

  over(): void {
    this.sender.complete();
  }
}
