import type { ReadModelChange } from 'rx-mesh/event-sourcing';
import { EMPTY, NEVER, type Observable, Subject, catchError, filter, map, merge, skip } from 'rxjs';
import type { NatsConnection } from './nats-connection';
import { subjectMessages } from './nats-handover';

/** The longest hint that is read, in bytes. */
const LONGEST = 65_536;

/** Tells all clients that there may be something new. A hint that is lost does no harm: whoever reads looks by itself too. */
export class NatsReadModelHints {
  readonly #nats: NatsConnection;
  readonly #subject: string;
  readonly #me: string;
  readonly #own = new Subject<ReadModelChange>();

  /** What this client, and the others, have told. Never errors, never completes. */
  readonly changes$: Observable<ReadModelChange>;

  /** @param me A word that no other client has. */
  constructor(nats: NatsConnection, bucket: string, me: string) {
    this.#nats = nats;
    this.#subject = `rx-mesh.models.${bucket}`;
    this.#me = me;
    const heard$ = subjectMessages(nats, this.#subject).pipe(
      map((msg) => (msg.data.length > LONGEST ? {} : this.#read(msg.string()))),
      filter((change) => change !== undefined),
      // Without the permission there are no hints.
      catchError(() => NEVER),
    );
    // What was told while the connection was away is not known.
    const back$ = nats.state$.pipe(
      filter((state) => state === 'connected'),
      skip(1),
      map((): ReadModelChange => ({})),
    );
    this.changes$ = merge(this.#own, heard$, back$, NEVER);
  }

  /** Tells it, and does not wait. */
  tell(change: ReadModelChange): void {
    this.#own.next(change);
    this.#nats
      .run(async (client) => {
        client.publish(this.#subject, JSON.stringify({ ...change, by: this.#me }));
        return client.flush();
      })
      .pipe(catchError(() => EMPTY))
      .subscribe();
  }

  // Whatever is said, it is a reason to look; what was told here was told already.
  #read(text: string): ReadModelChange | undefined {
    try {
      const { models, checkpoint, by } = JSON.parse(text) as Readonly<Record<string, unknown>>;
      if (by === this.#me) return undefined;
      const sound = Array.isArray(models) && models.every((model) => typeof model === 'string');
      return {
        ...(sound ? { models } : {}),
        ...(typeof checkpoint === 'string' ? { checkpoint } : {}),
      };
    } catch {
      return {};
    }
  }
}
