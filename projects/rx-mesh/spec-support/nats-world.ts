import {
  EnvironmentInjector,
  type EnvironmentProviders,
  Injector,
  type Provider,
  createEnvironmentInjector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { wsconnect } from '@nats-io/nats-core';
import { DIAGNOSTICS, PAGE_STATE, alwaysOnline, systemClock } from 'rx-mesh/kernel';
import { NatsConnection, type NatsOptions, withNats } from 'rx-mesh/nats';
import { RecordingDiagnostics } from 'rx-mesh/testing';
import { setTimeout as wait } from 'node:timers/promises';
import { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server';

// There is no module of a page in Node, and none is needed.
const NOWHERE: never = Injector.NULL as never;

/** A real server for the specs of one file. Time is real: what comes over a socket takes some. */
export class NatsWorld {
  #server: NatsServer | undefined;

  /** The server, once it has started. */
  get server(): NatsServer {
    if (!this.#server) throw new Error('Start the world in beforeAll.');
    return this.#server;
  }

  /** Starts the server. */
  async start(options: NatsServerOptions = {}): Promise<void> {
    this.#server = await startNatsServer(options);
  }

  /** Ends it. */
  async dispose(): Promise<void> {
    await this.#server?.dispose();
  }

  /** The providers of an application that is connected to the server; its connection ends with its last user. */
  providers(options: Partial<NatsOptions> = {}): (Provider | EnvironmentProviders)[] {
    const nats = withNats({ servers: [this.server.url], linger: 0, ...options });
    return [
      RecordingDiagnostics,
      { provide: PAGE_STATE, useValue: alwaysOnline },
      { provide: DIAGNOSTICS, useExisting: RecordingDiagnostics },
      ...nats.ɵproviders,
    ];
  }

  /** Makes the application of a test. */
  application(
    providers: readonly (Provider | EnvironmentProviders)[] = [],
    options: Partial<NatsOptions> = {},
  ): EnvironmentInjector {
    TestBed.configureTestingModule({ providers: [...this.providers(options), ...providers] });
    return TestBed.inject(EnvironmentInjector);
  }

  /** An application beside the `TestBed`, for suites that set that up by themselves. End it by `destroy()`. */
  alone(
    providers: readonly (Provider | EnvironmentProviders)[] = [],
    options: Partial<NatsOptions> = {},
  ): EnvironmentInjector {
    return createEnvironmentInjector(
      [{ provide: INJECTOR_SCOPE, useValue: 'root' }, ...this.providers(options), ...providers],
      NOWHERE,
    );
  }

  /** Another application on the same server, which ends with that of the test. */
  peer(providers: readonly (Provider | EnvironmentProviders)[] = []): EnvironmentInjector {
    return createEnvironmentInjector(
      [...this.providers(), NatsConnection, ...providers],
      TestBed.inject(EnvironmentInjector),
    );
  }

  /** Makes a stream on the server, kept in files. */
  async stream(name: string, subjects: readonly string[]): Promise<void> {
    const client = await wsconnect({ servers: [this.server.url] });
    const manager = await jetstreamManager(client);
    await manager.streams.add({ name, subjects: [...subjects] });
    await client.close();
  }

  /** Waits until nothing has gone through the server for a while, in milliseconds. */
  async quiet(time: number): Promise<void> {
    for (let before = -1, now = 0; before !== now;) {
      before = now;
      await wait(time);
      now = await this.server.messages();
    }
  }

  /** Waits until something holds; fails after a while. */
  async until(holds: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
    const end = systemClock.monotonic() + limit;
    while (!(await holds())) {
      if (systemClock.monotonic() > end) throw new Error(`It does not hold: ${holds.toString()}`);
      await wait(10);
    }
  }
}
