import type { Diagnostics } from 'rx-mesh/kernel';

/** Tells that the log of a saga cannot be used for a while. Nothing is lost by it. */
export function reportDelay(diagnostics: Diagnostics, message: string, cause: unknown): void {
  const [code, severity, source] = ['RXM518', 'warning', 'sagas'] as const;
  diagnostics.report({ code, severity, source, message, cause });
}

/** Tells that a saga is not run, or not started. */
export function reportIdle(diagnostics: Diagnostics, message: string, cause?: unknown): void {
  const [code, severity, source] = ['RXM519', 'warning', 'sagas'] as const;
  diagnostics.report({ code, severity, source, message, cause });
}
