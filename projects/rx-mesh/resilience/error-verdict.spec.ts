import { HttpErrorResponse } from '@angular/common/http';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { isTransientError, judgeError, statusOf } from './error-verdict';
import { CallTimeoutError, CircuitOpenError, RetriesExhaustedError } from './resilience-errors';

const answer = (status: number) => new HttpErrorResponse({ status });
const tooLate = (scope: 'attempt' | 'call') => new CallTimeoutError('orders', 100, scope);

describe('judgeError', () => {
  it.each([0, 408, 425, 429, 500, 501, 502, 503, 504, 599])('finds a status %p ill', (status) => {
    expect(judgeError(answer(status))).toBe('failure');
  });

  it.each([200, 304, 400, 401, 403, 404, 409, 422, 451])(
    'takes a status %p for an answer of a server that is well',
    (status) => {
      expect(judgeError(answer(status))).toBe('success');
    },
  );

  it.each([
    [new Error('no connection')],
    [new TypeError('Failed to fetch')],
    [Object.assign(new Error('Timeout has occurred'), { name: 'TimeoutError' })],
    [{ status: '404' }],
    ['a text'],
    [undefined],
    [null],
  ])('finds ill what it does not know: %p', (error) => {
    expect(judgeError(error)).toBe('failure');
  });

  it('finds ill whoever was too slow, be it for an attempt or for the whole call', () => {
    expect([judgeError(tooLate('attempt')), judgeError(tooLate('call'))]).toEqual([
      'failure',
      'failure',
    ]);
  });

  it('says nothing of a call that rx-mesh turned away', () => {
    expect(judgeError(new CircuitOpenError('orders', 100))).toBe('neutral');
    expect(judgeError(new InvalidOptionError('ServiceCall.path', 1, 'a text'))).toBe('neutral');
  });

  it('says nothing of a call that was aborted on this side', () => {
    const controller = new AbortController();
    controller.abort();

    expect(judgeError(controller.signal.reason)).toBe('neutral');
  });

  it('judges a call of several attempts by the last', () => {
    const exhausted = (...attempts: unknown[]) => new RetriesExhaustedError('orders', attempts);

    expect(judgeError(exhausted(answer(404), answer(503)))).toBe('failure');
    expect(judgeError(exhausted(answer(503), new CircuitOpenError('orders', 1)))).toBe('neutral');
  });
});

describe('isTransientError', () => {
  it.each([0, 408, 425, 429, 502, 503, 504])('holds for a status %p', (status) => {
    expect(isTransientError(answer(status))).toBe(true);
  });

  it.each([200, 400, 401, 404, 409, 500, 501])('does not hold for a status %p', (status) => {
    expect(isTransientError(answer(status))).toBe(false);
  });

  it('holds for a slow attempt, not for a call whose time is over', () => {
    expect([isTransientError(tooLate('attempt')), isTransientError(tooLate('call'))]).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    [new CircuitOpenError('orders', 100)],
    [new RetriesExhaustedError('orders', [answer(503), answer(503)])],
    [new Error('a bug')],
    [undefined],
  ])('does not hold for %p', (error) => {
    expect(isTransientError(error)).toBe(false);
  });
});

describe('statusOf', () => {
  it.each([
    [answer(503), 503],
    [{ status: 0 }, 0],
    [{ status: '503' }, undefined],
    [{}, undefined],
    [null, undefined],
    ['503', undefined],
  ])('reads %p as %p', (error, status) => {
    expect(statusOf(error)).toBe(status);
  });
});
