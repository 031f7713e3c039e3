import { HttpHeaders } from '@angular/common/http';
import fc from 'fast-check';
import { ManualClock } from 'rx-mesh/testing';
import { MAX_HOLD, ServerHolds, askedHold } from './server-limits';

const clock = new ManualClock();
const NOW = clock.now() / 1000;
const asked = (headers: Record<string, string | string[]>, status = 200) =>
  askedHold(new HttpHeaders(headers), status, clock);

describe(askedHold.name, () => {
  it.each([
    [{}, undefined],
    [{ RateLimit: '"default";r=0;t=5' }, 5000],
    [{ RateLimit: '"default";r=1;t=5' }, undefined],
    [{ RateLimit: '"a;r=0;t=99, b";r=0;t=5' }, 5000],
    [{ RateLimit: 'limit=10, remaining=0, reset=4' }, 4000],
    [{ RateLimit: '"d";r=0', 'RateLimit-Policy': '"d";q=10;w=30, "e";q=1;w=60' }, 30_000],
    [{ RateLimit: ['"a";r=0;t=5', '"b";r=0;t=6'] }, 6000],
    [{ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '8' }, 8000],
    [{ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(NOW + 9) }, 9000],
    [{ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String((NOW + 9) * 1000) }, 9000],
    [
      { 'X-Rate-Limit-Remaining': '0', 'X-Rate-Limit-Reset': 'Thu, 01 Jan 2026 00:00:09 GMT' },
      9000,
    ],
    [{ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': 'soon' }, undefined],
    [{ 'X-RateLimit-Remaining': '0' }, undefined],
    [{ 'RateLimit-Remaining': '-1', 'RateLimit-Reset': '5' }, undefined],
    [{ 'RateLimit-Remaining': '0', 'RateLimit-Reset': '1e9' }, undefined],
    [{ 'Retry-After': '5' }, undefined],
  ])('reads %j', (headers, hold) => {
    expect(asked(headers as Record<string, string>)).toBe(hold);
  });

  it('reads Retry-After where something was refused, and takes the longest of all', () => {
    expect(asked({ 'Retry-After': '5' }, 429)).toBe(5000);
    expect(asked({ 'Retry-After': '5' }, 503)).toBe(5000);
    expect(asked({ 'Retry-After': '5', RateLimit: '"a";r=0;t=7' }, 429)).toBe(7000);
  });

  it('never gives anything but a time within the bounds', () => {
    const text = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 60 }), fc.stringMatching(/^["a-c;=rt,0-9 .]{0,40}$/)); // prettier-ignore
    fc.assert(
      fc.property(text, text, (a, b) => {
        const hold = asked(
          { RateLimit: a, 'RateLimit-Remaining': '0', 'RateLimit-Reset': b, 'Retry-After': b },
          429,
        );
        expect(hold === undefined || (hold >= 0 && hold <= MAX_HOLD)).toBe(true);
      }),
    );
  });
});

describe(ServerHolds.name, () => {
  it('keeps the longer time, until it is over', () => {
    const time = new ManualClock();
    const holds = new ServerHolds(time);
    holds.hold('a', 100);
    holds.hold('a', 50);
    time.advance(60);
    expect(holds.left('a')).toBe(40);
    expect(holds.left('b')).toBe(0);
    time.advance(40);
    expect(holds.left('a')).toBe(0);
  });

  it('knows a thousand keys at most', () => {
    const holds = new ServerHolds(new ManualClock());
    for (let i = 0; i <= 1000; i++) holds.hold(`k${i}`, 100);
    expect(holds.left('k0')).toBe(0);
    expect(holds.left('k1')).toBe(100);
  });
});
