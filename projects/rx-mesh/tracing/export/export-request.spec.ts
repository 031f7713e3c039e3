import { ManualClock } from 'rx-mesh/testing';
import { KeepaliveBudget, MOST_BODY, retryAfter } from './export-request';

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
