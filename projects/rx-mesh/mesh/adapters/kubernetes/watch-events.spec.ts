import fc from 'fast-check';
import { readWatchEvent } from './watch-events';

const line = (type: unknown, object: unknown) => JSON.stringify({ type, object });

const slice = {
  kind: 'EndpointSlice',
  metadata: {
    name: 'orders-1',
    namespace: 'default',
    resourceVersion: '42',
    labels: { 'kubernetes.io/service-name': 'orders' },
  },
  addressType: 'IPv4',
  endpoints: null,
  ports: null,
};

describe(readWatchEvent.name, () => {
  it.each(['ADDED', 'MODIFIED', 'DELETED'])('reads %s', (type) => {
    expect(readWatchEvent(line(type, slice))).toEqual({
      type,
      version: '42',
      slice: expect.objectContaining({ key: 'default/orders-1', service: 'orders' }) as unknown,
    });
  });

  it('keeps a version as it is, whatever it looks like', () => {
    const metadata = { ...slice.metadata, resourceVersion: '18446744073709551616x' };

    expect(readWatchEvent(line('BOOKMARK', { metadata }))).toEqual({
      type: 'BOOKMARK',
      version: '18446744073709551616x',
    });
    expect(readWatchEvent(line('ADDED', { metadata: { name: 'a' } }))?.type).toBe('ADDED');
  });

  it('reads an error', () => {
    const status = {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'too old',
      details: { retryAfterSeconds: 2 },
    };

    expect(readWatchEvent(line('ERROR', status))).toEqual({
      type: 'ERROR',
      status: { code: 410, reason: 'Expired', message: 'too old', retryAfter: 2000 },
    });
    expect(readWatchEvent(line('ERROR', {}))).toEqual({
      type: 'ERROR',
      status: { code: 0, reason: '', message: '', retryAfter: 0 },
    });
  });

  it.each([
    ['no JSON', '{"type":"ADDED","obj'],
    ['no object', '7'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an event of nothing', line('ADDED', null)],
    ['a slice without a name', line('ADDED', { metadata: {} })],
    ['a bookmark without a version', line('BOOKMARK', { metadata: {} })],
    ['an unknown type', line('TOUCHED', slice)],
    ['a type that is no text', line(7, slice)],
    [
      'what stands in the prototype',
      '{"__proto__":{"type":"ADDED","object":{"metadata":{"name":"a"}}}}',
    ],
  ])('takes %s for no event', (_, text) => {
    expect(readWatchEvent(text)).toBeUndefined();
  });

  it('reads anything without throwing, and changes no prototype', () => {
    const types = fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR');
    const mangled = fc
      .tuple(fc.constant(line('ADDED', slice)), fc.nat(), fc.nat(), fc.string())
      .map(
        ([text, a, b, put]) => text.slice(0, a % text.length) + put + text.slice(b % text.length),
      );
    const hostile = fc
      .tuple(types, fc.json())
      .map(([type, json]) => `{"type":"${type}","object":${json}}`);
    fc.assert(
      fc.property(fc.oneof(mangled, hostile, fc.string(), fc.json()), (text) => {
        readWatchEvent(text);

        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
