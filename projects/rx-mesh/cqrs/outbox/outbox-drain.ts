import {
  EMPTY,
  type Observable,
  catchError,
  defaultIfEmpty,
  defer,
  filter,
  from,
  map,
  merge,
  of,
  take,
  takeUntil,
  tap,
  timeout,
  timer,
} from 'rxjs';
import type { Command } from '../message-types';
import { Bell, type OutboxFlow, outboxFlow } from './outbox-flow';
import { tellOutbox } from './book-ports';
import type { OutboxPorts } from './outbox-ports';
import type { QueuedCommand } from './outbox-record';
import { type OutboxRest, type Waiting, isUnhandled } from './outbox-rest';
import { type Outcome, type Sent, claim, settle } from './outbox-steps';
import type { CommandVerdict } from './outbox-verdict';

/** How many commands are sent before others on this page have their turn. */
const PAGE = 25;
/** How long commands are sent before others on this page have their turn, in milliseconds. */
const MOST_TIME = 10;
/** How many commands of one aggregate are sent before another one has its turn. */
const MOST_IN_TURN = 16;

/**
 * Sends what there is while it is subscribed. Completes when nothing is left to send, when there is no network, and when what
 * is left has to wait and some of it is of a type that has no handler here: another tab may have one.
 */
export function drainOutbox(ports: OutboxPorts, rest: OutboxRest): Observable<never> {
  return outboxFlow(async (flow) => new Drain(ports, flow, rest).run());
}

/** An aggregate is either ready, busy or waiting, or there is nothing to send for it. */
class Drain {
  readonly #ports: OutboxPorts;
  readonly #flow: OutboxFlow;
  readonly #bell = new Bell();
  readonly #ready = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #rest: OutboxRest;
  readonly #waiting: Map<string, Waiting>;
  // It goes on with what was added behind it; a new one would look at all that was deleted before it.
  #readyOnes = this.#ready.values();
  // How many failures that may pass came in a row. Many: it is not one command that is ill, but whoever takes them.
  #failures = 0;
  #pause: Waiting | undefined;
  #steps = 0;
  #since = 0;
  #gate: Promise<unknown> | undefined;

  constructor(ports: OutboxPorts, flow: OutboxFlow, rest: OutboxRest) {
    this.#ports = ports;
    this.#flow = flow;
    this.#rest = rest;
    this.#waiting = rest.lanes;
  }

