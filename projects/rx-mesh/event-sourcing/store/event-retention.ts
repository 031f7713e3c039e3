import { DestroyRef, Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS } from 'rx-mesh/kernel';
import { type Observable, Subscription, from, tap } from 'rxjs';
import { categoryOf } from '../event-envelope';
import { EVENT_SOURCING, type RetentionRule } from '../event-sourcing-options';
import type { StreamHead } from '../log/event-log';
import { EVENT_LOG } from '../log/event-log-token';
import { reportAside } from './event-reports';
import { flowOf } from './flow';

const REST = 60_000; // ms
const MOST_REMEMBERED = 1000;

/** Removes events that the retention of `withEventSourcing` does not keep. */
@Injectable({ providedIn: 'root' })
export class EventRetention {
  private readonly log = inject(EVENT_LOG);
  private readonly clock = inject(CLOCK);
  private readonly diagnostics = inject(DIAGNOSTICS);
  private readonly rules: ReadonlyMap<string, RetentionRule> = new Map(
    Object.entries(inject(EVENT_SOURCING.token).retention),
  );
  // When a stream was looked at, the latest last.
  private readonly looked = new Map<string, number>();
  private readonly work = new Subscription();

  constructor() {
    inject(DestroyRef).onDestroy(() => this.work.unsubscribe());
  }

  /** Looks at every stream. Emits how many events were removed, and completes. */
  prune(): Observable<number> {
    return flowOf(async (flow) => {
      let removed = 0;
      let heads = this.canPrune() ? await this.log.streams() : [];
      while (heads.length > 0) {
        for (const head of heads) {
          if (flow.ended()) return;
          removed += await this.pruneStream(head);
        }
        heads = await this.log.streams(heads.at(-1)?.stream);
      }
      flow.next(removed);
    });
  }

  /** Looks at a stream that has grown, unless that was done a short time ago. */
  grown(stream: string): void {
    if (!this.canPrune() || !this.ruleOf(stream)) return;
    const now = this.clock.monotonic();
    if (now - (this.looked.get(stream) ?? -Infinity) < REST) return;
    this.looked.delete(stream);
    this.looked.set(stream, now);
    const [oldest] = this.looked.keys();
    if (this.looked.size > MOST_REMEMBERED && oldest !== undefined) this.looked.delete(oldest);
    const pruned$ = from(this.pruneOne(stream)).pipe(
      tap({
        error: (cause: unknown) =>
          reportAside(this.diagnostics, 'Old events could not be removed; later they will.', cause),
      }),
    );
    this.work.add(pruned$.subscribe({ error: () => undefined }));
  }

  private canPrune(): boolean {
    return this.rules.size > 0 && this.log.capabilities.truncate;
  }

  private async pruneOne(stream: string): Promise<void> {
    const head = await this.log.streamHead(stream);
    if (head) await this.pruneStream(head);
  }

  private async pruneStream({ stream, version, count }: StreamHead): Promise<number> {
    const { maxAge, maxCount } = this.ruleOf(stream) ?? {};
    const before = maxCount === undefined || count <= maxCount ? 0 : version - maxCount + 1;
    if (count === 0 || (before === 0 && maxAge === undefined)) return 0;
    const olderThan = maxAge === undefined ? undefined : this.clock.now() - maxAge;
    return this.log.truncate(stream, { before, olderThan });
  }

  private ruleOf(stream: string): RetentionRule | undefined {
    const category = categoryOf(stream);
    const own = this.rules.get(category);
    // The events of a saga that is open are what it goes on by: a rule for all the rest must not take them.
    return category === 'saga' ? own : (own ?? this.rules.get('*'));
  }
}
