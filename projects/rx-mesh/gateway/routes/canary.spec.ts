import { seededRandom } from 'rx-mesh/kernel';
import { chanceArm, hash32, stickyArm } from './canary';
import { compileRoutes } from './compile-routes';

const arm = (key: string, weight: number) => ({ key, weight });
const ids = Array.from({ length: 20_000 }, (_, i) => `user-${i}`);
const shareOf = (keys: readonly (string | undefined)[], key: string): number =>
  keys.filter((one) => one === key).length / keys.length;

describe(hash32.name, () => {
  it('gives 32 bits, the same each time', () => {
    expect(hash32('')).toBe(hash32(''));
    expect(hash32('a')).not.toBe(hash32('b'));
    expect(hash32('a')).toBeLessThan(2 ** 32);
  });
});

describe(stickyArm.name, () => {
  const arms = [arm('stable', 7), arm('next', 2), arm('odd', 1)];
  const keysOf = (weights: typeof arms, seed = 's') =>
    ids.map((id) => stickyArm(weights, id, seed)?.key);

  it('gives each arm its part', () => {
    const keys = keysOf(arms);
    expect(shareOf(keys, 'stable')).toBeCloseTo(0.7, 1);
    expect(shareOf(keys, 'next')).toBeCloseTo(0.2, 1);
    expect(shareOf(keys, 'odd')).toBeCloseTo(0.1, 1);
  });

  it('moves nobody but to the arm whose weight grows, wherever it stands', () => {
    const before = keysOf(arms);
    const after = keysOf([arm('next', 5), arm('odd', 1), arm('stable', 7)]);
    const moved = before.flatMap((key, i) => (key === after[i] ? [] : [after[i]]));
    expect(new Set(moved)).toEqual(new Set(['next']));
    expect(shareOf(after, 'next')).toBeCloseTo(5 / 13, 1);
  });

  it('draws anew under another seed, and gives nothing of nothing', () => {
    expect(keysOf(arms, 'other')).not.toEqual(keysOf(arms));
    expect(stickyArm(arms.slice(3), 'id', '')).toBeUndefined();
  });
});

describe(chanceArm.name, () => {
  it('gives each arm its part', () => {
    const random = seededRandom(7);
    const keys = ids.map(() => chanceArm([arm('a', 3), arm('b', 1)], random)?.key);
    expect(shareOf(keys, 'a')).toBeCloseTo(0.75, 1);
    expect(chanceArm([arm('a', 1)], { next: () => 1 })?.key).toBe('a');
  });
});

describe('a table with weights', () => {
  const route = (targetService: string, weight: number) => ({
    path: '/a/:id',
    method: 'GET',
    targetService,
    targetPath: '/:id',
    weight,
  });
  const request = { method: 'GET', url: '/a/7', headers: { 'x-user': 'ann' } };

  it('keeps one who says who he is with one service, and leaves others to chance', () => {
    const table = compileRoutes([route('old', 1), route('new', 1)], { random: seededRandom(3) });
    const services = (id?: string) =>
      new Set(
        Array.from({ length: 50 }, () => {
          const match = table.match(request, id);
          return match.kind === 'found' ? match.route.targetService : match.kind;
        }),
      );
    expect(services('ann').size).toBe(1);
    expect(services()).toEqual(new Set(['old', 'new']));
  });

  it('sends nobody where the weight is 0', () => {
    const table = compileRoutes([route('old', 1), route('new', 0)], { random: seededRandom(3) });
    const services = Array.from({ length: 200 }, (_, i) =>
      table.match(request, i % 2 ? `user ${i}` : undefined),
    ).map((match) => match.kind === 'found' && match.route.targetService);
    expect(new Set(services)).toEqual(new Set(['old']));
  });

  it('asks stickyBy first, which may use the table itself', () => {
    const seen: unknown[] = [];
    const table = compileRoutes([
      route('old', 1),
      {
        ...route('new', 1),
        stickyBy: (of) => {
          seen.push(of, table.match({ method: 'GET', url: '/b' }).kind);
          return 'ann';
        },
      },
    ]);
    const first = table.match(request, 'bob');
    expect(first).toMatchObject({ kind: 'found', params: { id: '7' } });
    expect(table.match(request, 'eve')).toEqual(first);
    expect(seen.slice(0, 2)).toEqual([request, 'not-found']);
  });
});
