import { InjectionToken } from '@angular/core';
import type { ExportLedger } from './export-ledger';
import type { SpanExporter } from './span-exporter';
import type { SpanBatch } from './span-queue';

declare const ngDevMode: boolean;

/** Keeps batches of one exporter beyond the page, rather than to lose them. Nothing of it ever rejects. */
export interface SpanKeeper {
  /** Whether to keep a batch is better than to try: there is no network, and there is a store. */
  readonly cutOff: boolean;
  /** Keeps a batch. Resolves whether it could. The write begins at once. */
  keep(batch: SpanBatch): Promise<boolean>;
  /** The time is good for sending what is kept. */
  wake(): void;
  /** A batch was taken: the time is good if something is kept, as far as is known. */
  sent(): void;
  /**
   * Sends the oldest batch that is kept, if the time is good.
   *
   * @param send Sends a batch once. Resolves whether it may be sent again.
   * @returns whether there may be more to send.
   */
  sendNext(send: (batch: SpanBatch) => Promise<boolean>): Promise<boolean>;
}

/** Makes the keeper of an exporter, which counts by its ledger. */
export type SpanKeeperFactory = (exporter: SpanExporter, ledger: ExportLedger) => SpanKeeper;

/** Who keeps what could not be sent. @default nobody: it is lost */
export const SPAN_KEEPER = new InjectionToken<SpanKeeperFactory | undefined>(
  ngDevMode ? 'rx-mesh SPAN_KEEPER' : '',
  { providedIn: 'root', factory: () => undefined },
);
