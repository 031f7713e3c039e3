import { Injectable, inject } from '@angular/core';
import { CLOCK, ID_GENERATOR } from 'rx-mesh/kernel';
import { SNAPSHOT_STORE } from '../store/snapshots';
import { SAGAS } from './saga-options';

const KEY = 'rx-mesh sagas owner';

/**
 * Whose sagas are run here. The name is kept outside of the log on purpose: what is imported into a log must not start
 * work, and everything in a log may have been imported.
 */
@Injectable({ providedIn: 'root' })
export class SagaOwner {
  private readonly snapshots = inject(SNAPSHOT_STORE);
  private readonly ids = inject(ID_GENERATOR);
  private readonly clock = inject(CLOCK);
  private readonly given = inject(SAGAS.token).owner;
  private known: string | undefined;

  /** The name. Rejects when the store of snapshots cannot be used. */
  async name(): Promise<string> {
    if (this.given !== '') return this.given;
    if (this.known === undefined) {
      let found = textOf(await this.snapshots.get(KEY));
      if (found === undefined) {
        await this.snapshots.put({
          key: KEY,
          version: 1,
          schemaVersion: 1,
          state: this.ids.uuid(),
          timestamp: this.clock.now(),
        });
        // Another tab may have been first: then its name is the one that was kept.
        found = textOf(await this.snapshots.get(KEY));
      }
      this.known = found ?? this.ids.uuid();
    }
    return this.known;
  }
}

function textOf(snapshot: { readonly state: unknown } | undefined): string | undefined {
  const state = snapshot?.state;
  return typeof state === 'string' && state !== '' ? state : undefined;
}
