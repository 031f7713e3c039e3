import {
  REDIS_FETCH,
  REMOTE_CACHE,
  type RedisOptions,
  RedisService,
  type RemoteCache,
  type RemoteCacheError,
  withRedis,
} from 'rx-mesh/caching';
import {
  type EnvironmentInjector,
  Injector,
  ɵINJECTOR_SCOPE as INJECTOR_SCOPE,
  createEnvironmentInjector,
} from '@angular/core';
import { systemClock } from 'rx-mesh/kernel';
import { type Observable, type Subscription, lastValueFrom } from 'rxjs';
import { setTimeout as wait } from 'node:timers/promises';
import { type RedisServer, startRedisServer } from './redis-server';
import { type UpstashDouble, startUpstashDouble } from './upstash-double';

/** An application that uses a real Redis. */
export interface RedisApplication {
  readonly redis: RedisService;
  readonly remote: RemoteCache;
  /** How many requests were not ended. */
  open(): number;
  /** How many requests there were. */
  begun(): number;
}

/** A real Redis for the specs of one file, and applications that use it. Time is real. */
export class RedisWorld {
  readonly #applications: EnvironmentInjector[] = [];
  readonly #subscriptions: Subscription[] = [];
  #server: RedisServer | undefined;
  #upstash: UpstashDouble | undefined;
  #prefixes = 0;

  /** Redis, once it has started. */
  get server(): RedisServer {
    if (!this.#server) throw new Error('Start the world in beforeAll.');
    return this.#server;
  }

  /** Starts Redis, and both gateways before it. */
  async start(): Promise<void> {
    this.#server = await startRedisServer();
    this.#upstash = await startUpstashDouble(this.#server.port);
  }

  /** Ends them. */
  async dispose(): Promise<void> {
    await this.#upstash?.dispose();
    await this.#server?.dispose();
  }

  /** Ends what the last test has opened. */
  reset(): void {
    this.leave();
    for (const application of this.#applications.splice(0)) application.destroy();
  }

  /** A prefix that nobody has. */
  prefix(): string {
    return `p${this.#prefixes++}`;
  }

  /** An application; those of one prefix share all. */
  application(
    dialect: 'webdis' | 'upstash',
    prefix = this.prefix(),
    options: Partial<RedisOptions> = {},
  ): RedisApplication {
    const requests: AbortSignal[] = [];
    const counted = async (url: string, init: RequestInit): Promise<Response> => {
      if (init.signal) requests.push(init.signal);
      return fetch(url, init);
    };
    const { url = '', token } =
      dialect === 'webdis' ? { url: this.server.url } : { ...this.#upstash };
    const made = createEnvironmentInjector(
      [
        { provide: INJECTOR_SCOPE, useValue: 'root' },
        ...withRedis({ url, token, dialect, prefix, ...options }).ɵproviders,
        { provide: REDIS_FETCH, useValue: counted },
      ],
      Injector.NULL as never,
    );
    this.#applications.push(made);
    const remote = made.get(REMOTE_CACHE);
    if (!remote) throw new Error('There is no second level.');
    return {
      redis: made.get(RedisService),
      remote,
      // What has ended is aborted as well.
      open: () => requests.filter((signal) => !signal.aborted).length,
      begun: () => requests.length,
    };
  }

  /** What comes, until the end of the test. */
  listen<T>(source: Observable<T>): readonly T[] {
    const heard: T[] = [];
    this.#subscriptions.push(source.subscribe((value) => heard.push(value)));
    return heard;
  }

  /** Unsubscribes all that listens. */
  leave(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe();
  }

  /** To how many patterns somebody is subscribed, of whatever number. */
  async patterns(): Promise<number> {
    return Number(await this.server.command('PUBSUB', 'NUMPAT'));
  }

  /** The last value of a source; `undefined` when it has none. */
  async last<T>(source: Observable<T>): Promise<T | undefined> {
    return lastValueFrom(source, { defaultValue: undefined });
  }

  /** How a source fails, and after what time. */
  async failure(source: Observable<unknown>): Promise<RemoteCacheError & { after: number }> {
    const start = systemClock.monotonic();
    return this.last(source).then(
      () => Promise.reject(new Error('It did not fail.')),
      (error: unknown) =>
        Object.assign(error as RemoteCacheError, { after: systemClock.monotonic() - start }),
    );
  }

  /** Waits until something holds; fails after a while. Gives the time that it took. */
  async until(holds: () => boolean | Promise<boolean>, limit = 20_000): Promise<number> {
    const start = systemClock.monotonic();
    while (!(await holds())) {
      const time = systemClock.monotonic() - start;
      if (time > limit) throw new Error(`It does not hold: ${holds.toString()}`);
      await wait(5);
    }
    return systemClock.monotonic() - start;
  }
}
