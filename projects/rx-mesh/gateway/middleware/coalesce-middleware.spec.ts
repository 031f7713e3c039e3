import { contextOf, stepWorld } from '../spec-support/gateway-steps';
import { coalescing } from './coalesce-middleware';
import { refusal } from './refusal';

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

  it('tells pages of two people apart', () => {
    const page = { user: 'anna' };
    const { arrivals, send } = stepWorld(coalescing({ scope: () => page.user }));
    send(contextOf('/a'));
    send(contextOf('/a'));
    page.user = 'bert';
    send(contextOf('/a'));
    expect(arrivals).toHaveLength(2);
  });

  it('asks once more, for who came last, when the time of who came first is over', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const contexts = [1, 2, 3, 4].map(() => contextOf('/a'));
    const all = contexts.map(send);
    all[3]?.leave();
    arrivals[0]?.break(refusal(504, 'The time is over.'));
    expect(arrivals.map(({ context }) => context)).toEqual([contexts[0], contexts[2]]);
    expect(all.map(({ error }) => error !== undefined)).toEqual([true, false, false, false]);
    arrivals[1]?.answer(7);
    expect(all.map(({ values }) => values[0]?.body)).toEqual([undefined, 7, 7, undefined]);
  });

  it('asks once more, not for ever', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const all = [1, 2, 3].map(() => send(contextOf('/a')));
    for (const turn of [0, 1]) arrivals[turn]?.break(refusal(504, 'The time is over.'));
    expect(arrivals).toHaveLength(2);
    for (const { error } of all) expect(error).toMatchObject({ status: 504 });
  });

  it('takes a 504 of the service for its answer to all', () => {
    const { arrivals, send } = stepWorld(coalescing());
    const all = [1, 2].map(() => send(contextOf('/a')));
    arrivals[0]?.fail(504);
    expect(arrivals).toHaveLength(1);
    for (const { error } of all) expect(error).toMatchObject({ status: 504 });
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
    ['one that has a condition', { headers: { 'If-None-Match': '"1"' } }, {}],
    ['one that was sent on', { headers: { Pragma: 'no-cache' } }, {}],
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
