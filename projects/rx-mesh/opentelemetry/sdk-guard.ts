import { Injectable, inject } from '@angular/core';
import { DIAGNOSTICS } from 'rx-mesh/kernel';

/** Calls what the application has registered. A sampler or a processor of its own may throw, and must not break what is traced. */
@Injectable()
export class SdkGuard {
  readonly #diagnostics = inject(DIAGNOSTICS);
  #told = false;

  /** What the call returns; `undefined` if it throws, which is told the first time. */
  call<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (cause) {
      this.#tell(cause);
      return undefined;
    }
  }

  // What throws for one span throws for thousands.
  #tell(cause: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#diagnostics.report({
      code: 'RXM808',
      severity: 'error',
      source: 'opentelemetry',
      message:
        'The SDK of OpenTelemetry threw, so a span or a metric did not reach it. Look at its samplers, processors and readers.',
      cause,
    });
  }
}
