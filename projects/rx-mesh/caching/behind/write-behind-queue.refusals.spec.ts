import { watched } from '../../spec-support/messaging-world';
import { writeBehindWorld } from '../spec-support/write-behind-world';
import { RejectedWriteError, isRefusal, isRejectedWriteError } from './cache-writer';
import { WriteBehindQueue } from './write-behind-queue';

const status = (code: number) => Object.assign(new Error(`status ${code}`), { status: code });

describe(`${WriteBehindQueue.name} and what is refused`, () => {
  it.each([400, 403, 404, 409, 422])(
    'puts to the dead letters what is refused with %d',
    async (code) => {
      const { tab, server, advance, diagnostics, clock, journal } = writeBehindWorld();
      const { queue, put, events } = tab();
      server.fails = (writes) => (writes.some(({ key }) => key === 'b') ? status(code) : undefined);
      for (const key of ['a', 'b', 'c']) put(key, 1);
      await advance();

      expect(server.calls).toEqual(['a=1 b=1 c=1', 'a=1', 'b=1', 'c=1']);
      expect(events().slice(3)).toEqual(['stored a=1', 'dead-lettered b=1', 'stored c=1']);
      expect(diagnostics.codes).toEqual(['RXM712']);
      expect(queue.deadLetters()).toMatchObject([
        { key: 'b', value: 1, failure: `status ${code}` },
      ]);
      expect([queue.pending(), clock.pending]).toEqual([0, 0]);

      server.fails = undefined;
      const [letter] = queue.deadLetters();
      const again = watched(queue.retryDeadLetter(letter?.id ?? ''));
      await advance();

      expect(again.completed()).toBe(true);
      expect(server.calls.at(-1)).toBe('b=1');
      expect(server.ids.at(-1)).toBe(letter?.id);
      expect(queue.deadLetters()).toEqual([]);
      expect(await journal.list()).toEqual([]);
    },
  );

  it.each([408, 425, 429, 500, 0])('tries again what is refused with %d', async (code) => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put, close } = tab();
    server.fails = () => status(code);
    put('a', 1);
    await advance();

    expect(queue.pending()).toBe(1);
    expect(queue.deadLetters()).toEqual([]);

    close();
  });

  it('takes the word of a writer for what is refused, and tries the others again', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put } = tab();
    server.fails = (writes) =>
      writes.some(({ key }) => key === 'b') ? new RejectedWriteError(['b'], 'too old') : undefined;
    for (const key of ['a', 'b', 'c']) put(key, 1);
    await advance();

    expect(server.calls).toEqual(['a=1 b=1 c=1', 'a=1', 'c=1']);
    expect(queue.deadLetters().map(({ key }) => key)).toEqual(['b']);

    watched(queue.discardDeadLetter(queue.deadLetters()[0]?.id ?? ''));
    const none = watched(queue.discardDeadLetter('none'));
    await advance();

    expect(queue.deadLetters()).toEqual([]);
    expect(none.completed()).toBe(true);
  });

  it('treats a rejection of keys that it does not know as a failure', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put, close } = tab();
    server.fails = () => new RejectedWriteError(['x']);
    put('a', 1);
    await advance();

    expect([server.calls.length, queue.pending()]).toEqual([1, 1]);

    close();
  });

  it('lets a later write take the place of a refused one', async () => {
    const { tab, server, advance } = writeBehindWorld();
    const { queue, put, events } = tab();
    server.fails = () => status(422);
    put('a', 1);
    await advance();
    server.fails = undefined;
    put('a', 2);
    await advance();

    expect(queue.deadLetters()).toEqual([]);
    expect(events()).toEqual(['dead-lettered a=1', 'superseded a=1', 'stored a=2']);
  });

  it('keeps a hundred refused writes at most, and says what it has dropped', async () => {
    const { tab, server, advance, diagnostics } = writeBehindWorld();
    const { queue, put } = tab(server.writer({ maxBatch: 1 }));
    server.fails = () => status(422);
    for (let at = 0; at < 102; at++) put(`k${at}`, at);
    await advance();

    expect(queue.deadLetters()).toHaveLength(100);
    expect(queue.deadLetters()[0]?.key).toBe('k2');
    expect(diagnostics.records.filter(({ severity }) => severity === 'error')).toHaveLength(2);
  });
});

describe(isRefusal.name, () => {
  it.each([
    [400, true],
    [499, true],
    [399, false],
    [500, false],
    [408, false],
    [425, false],
    [429, false],
    [4000, false],
    [undefined, false],
  ])('takes a status of %p as one: %p', (code, expected) => {
    expect(isRefusal({ status: code })).toBe(expected);
  });

  it.each([[null], [undefined], ['text'], [new Error('no')]])('is no status: %p', (error) => {
    expect(isRefusal(error)).toBe(false);
  });
});

describe(RejectedWriteError.name, () => {
  it('names the keys', () => {
    const cause = new Error('why');
    const error = new RejectedWriteError(['a', 'b'], 'too old', cause);

    expect(isRejectedWriteError(error)).toBe(true);
    expect([error.code, error.keys, error.cause]).toEqual(['RXM717', ['a', 'b'], cause]);
    expect(error.message).toBe("The write of 'a', 'b' was rejected: too old.");
  });
});
