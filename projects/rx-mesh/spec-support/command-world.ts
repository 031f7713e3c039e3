import type { EnvironmentProviders, Provider } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type CommandBusOptions, CommandBusService, type CommandMiddleware, type CommandObserver, withCommandMiddleware, withCommands } from 'rx-mesh/cqrs'; // prettier-ignore
import { EventStoreService } from 'rx-mesh/event-sourcing';
import { ManualClock, RecordingDiagnostics, provideRxMeshTesting } from 'rx-mesh/testing';

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
