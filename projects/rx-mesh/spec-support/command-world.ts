import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { EventStoreService } from 'rx-mesh/event-sourcing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';
import { CommandBusService } from '../cqrs/commands/command-bus-service';
import { type CommandMiddleware, withCommandMiddleware } from '../cqrs/commands/command-middleware';
import type { CommandObserver } from '../cqrs/commands/command-observer';
import { type CommandBusOptions, withCommands } from '../cqrs/commands/with-commands';

/** An application with a command bus, in virtual time. */
export function commandWorld(
  options: CommandBusOptions = {},
  providers: readonly (Provider | EnvironmentProviders)[] = [],
  parts: readonly (CommandMiddleware | CommandObserver)[] = [],
) {
  TestBed.configureTestingModule({
    providers: [
      provideRxMeshTesting(),
      ...withCommands(options).ɵproviders,
      ...withCommandMiddleware(...parts).ɵproviders,
      ...providers,
    ],
  });
  return {
    bus: TestBed.inject(CommandBusService),
    store: TestBed.inject(EventStoreService),
    clock: TestBed.inject(ManualClock),
    diagnostics: TestBed.inject(RecordingDiagnostics),
    /** Ends the application. */
    end: () => TestBed.resetTestingModule(),
  };
}

/** What a call throws; `undefined` when it does not. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Throws, where an expression is wanted. */
export function fails(message: string): never {
  throw new Error(message);
}
