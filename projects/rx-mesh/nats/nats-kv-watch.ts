import type { KvEntry, KvWatchEntry } from '@nats-io/kv';
import type { QueuedIterator } from '@nats-io/nats-core';
import { Observable, from } from 'rxjs';

/** The entries of a watch. One that is left while it begins is stopped as well. */
export function watched(begin: () => Promise<QueuedIterator<KvWatchEntry>>): Observable<KvEntry> {
  return new Observable((subscriber) => {
    begin().then(
      (entries) => {
        subscriber.add(() => entries.stop());
        subscriber.add(from(entries).subscribe(subscriber));
      },
      (error: unknown) => subscriber.error(error),
    );
  });
}