  async run(): Promise<void> {
    const { book, page, hurry$ } = this.#ports;
    this.#flow.keep(book.changes$.pipe(tap(({ lanes }) => this.#look(lanes))));
    this.#flow.keep(hurry$.pipe(tap((lane) => this.#hurry(lane))));
    this.#flow.keep(page.online$.pipe(tap(() => this.#bell.ring())));
    this.#look(undefined);
    while (!this.#flow.ended()) {
      this.#bell.hear();
      if (page.online) this.#begin();
      const isIdle = (): boolean => this.#ready.size === 0 && (this.#waiting.size === 0 || this.#rest.isForOthers); // prettier-ignore
      if (this.#busy.size === 0 && (!page.online || isIdle())) return;
      await this.#flow.until(merge(this.#bell.rung(), page.online ? this.#nextDue() : EMPTY));
    }
  }

  #look(lanes: ReadonlySet<string> | undefined): void {
    const { sendable } = this.#ports.book.mirror;
    const seen = lanes ?? new Set([...sendable, ...this.#ready, ...this.#waiting.keys()]);
    for (const lane of seen) {
      if (!sendable.has(lane)) {
        this.#waiting.delete(lane);
        this.#ready.delete(lane);
      } else if (!this.#busy.has(lane) && !this.#waiting.has(lane)) this.#ready.add(lane);
    }
    this.#bell.ring();
  }

  #hurry(lane: string): void {
    this.#rest.hurry(this.#ports.book.mirror, lane);
    this.#pause = undefined;
    this.#look(undefined);
  }

  #begin(): void {
    const { clock, settings } = this.#ports;
    const now = clock.monotonic();
    for (const [lane, { due }] of this.#waiting) if (due <= now) this.#ready.add(lane);
    if (this.#pause && this.#pause.due > now) return;
    if (this.#busy.size === 0) this.#since = now;
    const most = this.#pause ? 1 : settings.concurrency;
    while (this.#busy.size < most) {
      const lane = this.#takeReady();
      if (lane === undefined) return;
      this.#busy.add(lane);
      void this.#sendLane(lane);
    }
  }

  #takeReady(): string | undefined {
    while (this.#ready.size > 0) {
      let next = this.#readyOnes.next();
      if (next.done) {
        this.#readyOnes = this.#ready.values();
        next = this.#readyOnes.next();
      }
      if (next.done) return undefined;
      this.#ready.delete(next.value);
      const waiting = this.#rest.typeOf(this.#ports.book.mirror, next.value);
      if (!waiting) return next.value;
      this.#waiting.set(next.value, waiting);
    }
    return undefined;
  }

  #nextDue(): Observable<unknown> {
    const { clock } = this.#ports;
    const pausedUntil = this.#pause?.due ?? 0;
    let due = Infinity;
    if (this.#ready.size > 0) due = pausedUntil > clock.monotonic() ? pausedUntil : Infinity;
    else for (const waiting of this.#waiting.values()) due = Math.min(due, waiting.due);
    if (due === Infinity) return EMPTY;
    return timer(Math.max(0, due - clock.monotonic(), pausedUntil - clock.monotonic()), clock.scheduler); // prettier-ignore
  }

  /** Sends the commands of an aggregate one after the other. Never rejects. */
  async #sendLane(lane: string): Promise<void> {
    const waits = this.#waiting.get(lane)?.waits;
    this.#waiting.delete(lane);
    try {
      await this.#sendTurns(lane, waits);
    } catch (cause) {
      // A mistake: later it may work, at once it would only go round and round.
      tellOutbox(this.#ports, 'Commands of an aggregate could not be sent; it is tried again later.', cause); // prettier-ignore
      this.#wait(lane, waits);
    } finally {
      this.#busy.delete(lane);
      this.#look(new Set([lane]));
    }
  }

  async #sendTurns(lane: string, waits: Waiting['waits'] | undefined): Promise<void> {
    const { book, page, clock } = this.#ports;
    let last: Sent | undefined;
    let isOver = false;
    for (let turns = 0; !isOver && !this.#flow.ended(); turns++) {
      await this.#othersFirst();
      const mayGoOn = last?.outcome.verdict !== 'retry' && (turns < MOST_IN_TURN || this.#ready.size === 0); // prettier-ignore
      const next = await this.#flow.take(
        book.change(
          (draft) => {
            if (last) settle(draft, last);
            return mayGoOn && page.online ? claim(draft, lane, clock.now()) : undefined;
          },
          { isPatient: true },
        ),
      );
      if (last?.outcome.verdict === 'retry') this.#wait(lane, waits, last);
      last = next && (await this.#send(next));
      if (last) this.#count(last);
      isOver = !next;
    }
  }

  // What was taken out while it was sent has no outcome.
  async #send(claimed: QueuedCommand): Promise<Sent | undefined> {
    const { command, isAnew = false } = claimed;
    const { book, send, settings, clock } = this.#ports;
    const answer: { outcome?: Outcome } = {};
    const began = clock.monotonic();
    const isTakenOut$ = merge(of(null), book.changes$).pipe(
      filter(() => !book.mirror.find(command.id)),
    );
    await this.#flow.finish(
      defer(() => from(send(command, { isAnew }))).pipe(
        take(1),
        timeout({ first: settings.timeout, scheduler: clock.scheduler }),
        defaultIfEmpty(undefined),
        map((result): Outcome => ({ verdict: 'done', result })),
        catchError((error: unknown) =>
          of<Outcome>({ verdict: this.#verdict(error, command), error }),
        ),
        tap((outcome) => (answer.outcome = outcome)),
        takeUntil(isTakenOut$),
      ),
    );
    // While an answer was waited for, others had their turn.
    if (clock.monotonic() - began > MOST_TIME) this.#since = clock.monotonic();
    return answer.outcome && { sent: claimed, outcome: answer.outcome };
  }

  #verdict(error: unknown, command: Command): CommandVerdict {
    try {
      return this.#ports.judge(error, command);
    } catch (cause) {
      tellOutbox(this.#ports, 'COMMAND_JUDGE failed; the command counts as rejected.', cause);
      return 'rejected';
    }
  }

  #count({ sent: { command }, outcome }: Sent): void {
    if (isUnhandled(outcome)) return void this.#rest.unhandled(command.type);
    if (this.#rest.free(command.type)) this.#look(undefined);
    if (outcome.verdict !== 'retry') {
      this.#failures = 0;
      this.#pause = undefined;
      return;
    }
    this.#failures++;
    if (this.#failures < this.#ports.settings.concurrency && !this.#pause) return;
    this.#pause = this.#rest.later(this.#pause?.waits);
  }

  #wait(lane: string, waits: Generator<number, never> | undefined, last?: Sent): void {
    this.#waiting.set(lane, this.#rest.after(last, waits));
  }

  /** Lets others on this page have their turn every now and then: answers may come without any pause. */
  async #othersFirst(): Promise<void> {
    const now = this.#ports.clock.monotonic();
    if (++this.#steps >= PAGE || now - this.#since > MOST_TIME) {
      this.#steps = 0;
      this.#since = now;
      this.#gate = this.#flow
        .until(timer(0, this.#ports.clock.scheduler))
        .then(() => (this.#since = this.#ports.clock.monotonic()));
    }
    await this.#gate;
  }
}
