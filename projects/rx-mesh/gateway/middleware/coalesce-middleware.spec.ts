import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import { coalescing } from './coalesce-middleware';

const user = (id: string) => ({ id, roles: [], claims: {} });

describe(coalescing.name, () => {
  it('makes one of identical requests, and gives each an answer of its own', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const all = Array.from({ length: 10 }, () => send(contextOf('/a')));
    expect(arrivals).toHaveLength(1);
    arrivals[0]?.answer({ n: 1 }, { ETag: '"1"' });
    expect(all.every(({ isDone, values }) => isDone && values.length === 1)).toBe(true);
    const [first, second] = all.map(({ values }) => values[0]);
    expect(first).not.toBe(second);
    expect(second?.headers.get('ETag')).toBe('"1"');
    send(contextOf('/a'));
    expect(arrivals).toHaveLength(2);
  });

  it('tells all of an error, and keeps none', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const all = [send(contextOf('/a')), send(contextOf('/a'))];
    arrivals[0]?.fail(503);
    for (const { error } of all) expect(error).toMatchObject({ status: 503 });
    send(contextOf('/a'));
    expect(arrivals).toHaveLength(2);
  });

  it.each([
    ['users', { user: user('anna') }, { user: user('bert') }],
    ['a user and nobody', { user: user('anna') }, {}],
    [
      'languages',
      { headers: { 'Accept-Language': 'de' } },
      { headers: { 'Accept-Language': 'en' } },
    ],
    ['tokens', { headers: { Authorization: 'a' } }, { headers: { Authorization: 'b' } }],
    ['methods', { method: 'GET' }, { method: 'HEAD' }],
    ['one that wants it fresh', {}, { headers: { 'Cache-Control': 'no-cache' } }],
    ['one that wants a part', {}, { headers: { Range: 'bytes=0-1' } }],
    ['writes', { method: 'POST' }, { method: 'POST' }],
    ['questions for options', { method: 'OPTIONS' }, { method: 'OPTIONS' }],
  ])('does not mix up %s', (_, a, b) => {
    const { arrivals, send } = stepWorld(coalescing());
    send(contextOf('/a', a));
    send(contextOf('/a', b));
    expect(arrivals).toHaveLength(2);
  });

  it('does not let one who asks after a change join what was asked before', () => {
    const { arrivals, send } = stepWorld(coalescing());
    send(contextOf('/a'));
    send(contextOf('/a', { method: 'PUT' }));
    send(contextOf('/a'));
    expect(arrivals).toHaveLength(2);
    arrivals[1]?.answer();
    send(contextOf('/a'));
    expect(arrivals).toHaveLength(3);
  });

  it('lets requests alone whose address is too long', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const url = `/${'x'.repeat(2000)}`;
    const all = [send(contextOf(url)), send(contextOf(url))];
    expect(arrivals).toHaveLength(2);
    arrivals.forEach((arrival) => arrival.answer());
    expect(all.every(({ isDone }) => isDone)).toBe(true);
  });

  it('cancels when the last leaves, not before', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const all = [send(contextOf('/a')), send(contextOf('/a'))];
    all[0]?.leave();
    expect(arrivals[0]?.isOpen).toBe(true);
    all[1]?.leave();
    expect(arrivals[0]?.isOpen).toBe(false);
  });
});
