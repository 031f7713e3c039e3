import { Injectable, inject } from '@angular/core';
import type { Msg, NatsConnection as NatsClient } from '@nats-io/nats-core';
import {
  CLOCK,
  DIAGNOSTICS,
  ID_GENERATOR,
  type RxMeshFeature,
  createOptions,
  isServer,
  positiveInteger,
  shareLatest,
  waitable,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { REGISTRY_SOURCES, type RegistrySnapshot, type RegistrySource } from 'rx-mesh/mesh';
import {
  EMPTY,
  Observable,
  catchError,
  defer,
  map,
  repeat,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import { NatsConnection } from './nats-connection';
import { natsError } from './nats-failure';
import { type NatsInstanceUrl, ServiceBook, urlInMetadata } from './nats-service-book';
import { NATS } from './nats-options';

/** Options of {@link withNatsDiscovery}. */
export interface NatsDiscoveryOptions {
  /**
   * Where a browser reaches an instance. What a service says of itself comes from outside: map it to a route of your gateway
   * where you can. @default the fact `url` of its metadata; without one it is left out
   */
  readonly instanceUrl?: NatsInstanceUrl | undefined;
  /** The rest between two rounds of questions, in milliseconds, above 0 and at most 2147483647. @default 15000 */
  readonly period?: number | undefined;
  /** How long answers are collected in a round, in milliseconds, above 0 and at most 2147483647. @default 1000 */
  readonly collect?: number | undefined;
  /** After how many rounds without an answer an instance is gone, at least 1. @default 2 */
  readonly misses?: number | undefined;
  /** The most answers of a round that are taken, at least 1. @default 1000 */
  readonly maxInstances?: number | undefined;
}

/** The options of {@link withNatsDiscovery} with a value for each. */
export type NatsDiscoveryValues = {
  readonly [K in keyof NatsDiscoveryOptions]-?: NonNullable<NatsDiscoveryOptions[K]>;
};

/** The options of discovery. */
export const NATS_DISCOVERY = /* @__PURE__ */ createOptions<NatsDiscoveryValues>(
  'NatsDiscoveryOptions',
  { instanceUrl: urlInMetadata, period: 15_000, collect: 1000, misses: 2, maxInstances: 1000 },
  {
    instanceUrl: (url) => (typeof url === 'function' ? undefined : 'a function'),
    period: waitable,
    collect: waitable,
    misses: positiveInteger,
    maxInstances: positiveInteger,
  },
);

/** The largest answer that is read, in bytes. */
const LARGEST = 65_536;

/**
 * The services that answer at NATS, as a registry source: `$SRV.INFO` in rounds, while somebody watches. Set up by
 * {@link withNatsDiscovery}.
 *
 * What was known is kept while there is no connection. Entries that cannot be used are left out and told by RXM305.
 *
 * @usageNotes
 * ```ts
 * inject(NatsDiscovery).watch().subscribe((services) => show([...services.keys()]));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class NatsDiscovery implements RegistrySource {
  private readonly nats = inject(NatsConnection);
  private readonly options = inject(NATS_DISCOVERY.token);
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly inbox = `${inject(NATS.token).inboxPrefix}.${inject(ID_GENERATOR).uuid()}`;
  private told = false;

  /** `nats`. */
  readonly name = 'nats';
  /** Three times the rest and the time of a round, in milliseconds. */
  readonly lease = 3 * (this.options.period + this.options.collect);

  private readonly snapshots$ = defer(() => (isServer() ? EMPTY : this.rounds())).pipe(
    shareLatest(),
  );

  /**
   * All services that have answered: after the first round, and again after each. All subscribers share the rounds; the last one
   * to leave ends them. Does not error while the connection may come back; completes at once on a server.
   */
  watch(): Observable<RegistrySnapshot> {
    return this.snapshots$;
  }

  private rounds(): Observable<RegistrySnapshot> {
    const { period, misses, instanceUrl } = this.options;
    const book = new ServiceBook(instanceUrl, misses);
    return this.nats.client$.pipe(
      switchMap((client) =>
        this.nats.whenConnected$.pipe(
          switchMap(() => this.round(client)),
          take(1),
          map((answers) => {
            const { snapshot, refused } = book.take(answers, new Date(this.clock.now()));
            this.tellOnce(refused);
            return snapshot;
          }),
          repeat({ delay: () => timer(period, this.clock.scheduler) }),
          takeUntil(this.nats.ended$),
        ),
      ),
      catchError((error: unknown) => {
        throw natsError(error, 'ask for services');
      }),
    );
  }

  // One question, and the answers that come in time.
  private round(client: NatsClient): Observable<readonly string[]> {
    const { collect, maxInstances } = this.options;
    return new Observable((subscriber) => {
      const answers: string[] = [];
      let isHeard = false;
      const hear = (msg: Msg): void => {
        isHeard = true;
        // Nobody is there at all.
        if (msg.headers?.code === 503 && msg.data.length === 0) done();
        else if (msg.data.length <= LARGEST && answers.length < maxInstances) {
          answers.push(msg.string());
        }
      };
      const done = (): void => {
        // Silence tells nothing of services when the server itself does not answer.
        if (isHeard) subscriber.next(answers);
        subscriber.complete();
      };
      const subscription = client.subscribe(this.inbox, {
        callback: (error, msg) => {
          if (error) subscriber.error(error);
          else hear(msg);
        },
      });
      subscriber.add(() => subscription.unsubscribe());
      client.publish('$SRV.INFO', '', { reply: this.inbox });
      client.flush().then(
        () => (isHeard = true),
        () => undefined,
      );
      subscriber.add(
        timer(collect, this.clock.scheduler).subscribe({ complete: done, error: done }),
      );
    });
  }

  private tellOnce(cause: Error | undefined): void {
    if (!cause) this.told = false;
    else if (!this.told) {
      this.told = true;
      this.diagnostics.report({
        code: 'RXM305',
        severity: 'warning',
        source: 'NatsDiscovery',
        message: 'A service of NATS says of itself what cannot be used, and was left out.',
        cause,
      });
    }
  }
}

/**
 * Lets the registry know which services answer at NATS.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withNats({ servers: ['wss://nats.example.com'] }), withNatsDiscovery());
 * ```
 */
export function withNatsDiscovery(
  options: NatsDiscoveryOptions = {},
): RxMeshFeature<'nats-discovery'> {
  return ɵmakeFeature('nats-discovery', [
    NATS_DISCOVERY.provide(options),
    { provide: REGISTRY_SOURCES, multi: true, useExisting: NatsDiscovery },
  ]);
}
