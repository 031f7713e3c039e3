import {
  type RegistryFailure,
  RegistryRequestError,
  isRegistryRequestError,
} from './registry-errors';

const url = 'https://consul.test/v1/x?token=secret#secret';
const make = (failure: RegistryFailure) => new RegistryRequestError('consul', url, failure);

describe(RegistryRequestError.name, () => {
  it.each<[RegistryFailure, string]>([
    [{ timeout: 500 }, 'consul gave no answer within 500 ms (https://consul.test/v1/x).'],
    [{ cause: new Error('x') }, 'consul could not be reached, or its answer must not be read'],
    [{ status: 500 }, 'consul answered 500 (https://consul.test/v1/x).'],
    [
      { status: 403, text: ' no\n', remedy: 'check it' },
      'consul answered 403 "no": check it (https://consul.test/v1/x).',
    ],
    [{ malformed: 'no JSON' }, 'consul answered what cannot be read: no JSON'],
  ])('tells %p without the query', (failure, message) => {
    expect(make(failure).message).toContain(message);
    expect(make(failure).message).not.toContain('secret');
  });

  it('has the status of an answer, and the cause of a failure', () => {
    const cause = new Error('x');

    expect([make({ status: 429 }).status, make({ timeout: 1 }).status]).toEqual([429, undefined]);
    expect([make({ cause }).cause, make({ timeout: 1 }).cause]).toEqual([cause, undefined]);
  });

  it('repeats at most 200 characters of an answer', () => {
    expect(make({ status: 500, text: 'x'.repeat(1000) }).message.length).toBeLessThan(300);
  });

  it('is known by its code', () => {
    expect(isRegistryRequestError(make({ timeout: 1 }))).toBe(true);
    expect(isRegistryRequestError(new Error('RXM306'))).toBe(false);
  });
});
