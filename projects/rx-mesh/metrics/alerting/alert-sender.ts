import {
  type Clock,
  type Diagnostics,
  type RandomSource,
  exponentialBackoff,
} from 'rx-mesh/kernel';
import {
  type Observable,
  Subscription,
  defer,
  finalize,
  ignoreElements,
  retry,
  tap,
  timer,
} from 'rxjs';
import { type Alert, type AlertGroup, groupOf } from './alert';
import type { AlertChannel } from './alert-channel';

/** What an {@link AlertSender} needs of the world. */
export interface SenderPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly diagnostics: Diagnostics;
  /** Told of each group that was told, or given up. */
  readonly settled: (type: 'notified' | 'undelivered', group: AlertGroup) => void;
}

const MOST_QUEUED = 100;
const MOST_TRIES = 5;

/** Tells groups to one channel, one after the other, with new tries where they may help. Losses are told once. */
export class AlertSender {
  readonly #channel: AlertChannel;
  readonly #ports: SenderPorts;
  readonly #backoff = exponentialBackoff({ initial: 1000, max: 30_000, jitter: 'proportional' });
  #queue: AlertGroup[] = [];
  #waiting: { readonly group: AlertGroup; readonly run: Subscription } | undefined;
  #isBusy = false;
  #isTold = false;
  #isStopped = false;

  constructor(channel: AlertChannel, ports: SenderPorts) {
    this.#channel = channel;
    this.#ports = ports;
  }

  /** Takes a group: what waits of it becomes the latest. The oldest ones give way when there are too many. */
  send(group: AlertGroup): void {
    if (this.#isStopped) return;
    this.#queue = joined([...this.#queue, group]);
    const oldest = this.#queue.length > MOST_QUEUED ? this.#queue.shift() : undefined;
    if (oldest) this.#gaveUp(oldest, new Error('Too many groups were waiting.'));
    this.#next();
  }

  /** Tells at once, and side by side, what waits. */
  leave(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const last = joined([...(waiting ? [waiting.group] : []), ...this.#queue]);
    this.#queue = [];
    for (const group of last) start(this.#tried(group));
    waiting?.run.unsubscribe();
  }

  /** Tells at once what waits, and takes no more. */
  stop(): void {
    this.#isStopped = true;
    this.leave();
  }

  #next(): void {
    const group = this.#isBusy ? undefined : this.#queue.shift();
    if (!group) return;
    this.#isBusy = true;
    const run = new Subscription();
    const again = retry({
      count: MOST_TRIES - 1,
      delay: (error: unknown, tries) => {
        if (this.#isStopped || !isRetryable(error)) throw error;
        this.#waiting = { group, run };
        const { clock, random } = this.#ports;
        return timer(this.#backoff(tries - 1, random, 0), clock.scheduler).pipe(
          tap(() => (this.#waiting = undefined)),
        );
      },
    });
    run.add(
      start(
        this.#tried(group, again).pipe(
          finalize(() => {
            this.#isBusy = false;
            this.#next();
          }),
        ),
      ),
    );
  }

  #tried(
    group: AlertGroup,
    again: (work: Observable<unknown>) => Observable<unknown> = (work) => work,
  ): Observable<unknown> {
    const { settled } = this.#ports;
    return defer(() => this.#channel.notify(group)).pipe(
      again,
      ignoreElements(),
      tap({
        error: (error: unknown) => this.#gaveUp(group, error),
        complete: () => {
          this.#isTold = false;
          settled('notified', group);
        },
      }),
    );
  }

  #gaveUp(group: AlertGroup, cause: unknown): void {
    this.#ports.settled('undelivered', group);
    if (this.#isTold) return;
    this.#isTold = true;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Channel "${this.#channel.name}" did not tell of ${group.alerts.length} alerts. ${why} Look at the receiver, and at what it allows to pages of this origin.`;
    this.#ports.diagnostics.report({
      code: 'RXM867',
      severity: 'error',
      source: 'alerting',
      message,
      cause,
    });
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}

// What goes wrong is told already.
function start(work: Observable<unknown>): Subscription {
  return work.subscribe({ error: () => undefined });
}

// One of each key, in the place of its first; of each alert the latest state.
function joined(groups: readonly AlertGroup[]): AlertGroup[] {
  const all = new Map<string, AlertGroup>();
  for (const group of groups) {
    const { alerts, groupLabels, key, news } = group;
    const old = all.get(key);
    const whole =
      old && groupOf(key, groupLabels, latest(old.alerts, alerts), latest(old.news, news));
    all.set(key, whole ?? group);
  }
  return [...all.values()];
}

function latest(...lists: readonly (readonly Alert[])[]): readonly Alert[] {
  return [...new Map(lists.flat().map((one) => [one.fingerprint, one])).values()];
}
