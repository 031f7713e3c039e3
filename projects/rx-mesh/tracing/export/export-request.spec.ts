import { ManualClock } from 'rx-mesh/testing';
import { otlpJson } from './otlp-json';
import { KeepaliveBudget, MOST_BODY, retryAfter, sendBatch } from './export-request';

describe(sendBatch.name, () => {
  it('reads an answer to its end, and keeps no more of it than one can have', async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        if (chunks++ < 100) stream.enqueue(new Uint8Array(40_000).fill(97));
        else stream.close();
      },
    });
    const answers: number[] = [];
    const rejectedBy = (answer: string): undefined => void answers.push(answer.length);
    const verdict = await sendBatch(
      async () => Promise.resolve(new Response(endless)),
      new ManualClock(),
      { name: 'a', url: '/', headers: {}, attributes: {}, format: { ...otlpJson, rejectedBy } },
      '{}',
      {},
    );

    expect(verdict).toEqual({ type: 'sent', rejected: undefined });
    expect([chunks, answers]).toEqual([101, [40_000]]);
  });
});

describe(retryAfter.name, () => {
  it.each<[string | null, number]>([
    [null, 0],
    ['', 0],
    ['soon', 0],
    ['-3', 0],
    ['1.5', 0],
    ['0', 0],
    [' 30 ', 30_000],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', 0],
    ['Nonsense', 0],
  ])('reads %p', (text, expected) => {
    expect(retryAfter(text, new ManualClock())).toBe(expected);
  });
});

describe(KeepaliveBudget.name, () => {
  it('has room for a body of each size up to its bound, all together', () => {
    const budget = new KeepaliveBudget();

    expect(budget.take(MOST_BODY + 1)).toBe(false);
    expect(budget.take(MOST_BODY - 1)).toBe(true);
    expect(budget.take(2)).toBe(false);
    expect(budget.take(1)).toBe(true);

    budget.give(MOST_BODY - 1);

    expect(budget.take(2)).toBe(true);
  });

  it('has room for nine requests', () => {
    const budget = new KeepaliveBudget();

    expect(Array.from({ length: 10 }, () => budget.take(1))).toEqual([
      ...Array.from({ length: 9 }, () => true),
      false,
    ]);
  });
});
