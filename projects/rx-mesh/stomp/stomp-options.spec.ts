import { STOMP, checkedHeaders } from './stomp-options';
import type { StompTransportOptions } from './stomp-options';

describe('StompTransportOptions', () => {
  it.each<[string, Partial<StompTransportOptions>]>([
    ['exchange', { exchange: '' }],
    ['exchange', { exchange: 'a/b' }],
    ['vhost', { vhost: 'a\nb' }],
    ['login', { login: 'a\rb' }],
    ['passcode', { passcode: 'a\0b' }],
    ['connectHeaders', { connectHeaders: {} as never }],
    ['queue', { queue: 'q' as never }],
    ['prefetch', { prefetch: 0 }],
    ['prefetch', { prefetch: 65_536 }],
    ['receiptTimeout', { receiptTimeout: 0 }],
    ['maxInFlight', { maxInFlight: 0 }],
    ['maxOutbox', { maxOutbox: 1.5 }],
    ['maxOutboxBytes', { maxOutboxBytes: 0 }],
    ['maxMessageSize', { maxMessageSize: 0 }],
    ['backoff', { backoff: 5 as never }],
    ['stableAfter', { stableAfter: -1 }],
    ['connectTimeout', { connectTimeout: Infinity }],
    ['maxRefusals', { maxRefusals: 0 }],
    ['linger', { linger: -1 }],
  ])('says which one is out of its range: %s of %p', (name, options) => {
    expect(() => STOMP.resolve(options)).toThrow(`StompTransportOptions.${name} is`);
  });

  it.each([{ outgoing: 0 }, { incoming: -1 }])('wants times of a heartbeat: %p', (heartbeat) => {
    expect(() => STOMP.resolve({ heartbeat })).toThrow(/^StompHeartbeat\./);
  });

  it('takes no end, and nothing', () => {
    const values = STOMP.resolve({
      maxOutboxBytes: Infinity,
      maxRefusals: Infinity,
      linger: 0,
      heartbeat: false,
      vhost: '',
    });

    expect(values).toMatchObject({ maxRefusals: Infinity, linger: 0, heartbeat: false, vhost: '' });
  });
});

describe(checkedHeaders.name, () => {
  it('hands sound headers on', () => {
    expect(checkedHeaders({ passcode: 'a:b' })).toEqual({ passcode: 'a:b' });
  });

  it.each([undefined, null, 'text', { 'a:b': 'c' }, { 'a\nb': 'c' }, { '': 'c' }, { a: 1 }])(
    'takes no %p',
    (headers) => {
      expect(() => checkedHeaders(headers)).toThrow(TypeError);
    },
  );

  it('does not repeat a value, which may be a secret', () => {
    expect(() => checkedHeaders({ passcode: 'se\ncret' })).toThrow(
      'The header "passcode" is no text of one line.',
    );
  });
});
