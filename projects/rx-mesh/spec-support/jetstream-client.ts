import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { wsconnect } from '@nats-io/nats-core';
import { NEVER, type Observable, concatWith, of } from 'rxjs';
import type { NatsJetStream } from 'rx-mesh/nats';

/** One client of a real server that stays until it is closed, as a log reaches JetStream by it. */
export interface JetStreamClient extends NatsJetStream {
  readonly access: {
    readonly jetstream$: Observable<NatsJetStream>;
    readonly connected$: Observable<unknown>;
  };
  close(): Promise<void>;
}

/** Connects to a real server. */
export async function jetStreamClient(
  url: string,
  credentials: { readonly user?: string; readonly pass?: string } = {},
): Promise<JetStreamClient> {
  const client = await wsconnect({ servers: [url], maxReconnectAttempts: -1, ...credentials });
  const manager = await jetstreamManager(client, { checkAPI: false });
  const own: NatsJetStream = { client, js: jetstream(client), manager };
  return {
    ...own,
    access: { jetstream$: of(own).pipe(concatWith(NEVER)), connected$: NEVER },
    close: async () => client.close(),
  };
}
