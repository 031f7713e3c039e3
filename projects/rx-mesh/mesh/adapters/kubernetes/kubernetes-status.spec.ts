import { refusal, retryAfterOf, statusOf, statusOfText } from './kubernetes-status';

describe(statusOfText.name, () => {
  it('reads a Status, and keeps the words of a proxy', () => {
    expect(statusOfText('{"code":403,"reason":"Forbidden","message":"no"}')).toEqual({
      code: 403,
      reason: 'Forbidden',
      message: 'no',
      retryAfter: 0,
    });
    expect(statusOfText('<html>Bad Gateway')).toMatchObject({ message: '<html>Bad Gateway' });
    expect(statusOfText('[1]')).toMatchObject({ code: 0, message: '[1]' });
  });
});

describe(statusOf.name, () => {
  it.each([
    [{ retryAfterSeconds: 2 }, 2000],
    [{ retryAfterSeconds: -1 }, 0],
    [{ retryAfterSeconds: 'soon' }, 0],
    [null, 0],
  ])('reads a rest of %p', (details, wait) => {
    expect(statusOf({ details }).retryAfter).toBe(wait);
  });
});

describe(retryAfterOf.name, () => {
  const wall = Date.UTC(2026, 0, 1);

  it.each([
    [null, 0],
    ['5', 5000],
    ['-5', 0],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', 0],
  ])('reads %p', (value, wait) => {
    expect(retryAfterOf(value, wall)).toBe(wait);
  });
});

describe(refusal.name, () => {
  it.each([
    [401, 'give a valid token'],
    [403, 'get, list and watch endpointslices'],
    [404, 'check url'],
  ])('says what to do after %d', (code, remedy) => {
    expect(refusal('/k8s?x', statusOf({ code, reason: 'R' }), 'shop').message).toContain(remedy);
    expect(refusal('/k8s?x', statusOf({ code, reason: 'R' }), 'shop').message).toContain('"R"');
  });

  it('keeps the longer one of two rests, and no rest of 0', () => {
    const status = statusOf({ code: 429, details: { retryAfterSeconds: 2 } });

    expect(refusal('/', status, 'shop', 5000).failure).toMatchObject({ retryAfter: 5000 });
    expect(refusal('/', status, 'shop').failure).toMatchObject({ retryAfter: 2000 });
    expect(refusal('/', statusOf({ code: 500 }), 'shop').failure).toEqual({
      status: 500,
      text: '',
    });
  });
});
