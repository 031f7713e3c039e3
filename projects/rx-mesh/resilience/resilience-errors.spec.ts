import { isRxMeshError } from 'rx-mesh/kernel';
import {
  CallTimeoutError,
  CircuitOpenError,
  RetriesExhaustedError,
  isCallTimeoutError,
  isCircuitOpenError,
  isRetriesExhaustedError,
} from './resilience-errors';

const open = new CircuitOpenError('orders', 1234.5);
const late = new CallTimeoutError('orders GET /', 100, 'attempt');
const exhausted = new RetriesExhaustedError('orders GET /', [1, 2]);

describe('the errors of the room', () => {
  it.each([
    [open, 'RXM201'],
    [late, 'RXM202'],
    [exhausted, 'RXM203'],
  ])('%p has the number %p', (error, code) => {
    expect(isRxMeshError(error)).toBe(true);
    expect(error.code).toBe(code);
  });

  it('are told apart by their guards', () => {
    const guards = [isCircuitOpenError, isCallTimeoutError, isRetriesExhaustedError];
    const matches = [open, late, exhausted, new Error('RXM201'), undefined].map((error) =>
      guards.map((guard) => guard(error)),
    );

    expect(matches).toEqual([
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [false, false, false],
      [false, false, false],
    ]);
  });
});

describe(CircuitOpenError.name, () => {
  it('says when to come back, and what to do until then', () => {
    expect(open).toMatchObject({ breaker: 'orders', retryAfter: 1234.5 });
    expect(open.message).toBe(
      'The circuit of orders is open. Try again in 1235 ms, or answer from a fallback.',
    );
  });

  it('says that time will not help when a person holds it open', () => {
    expect(new CircuitOpenError('orders', Infinity).message).toBe(
      'The circuit of orders is isolated by hand. Release it, or answer from a fallback.',
    );
  });
});

describe(CallTimeoutError.name, () => {
  it('names the limit of an attempt', () => {
    expect(late).toMatchObject({ call: 'orders GET /', limit: 100, scope: 'attempt' });
    expect(late.message).toBe(
      'An attempt of orders GET / took longer than 100 ms. Raise its timeout, or ask for less.',
    );
  });

  it('names the deadline of a call', () => {
    expect(new CallTimeoutError('orders GET /', 3000, 'call').message).toBe(
      'orders GET / had no answer within its deadline of 3000 ms, all attempts included. Raise the deadline, or retry less.',
    );
  });
});

describe(RetriesExhaustedError.name, () => {
  it.each([
    [new Error('out of stock'), 'out of stock'],
    [{ message: 'out of stock' }, 'out of stock'],
    [{ message: 503 }, 'an object'],
    [Object.create(null), 'an object'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('odd'), 'Symbol(odd)'],
  ])('tells the last failure: %p', (error: unknown, text) => {
    expect(new RetriesExhaustedError('orders', ['first', error]).message).toBe(
      `orders failed 2 times and is not tried again. The last failure: ${text}`,
    );
  });

  it('has all attempts as its cause', () => {
    expect(exhausted.attempts).toEqual([1, 2]);
    expect(exhausted.cause).toBeInstanceOf(AggregateError);
    expect((exhausted.cause as AggregateError).errors).toEqual([1, 2]);
    expect((exhausted.cause as AggregateError).message).toBe('2 attempts of orders GET /');
  });
});
