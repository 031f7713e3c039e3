import type { Diagnostics } from 'rx-mesh/kernel';

/** Tells that work failed which nobody waits for. Nothing is lost by it. */
export function reportAside(diagnostics: Diagnostics, message: string, cause?: unknown): void {
  diagnostics.report({
    code: 'RXM509',
    severity: 'warning',
    source: 'event-sourcing',
    message,
    cause,
  });
}
