import { inject } from '@angular/core';
import { EVENT_LOG, memoryEventLog } from 'rx-mesh/event-sourcing';
import {
  CLOCK,
  DIAGNOSTICS,
  RANDOM,
  type RxMeshFeature,
  isServer,
  ɵmakeFeature,
} from 'rx-mesh/kernel';
import { filter } from 'rxjs';
import { JetStreamEventLog } from './jetstream-event-log';
import { JETSTREAM_LOG, type JetStreamOptions } from './jetstream-options';
import { NatsConnection } from './nats-connection';
import { NATS_MODULES } from './nats-modules';

/**
 * Keeps events in a stream of JetStream, over the connection of `withNats()`: all clients share one log. It is opened when it
 * is used first. A page that is rendered on the server has a log in its memory.
 *
 * What is acknowledged survives the end of the server process; a loss of power only if the server writes at once
 * (`sync_interval: always`), or has copies (`replicas`).
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(
 *   withNats({ servers: ['wss://nats.example.com'] }),
 *   withEventSourcing({ serviceId: 'shop' }),
 *   withJetStream({ stream: 'EVENTS', subject: 'events' }),
 * );
 * ```
 */
export function withJetStream(options: JetStreamOptions): RxMeshFeature<'event-log-jetstream'> {
  const { stream, subject } = JETSTREAM_LOG.resolve(options);
  return ɵmakeFeature('event-log-jetstream', [
    JETSTREAM_LOG.provide({ ...options, subject: subject === '' ? stream : subject }),
    {
      provide: EVENT_LOG,
      useFactory: () => {
        if (isServer()) return memoryEventLog();
        const nats = inject(NatsConnection);
        return new JetStreamEventLog(inject(JETSTREAM_LOG.token), {
          access: {
            jetstream$: nats.jetstream$,
            connected$: nats.state$.pipe(filter((state) => state === 'connected')),
          },
          modules: inject(NATS_MODULES),
          clock: inject(CLOCK),
          random: inject(RANDOM),
          diagnostics: inject(DIAGNOSTICS),
        });
      },
    },
  ]);
}
