import { type Diagnostics, StateStore } from 'rx-mesh/kernel';
import type { RejectedSpans } from './span-exporter';

/** How an exporter is doing. */
export interface ExportStatus {
  /** Which exporter. */
  readonly exporter: string;
  /** `idle`: nothing is under way; `sending`; `waiting`: a batch failed and waits for its next try. */
  readonly state: 'idle' | 'sending' | 'waiting';
  /** How many spans the receiver took. */
  readonly sent: number;
  /** How many spans were lost: there was no room, they were given up, or the receiver did not take them. */
  readonly dropped: number;
  /** How many spans wait in the store of `offlineSpans`, as far as this page knows; 0 without it. */
  readonly stored: number;
  /** Why the last try failed; `undefined` before the first failure, and after a batch was taken. */
  readonly lastError?: Error | undefined;
}

/** Counts what becomes of the spans of one exporter, and tells of losses: each kind once, until all goes well again. */
export class ExportLedger {
  readonly #diagnostics: Diagnostics;
  readonly #told = new Set<string>();

  /** How the exporter is doing, as a stream and as a signal. */
  readonly status: StateStore<ExportStatus>;

  constructor(exporter: string, diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.status = new StateStore<ExportStatus>({
      exporter,
      state: 'idle',
      sent: 0,
      dropped: 0,
      stored: 0,
    });
  }

  /** What it does now. */
  becomes(state: ExportStatus['state']): void {
    this.status.update((status) => (status.state === state ? status : { ...status, state }));
  }

  /** A try failed. */
  failed(lastError: Error): void {
    this.status.update((status) => ({ ...status, lastError }));
  }

  /** How many spans are in the store now. */
  stores(stored: number): void {
    this.status.update((status) => (status.stored === stored ? status : { ...status, stored }));
  }

  /** A batch was taken, but for what the receiver rejected. */
  sent(spans: number, rejected?: RejectedSpans): void {
    const { count = 0, reason = '' } = rejected ?? {};
    const lost = Math.min(spans, Math.ceil(count));
    const lastError = undefined;
    this.status.update((status) => ({ ...status, sent: status.sent + spans - lost, lastError }));
    if (lost === 0) this.#told.clear();
    else
      this.dropped(
        lost,
        `the receiver did not take them (${reason === '' ? 'it says no reason' : reason})`,
      );
  }

  /** A batch is given up: the receiver does not want it, or was not reached. */
  gaveUp(spans: number): void {
    if (spans === 0) return;
    this.#count(spans);
    const { exporter, lastError } = this.status.snapshot;
    const why = lastError?.message ?? 'The application ended first.';
    this.#tellOnce({
      code: 'RXM803',
      message: `Spans for "${exporter}" could not be sent, so they are lost: ${spans}. ${why} Look at the receiver, and at what it allows to pages of this origin.`,
      cause: lastError,
    });
  }

  /** Spans are lost for another reason than a failed request. */
  dropped(spans: number, why: string): void {
    this.#count(spans);
    this.#tellOnce({
      code: 'RXM804',
      message: `Spans for "${this.status.snapshot.exporter}" were dropped: ${why}. Record fewer by sampleRatio, or look at the receiver.`,
    });
  }

  #count(spans: number): void {
    this.status.update((status) => ({ ...status, dropped: status.dropped + spans }));
  }

  #tellOnce(fact: { code: 'RXM803' | 'RXM804'; message: string; cause?: unknown }): void {
    if (this.#told.has(fact.code)) return;
    this.#told.add(fact.code);
    this.#diagnostics.report({ ...fact, severity: 'error', source: 'tracing' });
  }
}
