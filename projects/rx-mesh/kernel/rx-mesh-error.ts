/** The number of an error; each has a page of cause and remedy in `docs/errors`. */
export type RxMeshErrorCode = `RXM${number}`;

/**
 * The base of every error that rx-mesh makes. An error of someone else (an `HttpErrorResponse`, an error thrown
 * by a mapper) is never changed: it is passed on as it is, or stands in `cause`.
 *
 * @usageNotes
 * ```ts
 * if (isRxMeshError(error)) report(error.code, error.cause);
 * ```
 */
export abstract class RxMeshError extends Error {
  /** The stable number of this kind of error. */
  abstract readonly code: RxMeshErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, 'name', NAME);
  }
}

// A class name is shortened by minifiers; what a person reads is the code. A getter, because the code of a subclass is
// set later; configurable, so that a subclass may have a name of its own.
const NAME: PropertyDescriptor & ThisType<RxMeshError> = {
  configurable: true,
  get() {
    return `RxMeshError ${this.code}`;
  },
};

/**
 * Makes an error without the trace of its stack, which costs ten times as much as the error itself. For refusals: they
 * come by the hundred when nothing works, and where they were made is no news to anybody.
 *
 * @param make Makes the error.
 */
export function withoutStack<E extends Error>(make: () => E): E {
  // V8 and JavaScriptCore have the limit; elsewhere a stack is cheap.
  const engine = Error as { stackTraceLimit?: number };
  const limit = engine.stackTraceLimit;
  if (limit === undefined) return make();
  engine.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    engine.stackTraceLimit = limit;
  }
}

/** Whether a value is an error of rx-mesh. */
export function isRxMeshError(error: unknown): error is RxMeshError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^RXM\d+$/.test(error.code)
  );
}

/**
 * Makes the guard of one error class. It compares the code, not the class, so that it also holds for an error made
 * by another copy of the package in the same page.
 *
 * @usageNotes
 * ```ts
 * export const isCircuitOpenError = createErrorGuard<CircuitOpenError>('RXM201');
 * ```
 */
export function createErrorGuard<E extends RxMeshError>(
  code: E['code'],
): (error: unknown) => error is E {
  return (error): error is E => isRxMeshError(error) && error.code === code;
}

/** An option has a value that it cannot have. The message names the option, the value and the remedy. */
export class InvalidOptionError extends RxMeshError {
  readonly code = 'RXM101';

  constructor(
    /** The group and name of the option, such as `CircuitBreakerOptions.openWait`. */
    readonly option: string,
    /** The value that was refused. */
    readonly value: unknown,
    /** What the option accepts, as a phrase. */
    readonly expected: string,
  ) {
    super(`${option} is ${describe(value)}, but must be ${expected}.`);
  }
}

/** Whether an error says that an option has a value that it cannot have. */
export const isInvalidOptionError: (error: unknown) => error is InvalidOptionError =
  /* @__PURE__ */ createErrorGuard<InvalidOptionError>('RXM101');

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
