import {
  DestroyRef,
  type EnvironmentProviders,
  Injectable,
  type Signal,
  inject,
  provideEnvironmentInitializer,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import {
  type Alert,
  type AlertEvent,
  AlertingService,
  monitorCircuitBreakers,
} from 'rx-mesh/metrics';
import { tap } from 'rxjs';

/** Something that happened to an alert, in words. */
export interface AlertNote {
  readonly id: number;
  readonly at: Date;
  readonly text: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
}

const MOST_NOTES = 60;

/**
 * What happens to alerts while nobody looks at their page: it remembers the latest events. Rules ask for the states of
 * circuit breakers, so these are recorded all the time, too.
 */
@Injectable({ providedIn: 'root' })
export class MetricsWatch {
  private readonly alerting = inject(AlertingService);
  private readonly breakers$ = monitorCircuitBreakers();
  private readonly destroyRef = inject(DestroyRef);
  readonly #notes = signal<readonly AlertNote[]>([]);
  #count = 0;

  /** The latest events, the last one first, at most 60. */
  readonly notes: Signal<readonly AlertNote[]> = this.#notes.asReadonly();

  /** Begins to watch. */
  start(): void {
    this.alerting.events$
      .pipe(
        tap((event) => this.note(event)),
        takeUntilDestroyed(this.destroyRef),
      )
      .subscribe();
    this.breakers$.pipe(takeUntilDestroyed(this.destroyRef)).subscribe();
  }

  private note(event: AlertEvent): void {
    const note = { id: this.#count++, at: event.at, ...wordsOf(event) };
    this.#notes.update((notes) => [note, ...notes].slice(0, MOST_NOTES));
  }
}

/** Makes the application watch from its start. */
export function provideMetricsWatch(): EnvironmentProviders {
  return provideEnvironmentInitializer(() => inject(MetricsWatch).start());
}

function wordsOf(event: AlertEvent): Pick<AlertNote, 'text' | 'tone'> {
  switch (event.type) {
    case 'notified':
    case 'undelivered': {
      const { channel, group } = event;
      const what = group.alerts.map((alert) => `${nameOf(alert)} ${alert.state}`).join(', ');
      return event.type === 'notified'
        ? { text: `${channel} was told: ${what}`, tone: 'quiet' }
        : { text: `${channel} could not be told: ${what}`, tone: 'bad' };
    }
    case 'pending':
      return { text: `${nameOf(event.alert)} is pending`, tone: 'warn' };
    case 'firing':
      return { text: `${nameOf(event.alert)} fires`, tone: 'bad' };
    case 'resolved':
      return { text: `${nameOf(event.alert)} is resolved`, tone: 'good' };
    case 'inactive':
      return { text: `${nameOf(event.alert)} did not last`, tone: 'good' };
    case 'silenced':
    case 'unsilenced':
    case 'inhibited':
    case 'uninhibited':
      return { text: `${nameOf(event.alert)} is ${event.type}`, tone: 'quiet' };
  }
}

/** Alerts of one rule are told apart by how urgent they are. */
function nameOf({ labels, rule }: Alert): string {
  return `${rule} of ${labels['service'] ?? 'nobody'} (${labels['severity'] ?? 'no hurry'})`;
}
