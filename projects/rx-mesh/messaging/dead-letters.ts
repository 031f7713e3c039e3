import { Injectable, inject } from '@angular/core';
import { CLOCK, DIAGNOSTICS, ID_GENERATOR, StateStore } from 'rx-mesh/kernel';
import type { DeadLetter, DeliveryFailure } from './delivery';
import type { Message } from './message';
import { MESSAGING } from './messaging-options';

/** The messages that were given up, newest last, up to `maxDeadLetters`. */
@Injectable({ providedIn: 'root' })
export class DeadLetters {
  private readonly clock = inject(CLOCK);
  private readonly ids = inject(ID_GENERATOR);
  private readonly limit = inject(MESSAGING.token).maxDeadLetters;
  private readonly store = new StateStore<readonly DeadLetter[]>([]);

  /** All letters: on subscribe, and after each change. */
  readonly changes$ = this.store.changes$;
  /** All letters as a signal. */
  readonly signal = this.store.signal;

  /** Keeps a message. The oldest letter gives way when there are too many. */
  add(consumer: string, message: Message, attempts: number, reason: DeliveryFailure): DeadLetter {
    const at = this.clock.now();
    const id = this.ids.uuid();
    const letter: DeadLetter = Object.freeze({ id, consumer, message, attempts, reason, at });
    this.store.update((letters) => [...letters, letter].slice(-this.limit));
    return letter;
  }

  /** The letter of an id. */
  find(id: string): DeadLetter | undefined {
    return this.store.snapshot.find((letter) => letter.id === id);
  }

  /** Forgets a letter, and says whether it was there. */
  remove(id: string): boolean {
    const found = this.find(id) !== undefined;
    if (found) this.store.update((letters) => letters.filter((letter) => letter.id !== id));
    return found;
  }
}

/** Tells of consumers that lose or give up messages: once each, until they are well again. */
@Injectable({ providedIn: 'root' })
export class ConsumerTroubles {
  private readonly diagnostics = inject(DIAGNOSTICS);

  /** A message was given up. */
  gaveUp({ consumer, attempts, reason }: DeadLetter): void {
    const message = `A message of ${JSON.stringify(consumer)} is a dead letter after ${attempts} deliveries (${reason.kind}). Look at deadLetters of MessageBrokerService; replay or discard it.`;
    const { cause } = reason;
    this.diagnostics.report({ code: 'RXM407', severity: 'error', source: SOURCE, message, cause });
  }

  /** A message gave way, for the queue was full. */
  dropped(consumer: string, limit: number): void {
    const message = `The queue of ${JSON.stringify(consumer)} is full (${limit}), and messages are dropped. Handle them faster, or raise queueLimit.`;
    this.diagnostics.report({ code: 'RXM406', severity: 'error', source: SOURCE, message });
  }
}

const SOURCE = 'MessageBrokerService';
