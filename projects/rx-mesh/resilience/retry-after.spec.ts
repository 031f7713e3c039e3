import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { ManualClock } from 'rx-mesh/testing';
import { retryAfterOf } from './retry-after';

// A Wednesday, at 12:00:00 UTC.
const clock = new ManualClock({ startAt: Date.UTC(2026, 0, 7, 12) });
const asked = (text: string) =>
  retryAfterOf(
    new HttpErrorResponse({ status: 503, headers: new HttpHeaders({ 'retry-after': text }) }),
    clock,
  );

describe('retryAfterOf', () => {
  it.each([
    ['0', 0],
    ['1', 1000],
    [' 120 ', 120_000],
    ['007', 7000],
    ['99999999999', 99_999_999_999_000],
    ['9'.repeat(400), Infinity],
  ])('reads seconds: %p', (text, wait) => {
    expect(asked(text)).toBe(wait);
  });

  it.each([
    ['Wed, 07 Jan 2026 12:00:30 GMT', 30_000],
    ['Wednesday, 07-Jan-26 12:00:30 GMT', 30_000],
    ['Wed Jan  7 12:00:30 2026', 30_000],
    ['Wed, 07 Jan 2026 11:59:59 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('reads the three forms of a date, and one that is over as 0: %p', (text, wait) => {
    expect(asked(text)).toBe(wait);
  });

  it.each(['', ' ', '-1', '+1', '1.5', '1e3', '0x10', '1 s', 'soon', 'soon 1', 'Wed, never'])(
    'makes nothing of %p',
    (text) => {
      expect(asked(text)).toBeUndefined();
    },
  );

  it.each([
    [new HttpErrorResponse({ status: 503 })],
    [new Error('no headers')],
    [{ headers: null }],
    [{ headers: { 'Retry-After': '1' } }],
    [{ headers: { get: 'nothing to call' } }],
    [{ headers: { get: () => 7 } }],
    ['a text'],
    [null],
    [undefined],
  ])('finds nothing in %p', (error) => {
    expect(retryAfterOf(error, clock)).toBeUndefined();
  });

  it('reads whatever has a get(), such as the headers of fetch', () => {
    expect(retryAfterOf({ headers: new Map([['Retry-After', '3']]) }, clock)).toBe(3000);
  });
});
