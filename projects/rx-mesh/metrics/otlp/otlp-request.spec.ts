import { FakeWeb, ManualClock } from 'rx-mesh/testing';
import { sendOtlp } from './otlp-request';

const HOUR = 3_600_000;

const verdictOn = (retryAfter: string, clock = new ManualClock()) => {
  const web = new FakeWeb();
  const headers = { 'Retry-After': retryAfter };
  web.host('http://collector.test', () =>
    Promise.resolve(new Response('', { status: 503, headers })),
  );
  return sendOtlp(web.fetch, clock, 'http://collector.test/v1/metrics', {}, '{}', {});
};

describe(sendOtlp.name, () => {
  it.each([
    ['seconds', '99999999999'],
    ['400 digits', '9'.repeat(400)],
    ['a date far away', 'Fri, 31 Dec 9999 23:59:59 GMT'],
    ['just above an hour', '3601'],
  ])(
    'leaves a receiver alone for an hour at most, whatever it asks for: %s',
    async (_name, text) => {
      expect(await verdictOn(text)).toMatchObject({ type: 'failed', retry: 'again', pause: HOUR });
    },
  );

  it.each([
    ['3600', HOUR],
    ['30', 30_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['-1', 0],
    ['soon', 0],
  ])('takes %j for %d ms', async (text, pause) => {
    expect(await verdictOn(text)).toMatchObject({ type: 'failed', pause });
  });
});
