import { InjectionToken } from '@angular/core';
import { type Clock, aside } from 'rx-mesh/kernel';
import type { Command } from '../message-types';

declare const ngDevMode: boolean;

/**
 * What became of a command. `rejected`: its handler was not called; `timeout`: it took too long; `cancelled`: nobody waited
 * any more; `duplicate`: it had been sent before, so it was joined, or its result was remembered.
 */
export type CommandOutcome =
  'success' | 'failure' | 'rejected' | 'timeout' | 'cancelled' | 'duplicate';

/** How one sending of a command ended. */
export interface CommandEnd {
  /** What became of it. */
  readonly outcome: CommandOutcome;
  /** How long that took since it was sent, in milliseconds; 0 for a duplicate. */
  readonly duration: number;
  /** What went wrong, for `failure`, `rejected` and `timeout`. */
  readonly error?: unknown;
}

/** Whoever follows one command. */
export interface CommandWatch {
  /** Runs what begins the work, such as in the context of a span. It must call `work` and return what that returns. @default called as it is */
  run?<T>(work: () => T): T;
  /** The command has ended. Called exactly once. */
  ended(end: CommandEnd): void;
}

/** Follows all commands: traces and metrics. What it throws is rethrown outside of the command, which goes on. */
export interface CommandObserver {
  /** A command was sent. Nothing returned: it is not followed. */
  started(command: Command): CommandWatch | undefined;
}

/**
 * Whoever follows all commands; of those that are provided, each. See `withCommandMiddleware`.
 *
 * @default nobody
 */
export const COMMAND_OBSERVER = new InjectionToken<readonly CommandObserver[]>(
  ngDevMode ? 'rx-mesh COMMAND_OBSERVER' : '',
  { providedIn: 'root', factory: () => [] },
);

/** Tells all observers of the commands. */
export class CommandObservers {
  readonly #observers: readonly CommandObserver[];
  readonly #clock: Clock;

  constructor(observers: readonly CommandObserver[], clock: Clock) {
    this.#observers = observers;
    this.#clock = clock;
  }

  /** Follows a command; `undefined` when nobody does. */
  watch(command: Command): CommandFollow | undefined {
    if (this.#observers.length === 0) return undefined;
    const watches: CommandWatch[] = [];
    for (const observer of this.#observers) {
      const watch = aside(() => observer.started(command));
      if (watch) watches.push(watch);
    }
    return watches.length === 0 ? undefined : new CommandFollow(watches, this.#clock);
  }

  /** Tells of a command that is done already, or under way. */
  duplicate(command: Command): void {
    this.watch(command)?.end('duplicate');
  }
}

/** All that follow one command. */
export class CommandFollow {
  readonly #watches: readonly CommandWatch[];
  readonly #clock: Clock;
  readonly #since: number;

  constructor(watches: readonly CommandWatch[], clock: Clock) {
    this.#watches = watches;
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** Begins the work inside of all of them. */
  run(work: () => void): void {
    let begun = false;
    const once = (): void => {
      if (begun) return;
      begun = true;
      work();
    };
    let inner = once;
    for (const watch of [...this.#watches].reverse()) {
      const outer = inner;
      if (watch.run) inner = () => watch.run?.(outer);
    }
    aside(inner);
    // An observer that does not call it must not keep the command back.
    once();
  }

  /** Tells all of the end. */
  end(outcome: CommandOutcome, error?: unknown): void {
    const duration = outcome === 'duplicate' ? 0 : this.#clock.monotonic() - this.#since;
    const end: CommandEnd = { outcome, duration, ...(error === undefined ? {} : { error }) };
    for (const watch of this.#watches) aside(() => watch.ended(end));
  }
}
