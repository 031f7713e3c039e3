import type { EventEnvelope } from '../event-envelope';

/** How a saga ends. */
export type SagaEnd = 'completed' | 'compensated' | 'failed' | 'cancelled' | 'compensation-failed';

/** The type of the event that ends a saga. */
export const SAGA_ENDS: Readonly<Record<SagaEnd, string>> = {
  completed: 'SagaCompleted',
  compensated: 'SagaCompensated',
  failed: 'SagaFailed',
  cancelled: 'SagaCancelled',
  'compensation-failed': 'SagaCompensationFailed',
};

/** An event of a saga that is to be recorded. */
export interface SagaFact {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What of a recorded event the fold looks at. */
export type SagaLogEvent = Pick<EventEnvelope, 'type' | 'data' | 'version' | 'timestamp'> & {
  readonly position?: number | undefined;
};

/** An error as it is recorded. */
export interface SagaProblem {
  /** The name of its class, such as `HttpErrorResponse`. */
  readonly name: string;
  /** What it says, at most 1000 characters. */
  readonly message: string;
  /** Its code, at most 1000 characters, or the HTTP status that it carries. */
  readonly code?: string | number;
}

/** Makes whatever was thrown something that can be recorded. */
export function problemOf(error: unknown): SagaProblem {
  try {
    if (typeof error !== 'object' || error === null) {
      return { name: 'Error', message: cut(String(error)) };
    }
    const { name, message, code, status } = error as Readonly<Record<string, unknown>>;
    const known = [code, status].find(
      (value) => typeof value === 'string' || Number.isFinite(value),
    );
    const fact = typeof known === 'string' ? cut(known) : (known as number | undefined);
    return {
      name: cut(typeof name === 'string' ? name : 'Error'),
      message: cut(typeof message === 'string' ? message : ''),
      ...(fact === undefined ? {} : { code: fact }),
    };
  } catch {
    // A getter that throws, a symbol.
    return { name: 'Error', message: '' };
  }
}

/** Reads an error that was recorded. */
export function readProblem(data: unknown): SagaProblem | undefined {
  return typeof data === 'object' && data !== null ? problemOf(data) : undefined;
}

function cut(text: string): string {
  return text.slice(0, 1000);
}
