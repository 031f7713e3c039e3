import { type Diagnostics, type RxMeshErrorCode, StateStore } from 'rx-mesh/kernel';
import type { RejectedPoints } from './otlp-request';

/** How an exporter of metrics is doing. */
export interface MetricsExportStatus {
  /** Which exporter. */
  readonly exporter: string;
  /** `idle`: nothing is under way; `sending`; `waiting`: a request failed and waits for its next try. */
  readonly state: 'idle' | 'sending' | 'waiting';
  /** How many data points the receiver took. */
  readonly sent: number;
  /** How many data points the receiver did not want: they are lost. What it was not reached with is not among them. */
  readonly dropped: number;
  /** Why the last try failed; `undefined` before the first failure, and after a request was taken. */
  readonly lastError?: Error | undefined;
}

/** Counts what becomes of the data points of one exporter, and tells of trouble: each kind once, until all goes well again. */
export class ExportLedger {
  readonly #diagnostics: Diagnostics;
  readonly #told = new Set<string>();

  /** How the exporter is doing, as a stream and as a signal. */
  readonly status: StateStore<MetricsExportStatus>;

  constructor(exporter: string, diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.status = new StateStore<MetricsExportStatus>({
      exporter,
      state: 'idle',
      sent: 0,
      dropped: 0,
      lastError: undefined,
    });
  }

  /** What it does now. */
  becomes(state: MetricsExportStatus['state']): void {
    this.status.update((status) => (status.state === state ? status : { ...status, state }));
  }

  /** A try failed. */
  failed(lastError: Error): void {
    this.status.update((status) => ({ ...status, lastError }));
  }

  /** A body was taken, but for what the receiver rejected. */
  sent(points: number, { count = 0, reason = '' }: Partial<RejectedPoints> = {}): void {
    const lost = Math.min(points, Math.ceil(count));
    const lastError = undefined;
    this.status.update((status) => ({ ...status, sent: status.sent + points - lost, lastError }));
    if (lost === 0) this.#told.clear();
    else this.dropped(lost, reason === '' ? 'It says no reason.' : `It says: ${reason}`);
  }

  /** The receiver does not want these data points. */
  dropped(points: number, why: string): void {
    this.status.update((status) => ({ ...status, dropped: status.dropped + points }));
    const message = `"${this.#name}" did not take some metrics, so they are lost: ${points}. ${why}`;
    this.#tellOnce('RXM871', message, this.status.snapshot.lastError);
  }

  /** An export is given up for now. */
  gaveUp(): void {
    const { lastError } = this.status.snapshot;
    const message = `Metrics could not be sent to "${this.#name}"; the next export makes up for it. ${lastError?.message ?? ''} Look at the receiver, and at what it allows to pages of this origin.`;
    this.#tellOnce('RXM870', message, lastError);
  }

  get #name(): string {
    return this.status.snapshot.exporter;
  }

  #tellOnce(code: RxMeshErrorCode, message: string, cause: unknown): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    const severity = code === 'RXM871' ? 'error' : 'warning';
    this.#diagnostics.report({ code, severity, source: 'metrics', message, cause });
  }
}
