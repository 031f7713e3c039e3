import { InvalidOptionError } from 'rx-mesh/kernel';

/**
 * At which version a stream has to be for an append: a number (0 for a stream that does not exist), `no-stream`, which is
 * the same as 0, `stream-exists`, or `any`.
 */
export type ExpectedVersion = number | 'any' | 'no-stream' | 'stream-exists';

/** @throws InvalidOptionError when it is no expected version. */
export function checkExpected(expected: ExpectedVersion): ExpectedVersion {
  const isOne =
    typeof expected === 'number'
      ? Number.isSafeInteger(expected) && expected >= 0
      : ['any', 'no-stream', 'stream-exists'].includes(expected);
  if (isOne) return expected;
  throw new InvalidOptionError(
    'AppendOptions.expected',
    expected,
    "a whole number of at least 0, 'any', 'no-stream' or 'stream-exists'",
  );
}
