import { HttpErrorResponse } from '@angular/common/http';
import { InvalidOptionError } from 'rx-mesh/kernel';
import assert from 'node:assert';
import { CallTimeoutError } from 'rx-mesh/resilience';
import { errorType, statusOf } from './error-type';

const http = (status: number, error?: unknown) => new HttpErrorResponse({ status, error });
const named = (name: string) => Object.assign(new Error('order 42'), { name });

describe(errorType.name, () => {
  it.each<[string, unknown, string]>([
    ['an error', new Error('order 42'), 'Error'],
    ['one of a kind', new TypeError('order 42'), 'TypeError'],
    ['one of the platform', new DOMException('order 42', 'AbortError'), 'AbortError'],
    ['a time-out of RxJS', named('TimeoutError'), 'TimeoutError'],
    ['one of rx-mesh', new InvalidOptionError('a', 1, 'b'), 'RXM101'],
    ['a status', http(503), '503'],
    ['a status of a client', http(404), '404'],
    ['a redirect', http(302), '302'],
    ['a body that is none', http(200, { error: new SyntaxError('x') }), 'ParseError'],
    ['no connection', http(0, new TypeError('Failed to fetch')), 'NetworkError'],
    ['no connection, said by an event', http(0, { type: 'error' }), 'NetworkError'],
    ['a time-out', http(0, new DOMException('', 'TimeoutError')), 'TimeoutError'],
    ['an abort from outside', http(0, new DOMException('', 'AbortError')), 'AbortError'],
    ['a name that is a sentence', named('order 42 was refused'), '_OTHER'],
    ['a name that is endless', named('E'.repeat(65)), '_OTHER'],
    ['no name', named(''), '_OTHER'],
    ['a name that is no text', named(42 as unknown as string), '_OTHER'],
    ['a name that is a symbol', named(Symbol('a') as unknown as string), '_OTHER'],
    ['a name that is a list', named(['Error'] as unknown as string), '_OTHER'],
    ['what throws when it is looked at', new Proxy({}, { get: () => assert.fail() }), '_OTHER'],
    ['a text', 'order 42 was refused', '_OTHER'],
    ['an object', { name: 'TypeError' }, '_OTHER'],
    ['null', null, '_OTHER'],
    ['nothing', undefined, '_OTHER'],
    ['a number', NaN, '_OTHER'],
  ])('says of %s what it is, and no more', (_, error, expected) => {
    expect(errorType(error)).toBe(expected);
  });
});

describe(statusOf.name, () => {
  it('tells a time-out from other failures', () => {
    const late = new CallTimeoutError('orders', 100, 'attempt');

    expect(['TimeoutError', errorType(late)].map(statusOf)).toEqual(['timeout', 'timeout']);
    expect(['Error', '504', '_OTHER', 'AbortError'].map(statusOf)).toEqual(
      new Array(4).fill('error'),
    );
  });
});
