import { HttpErrorResponse, HttpHeaders, HttpRequest } from '@angular/common/http';
import { InvalidOptionError } from 'rx-mesh/kernel';
import { NoInstanceError } from 'rx-mesh/mesh';
import {
  BulkheadFullError,
  CallTimeoutError,
  CircuitOpenError,
  OfflineError,
  RateLimitedError,
  RetriesExhaustedError,
  ThrottledError,
} from 'rx-mesh/resilience';
import { ManualClock } from 'rx-mesh/testing';
import { type GatewayError, isGatewayError } from '../gateway-errors';
import { gatewayError, toGatewayError, toHttpError } from './problem';

const clock = new ManualClock();
const http = (status: number, headers: Record<string, string> = {}) =>
  new HttpErrorResponse({ status, headers: new HttpHeaders(headers), url: '/orders' });

describe(toGatewayError.name, () => {
  it.each<[string, unknown, number, number | undefined]>([
    ['no instance', new NoInstanceError('orders', [], { waited: 10 }), 503, undefined],
    ['an open circuit', new CircuitOpenError('orders', 1500), 503, 1500],
    ['a circuit that is held open', new CircuitOpenError('orders', Infinity), 503, undefined],
    ['a full bulkhead', new BulkheadFullError('orders', 1, 0), 503, undefined],
    ['a throttle', new ThrottledError('orders', 0.5), 503, undefined],
    ['no network', new OfflineError('orders', 0), 503, undefined],
    ['a limit of rate', new RateLimitedError('orders', 700), 429, 700],
    ['a time-out', new CallTimeoutError('orders', 100, 'call'), 504, undefined],
    ['a time-out of an attempt', new CallTimeoutError('orders', 100, 'attempt'), 504, undefined],
    [
      'an address that is none',
      new InvalidOptionError('ServiceCall.path', '/..', 'x'),
      400,
      undefined,
    ],
    [
      'a method that is none',
      new InvalidOptionError('ServiceCall.method', 'X', 'x'),
      405,
      undefined,
    ],
    ['a call that is none', new InvalidOptionError('ServiceCall.retries', -1, 'x'), 502, undefined],
    ['a service out of reach', http(0), 502, undefined],
    ['an answer that cannot be read', http(200), 502, undefined],
    ['a bug', new TypeError('bug'), 502, undefined],
    ['what is no error', 'text', 502, undefined],
    ['nothing', undefined, 502, undefined],
  ])('makes of %s its status and wait', (_, error, status, retryAfter) => {
    const told = toGatewayError(error, clock, 'r1') as GatewayError;
    expect(isGatewayError(told)).toBe(true);
    expect(told).toMatchObject({ status, retryAfter, cause: error });
    expect(told.problem).toMatchObject({ type: 'about:blank', status, instance: 'r1' });
    expect(told.problem.detail).not.toBe('');
  });

  it.each([304, 400, 401, 404, 429, 500, 503])(
    'leaves the answer %p of a service as it is',
    (status) => {
      const error = http(status);
      expect(toGatewayError(error, clock)).toBe(error);
    },
  );

  it('leaves what a gateway has said as it is', () => {
    const error = gatewayError(429, 'Too much.', { retryAfter: 5 });
    expect(toGatewayError(error, clock, 'r1')).toBe(error);
  });

  it('takes the last of several attempts', () => {
    const last = http(503);
    expect(toGatewayError(new RetriesExhaustedError('orders', [http(0), last]), clock)).toBe(last);
    expect(
      toGatewayError(new RetriesExhaustedError('orders', [last, http(0)]), clock),
    ).toMatchObject({
      status: 502,
    });
  });
});

describe(toHttpError.name, () => {
  const request = new HttpRequest('GET', '/orders');

  it('makes the error of HttpClient of a problem, with the seconds to wait rounded up', () => {
    const error = toHttpError(gatewayError(429, 'Too much.', { retryAfter: 1001 }), request);
    expect(error).toBeInstanceOf(HttpErrorResponse);
    const { headers, ...rest } = error as HttpErrorResponse;
    expect(rest).toMatchObject({
      status: 429,
      statusText: 'Too Many Requests',
      url: '/orders',
      error: { status: 429, title: 'Too Many Requests', detail: 'Too much.' },
    });
    expect(headers.get('Retry-After')).toBe('2');
    expect(headers.get('Content-Type')).toBe('application/problem+json');
  });

  it('says which methods there are', () => {
    const error = toHttpError(gatewayError(405, 'No.', { allow: ['GET', 'PUT'] }), request);
    const { headers } = error as HttpErrorResponse;
    expect(headers.get('Allow')).toBe('GET, PUT');
    expect(headers.has('Retry-After')).toBe(false);
  });

  it('leaves the answer of a service as it is', () => {
    const error = http(404);
    expect(toHttpError(error, request)).toBe(error);
  });
});
