import { InvalidOptionError, waitable } from 'rx-mesh/kernel';
import { Observable, type Subscription } from 'rxjs';
import { SocketSendError, type SocketSendFailure } from './socket-errors';
import { type SocketData, type SocketLike, sizeOf } from './socket-like';
import { type OutboxEntry, SocketOutbox } from './socket-outbox';
import type { SocketPlan, SocketPorts, SocketSendOptions } from './socket-plan';

const FIRST_LOOK = 4; // ms
const LAST_LOOK = 50; // ms

/**
 * Hands what is sent to one socket after the other, in the order of the calls. It stops at the high-water mark of a socket,
 * and looks again as long as something waits for that; else nothing ticks.
 */
export class SocketSender {
  readonly #ports: Pick<SocketPorts, 'clock'>;
  readonly #plan: Pick<SocketPlan<unknown>, 'label' | 'values'>;
  readonly #outbox: SocketOutbox;
  #socket: SocketLike | undefined;
  #draining: Subscription | undefined;
  #pumping = false;
  #look = FIRST_LOOK;

  constructor(
    ports: Pick<SocketPorts, 'clock' | 'diagnostics'>,
    plan: Pick<SocketPlan<unknown>, 'label' | 'values'>,
  ) {
    this.#ports = ports;
    this.#plan = plan;
    this.#outbox = new SocketOutbox(plan.label, plan.values, ports.diagnostics);
  }

  /** What waits. */
  get waiting(): { readonly count: number; readonly bytes: number } {
    return { count: this.#outbox.size, bytes: this.#outbox.bytes };
  }

  /** A socket is ready. */
  start(socket: SocketLike): void {
    this.#socket = socket;
    this.#pump();
  }

  /** There is no socket any more. */
  stop(): void {
    this.#socket = undefined;
    this.#draining?.unsubscribe();
    this.#draining = undefined;
  }

  /** @param run Keeps a connection open, and fails when there will be none. */
  send(
    data: SocketData,
    { timeout }: SocketSendOptions,
    run: Observable<unknown>,
  ): Observable<void> {
    const { clock } = this.#ports;
    return new Observable((subscriber) => {
      const fail = (failure: SocketSendFailure): void =>
        subscriber.error(new SocketSendError(this.#plan.label, failure));
      const entry: OutboxEntry = {
        data,
        bytes: sizeOf(data),
        dueAt: clock.monotonic() + (timeout ?? Infinity),
        sent: () => subscriber.complete(),
        failed: (error) => subscriber.error(error),
      };
      subscriber.add(() => this.#outbox.remove(entry));
      const expected = timeout === undefined ? undefined : waitable(timeout);
      if (expected) throw new InvalidOptionError('SocketSendOptions.timeout', timeout, expected);
      if (timeout !== undefined) {
        subscriber.add(clock.scheduler.schedule(() => fail('expired'), timeout));
      }
      this.#outbox.add(entry);
      if (subscriber.closed) return;
      subscriber.add(
        run.subscribe({
          error: (error: unknown) => subscriber.error(error),
          complete: () => fail('closed'),
        }),
      );
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#pumping || this.#draining) return;
    this.#pumping = true;
    while (this.#socket?.readyState === 1) {
      const entry = this.#outbox.next(this.#ports.clock.monotonic());
      if (!entry) break;
      if (this.#socket.bufferedAmount >= this.#plan.values.highWaterMark) {
        this.#drainLater();
        break;
      }
      this.#hand(entry, this.#socket);
    }
    this.#pumping = false;
  }

  #hand(entry: OutboxEntry, socket: SocketLike): void {
    this.#look = FIRST_LOOK;
    // First: whoever hears of it may send more.
    this.#outbox.remove(entry);
    try {
      socket.send(entry.data);
    } catch (error) {
      entry.failed(new SocketSendError(this.#plan.label, 'unsendable', error));
      return;
    }
    entry.sent();
  }

  // A socket does not tell when its buffer has room. The longer it has none, the less often it is looked at.
  #drainLater(): void {
    this.#draining = this.#ports.clock.scheduler.schedule(() => {
      this.#draining = undefined;
      this.#pump();
    }, this.#look);
    this.#look = Math.min(LAST_LOOK, 2 * this.#look);
  }
}
