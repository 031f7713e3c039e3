import { inject } from '@angular/core';
import {
  READ_MODEL_STORAGE,
  type ReadModelStorage,
  memoryReadModels,
} from 'rx-mesh/event-sourcing';
import { ID_GENERATOR, type RxMeshFeature, isServer, ɵmakeFeature } from 'rx-mesh/kernel';
import { NatsConnection } from './nats-connection';
import { natsKv } from './nats-kv';
import { NATS_KV, type NatsKvOptions } from './nats-kv-options';
import { NatsReadModelHints } from './nats-read-model-hints';
import { NatsReadModels } from './nats-read-models';

/** Options of {@link natsReadModels}: those of a bucket, but for the times after which the server would drop values. */
export type NatsReadModelOptions = Omit<NatsKvOptions, 'maxAge' | 'markerTtl'>;

/**
 * Keeps read models, checkpoints and parked events in a bucket that all clients share. Call it where `inject` can be called.
 *
 * A commit is no transaction (`atomicMany: false`): parked events come first, then the records, each only over an older one, and
 * the checkpoint last; so one that broke off can be repeated. Of two clients that move a checkpoint at once one is refused before
 * it has written a record. A list reads all keys of its model: this is for some thousand records.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * const storage = natsReadModels({ bucket: 'models', replicas: 3 });
 * ```
 */
export function natsReadModels(options: NatsReadModelOptions): ReadModelStorage {
  const ids = inject(ID_GENERATOR);
  const hints = new NatsReadModelHints(inject(NatsConnection), options.bucket, ids.uuid());
  return new NatsReadModels(natsKv(options), hints, () => ids.uuid());
}

/**
 * Keeps the read models of the application as {@link natsReadModels} does; those of a page that is rendered on the server in its
 * memory.
 *
 * @throws InvalidOptionError when an option is out of its range.
 * @usageNotes
 * ```ts
 * provideRxMesh(withNats({ servers: ['wss://nats.example.com'] }), withNatsReadModels({ bucket: 'models' }));
 * ```
 */
export function withNatsReadModels(
  options: NatsReadModelOptions,
): RxMeshFeature<'nats-read-models'> {
  NATS_KV.resolve(options);
  return ɵmakeFeature('nats-read-models', [
    {
      provide: READ_MODEL_STORAGE,
      useFactory: () => (isServer() ? memoryReadModels() : natsReadModels(options)),
    },
  ]);
}
