import { inject } from '@angular/core';
import type { NatsConnection as NatsClient } from '@nats-io/nats-core';
import { CLOCK, ID_GENERATOR, InvalidOptionError } from 'rx-mesh/kernel';
import { Observable, defer, switchMap, takeUntil } from 'rxjs';
import { NatsConnection } from './nats-connection';
import { isNatsName } from './nats-subject';

/** A service as it tells of itself. */
export interface NatsServiceInfo {
  /** Its name: letters, digits, `_` and `-`. */
  readonly name: string;
  /** Its version, such as `1.0.0`. */
  readonly version: string;
  /** One of several of the same name. @default a new one */
  readonly id?: string | undefined;
  /** What it is for. @default '' */
  readonly description?: string | undefined;
  /** Facts, such as `url`: where browsers reach it. @default {} */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS` for a service as long as it is subscribed, so that {@link withNatsDiscovery}
 * and the tools of NATS find it. For tools and tests: a page is nothing that others can call. Call it where `inject` can be
 * called. Completes with the application.
 *
 * @throws InvalidOptionError when the name is none.
 * @usageNotes
 * ```ts
 * natsService({ name: 'orders', version: '1.0.0', metadata: { url: 'https://orders.example.com' } }).subscribe();
 * ```
 */
export function natsService(info: NatsServiceInfo): Observable<never> {
  if (!isNatsName(info.name)) {
    throw new InvalidOptionError('natsService.name', info.name, "letters, digits, '_' and '-'");
  }
  const nats = inject(NatsConnection);
  const clock = inject(CLOCK);
  const id = info.id ?? inject(ID_GENERATOR).uuid();
  return defer(() => {
    const started = new Date(clock.now()).toISOString();
    return nats.client$.pipe(
      switchMap((client) =>
        answering(client, { ...info, id }, started).pipe(takeUntil(nats.ended$)),
      ),
    );
  });
}

function answering(
  client: NatsClient,
  info: NatsServiceInfo & { readonly id: string },
  started: string,
): Observable<never> {
  const { name, id, version, description = '', metadata = {} } = info;
  const common = { name, id, version, metadata };
  const answers = {
    PING: { ...common, type: 'io.nats.micro.v1.ping_response' },
    INFO: { ...common, type: 'io.nats.micro.v1.info_response', description, endpoints: [] },
    STATS: { ...common, type: 'io.nats.micro.v1.stats_response', started, endpoints: [] },
  };
  return new Observable(() => {
    const subscriptions = Object.entries(answers).flatMap(([verb, answer]) =>
      [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`].map((subject) =>
        client.subscribe(subject, {
          callback: (error, msg) => {
            if (!error) msg.respond(JSON.stringify(answer));
          },
        }),
      ),
    );
    return () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  });
}
