import { RxMeshError, createErrorGuard } from 'rx-mesh/kernel';

/** A key, a tag or the name of a dependency is none. */
export class CacheKeyError extends RxMeshError {
  readonly code = 'RXM700';

  constructor(
    /** What it was to be: a key, a tag or a dependency. */
    readonly what: 'key' | 'tag' | 'dependency',
    /** What was given. */
    readonly value: unknown,
  ) {
    super(
      `The ${what} ${written(value)} cannot be used. Give a text of 1 to 1024 characters; cacheKey() makes one of several parts.`,
    );
  }
}

/** Whether an error says that a key, a tag or a dependency is none. */
export const isCacheKeyError: (error: unknown) => error is CacheKeyError =
  /* @__PURE__ */ createErrorGuard<CacheKeyError>('RXM700');

/** A value was to depend on itself, directly or by way of others. It was not kept. */
export class CacheDependencyError extends RxMeshError {
  readonly code = 'RXM701';

  constructor(
    /** The key. */
    readonly key: string,
    /** How it comes back to itself: key by key, each depends on the next. */
    readonly path: readonly string[],
  ) {
    super(
      `The value of '${key}' would depend on itself: ${path.join(' > ')}. Leave out one of these dependencies.`,
    );
  }
}

/** Whether an error says that a value would depend on itself. */
export const isCacheDependencyError: (error: unknown) => error is CacheDependencyError =
  /* @__PURE__ */ createErrorGuard<CacheDependencyError>('RXM701');

/** What was asked for a value did not answer within `hardTimeout`, and there was no earlier value to give. */
export class CacheLoadTimeoutError extends RxMeshError {
  readonly code = 'RXM702';

  constructor(
    /** The key. */
    readonly key: string,
    /** The time it had, in milliseconds. */
    readonly timeout: number,
  ) {
    super(
      `The value of '${key}' was not loaded within ${timeout} ms. Raise hardTimeout, or give staleIfError to be served an earlier one.`,
    );
  }
}

/** Whether an error says that a load took too long. */
export const isCacheLoadTimeoutError: (error: unknown) => error is CacheLoadTimeoutError =
  /* @__PURE__ */ createErrorGuard<CacheLoadTimeoutError>('RXM702');

/** What was asked for a value completed without one. */
export class CacheEmptyLoadError extends RxMeshError {
  readonly code = 'RXM703';

  constructor(
    /** The key. */
    readonly key: string,
  ) {
    super(
      `The factory of '${key}' completed without a value. Let it emit null or undefined where there is nothing: these are values.`,
    );
  }
}

/** Whether an error says that a load brought nothing. */
export const isCacheEmptyLoadError: (error: unknown) => error is CacheEmptyLoadError =
  /* @__PURE__ */ createErrorGuard<CacheEmptyLoadError>('RXM703');

/**
 * What went wrong with a second level. `unreachable`: no answer; `timeout`: not in time; `refused`: it said no; `malformed`: its
 * answer is none; `too-large`: it does not take that much; `full`: there is no room.
 */
export type RemoteCacheFailure =
  'unreachable' | 'timeout' | 'refused' | 'malformed' | 'too-large' | 'full';

/** A second level has failed. */
export class RemoteCacheError extends RxMeshError {
  readonly code = 'RXM704';

  constructor(
    /** Which one. */
    readonly remote: string,
    /** What went wrong. */
    readonly failure: RemoteCacheFailure,
    /** What it said, as a phrase. */
    readonly detail: string,
    cause?: unknown,
  ) {
    super(`The cache '${remote}' failed (${failure}): ${detail}.`, { cause });
  }
}

/** Whether an error says that a second level has failed. */
export const isRemoteCacheError: (error: unknown) => error is RemoteCacheError =
  /* @__PURE__ */ createErrorGuard<RemoteCacheError>('RXM704');

/** A value cannot be written for the second level, or what is there cannot be read. */
export class CacheCodecError extends RxMeshError {
  readonly code = 'RXM705';

  constructor(
    /** Where in the value: such as `$.items[3].at`. */
    readonly at: string,
    /** What is wrong, as a phrase. */
    readonly detail: string,
    cause?: unknown,
  ) {
    super(
      `The value cannot be written as it is, at ${at}: ${detail}. Use devalueCodec(), plain data, or levels: 'local'.`,
      { cause },
    );
  }
}

/** Whether an error says that a value cannot be written. */
export const isCacheCodecError: (error: unknown) => error is CacheCodecError =
  /* @__PURE__ */ createErrorGuard<CacheCodecError>('RXM705');

/** More writes wait than may. The one that was refused changed nothing, neither in the cache nor in the journal. */
export class WriteQueueFullError extends RxMeshError {
  readonly code = 'RXM710';

  constructor(
    /** The key. */
    readonly key: string,
    /** How many may wait. */
    readonly limit: number,
  ) {
    super(
      `The write of '${key}' was refused: ${limit} keys wait already. Use writeThrough(), or raise maxPending.`,
    );
  }
}

/** Whether an error says that too many writes wait. */
export const isWriteQueueFullError: (error: unknown) => error is WriteQueueFullError =
  /* @__PURE__ */ createErrorGuard<WriteQueueFullError>('RXM710');

/** Nobody is there who could store a key that is written behind. */
export class NoCacheWriterError extends RxMeshError {
  readonly code = 'RXM711';

  constructor(
    /** The key. */
    readonly key: string,
  ) {
    super(
      `Nobody stores '${key}'. Register who does: registerWriter({ name, matches, store }) before writeBehind().`,
    );
  }
}

/** Whether an error says that nobody stores a key. */
export const isNoCacheWriterError: (error: unknown) => error is NoCacheWriterError =
  /* @__PURE__ */ createErrorGuard<NoCacheWriterError>('RXM711');

function written(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 80)}'` : `of type ${typeof value}`;
}
