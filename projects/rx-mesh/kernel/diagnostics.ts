import { Injectable, InjectionToken, inject } from '@angular/core';
import { CLOCK } from './clock';
import { EventHub } from './event-hub';
import { type RxMeshFeature, ɵmakeFeature } from './feature';
import type { RxMeshErrorCode } from './rx-mesh-error';

declare const ngDevMode: boolean;

const MOST_KEPT = 100;

/** Something worth knowing that no caller waits for: a failed export, a failed refresh, a dropped entry. */
export interface Diagnostic {
  /** The number of the fact; see `docs/errors`. */
  readonly code: RxMeshErrorCode;
  /** How bad it is. `info`: by design; `warning`: degraded; `error`: something was lost. */
  readonly severity: 'info' | 'warning' | 'error';
  /** The room or class that speaks, such as `metrics` or `ConsulService`. */
  readonly source: string;
  /** One sentence with the fact and the remedy. Holds no secrets. */
  readonly message: string;
  /** What was caught, if anything was. */
  readonly cause?: unknown;
}

/** A diagnostic with the wall time at which it was reported, in milliseconds since the epoch. */
export interface DiagnosticRecord extends Diagnostic {
  /** Wall time of the report, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Where failures go that nobody awaits. Must not throw. */
export interface Diagnostics {
  /** Takes note of a fact. */
  report(diagnostic: Diagnostic): void;
}

/**
 * The default port of diagnostics: writes nothing, keeps the newest hundred, and tells whoever listens.
 *
 * @usageNotes
 * ```ts
 * inject(DiagnosticsLog).events$.subscribe((fact) => toast(fact.message));
 * ```
 */
@Injectable({ providedIn: 'root' })
export class DiagnosticsLog implements Diagnostics {
  private readonly clock = inject(CLOCK);
  private readonly hub = new EventHub<DiagnosticRecord>();
  // Not a BoundedQueue, which every application would carry for this: reports are rare, and a hundred are few.
  private readonly kept: DiagnosticRecord[] = [];

  /** Each diagnostic as it is reported. Never errors. */
  readonly events$ = this.hub.events$;

  /** Takes note of a fact and tells the listeners. */
  report(diagnostic: Diagnostic): void {
    const record = { ...diagnostic, at: this.clock.now() };
    if (this.kept.push(record) > MOST_KEPT) this.kept.shift();
    this.hub.emit(record);
  }

  /** The newest diagnostics, oldest first, at most a hundred. */
  recent(): readonly DiagnosticRecord[] {
    return [...this.kept];
  }
}

/** The port that rx-mesh reports to. @default DiagnosticsLog */
export const DIAGNOSTICS = new InjectionToken<Diagnostics>(ngDevMode ? 'rx-mesh DIAGNOSTICS' : '', {
  providedIn: 'root',
  factory: () => inject(DiagnosticsLog),
});

/**
 * Sends every diagnostic to the application as well, and still keeps them in {@link DiagnosticsLog}.
 *
 * @param listener Called once a diagnostic; what it throws is ignored, since nobody could take it. What is reported
 *   while it runs, such as a failure of its own, goes to the log alone.
 * @usageNotes
 * ```ts
 * provideRxMesh(withDiagnostics((fact) => errorTracker.note(fact.code, fact.message)));
 * ```
 */
export function withDiagnostics(
  listener: (diagnostic: DiagnosticRecord) => void,
): RxMeshFeature<'diagnostics'> {
  return ɵmakeFeature('diagnostics', [
    {
      provide: DIAGNOSTICS,
      useFactory: (): Diagnostics => {
        const log = inject(DiagnosticsLog);
        const clock = inject(CLOCK);
        let telling = false;
        return {
          report: (diagnostic) => {
            log.report(diagnostic);
            if (telling) return;
            telling = true;
            try {
              listener({ ...diagnostic, at: clock.now() });
            } catch {
              // A failing listener of failures has no one left to tell.
            } finally {
              telling = false;
            }
          },
        };
      },
    },
  ]);
}
